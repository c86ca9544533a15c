/* A program of the network that includes the headers of libc and of the kernel. */
#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_vlan.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/in.h>
#include <linux/pkt_cls.h>
#include <linux/types.h>
#include <sys/socket.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
SEC("xdp") int x(struct xdp_md *c) { uint32_t a = 1; struct icmp6hdr *h; char b[8]; memset(b, 0, 8); memcpy(b, &a, 4); return b[0] + sizeof(*h) + AF_INET6 + PACKET_HOST; }
char _license[] SEC("license") = "GPL";
