// How long connections take to be answered.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_endian.h>
#include "tcpconnlat.h"

#define AF_INET 2

/// @description "Shortest latency that is shown, in microseconds"
const volatile __u64 targ_min_us = 0;
/// @description "Process ID to trace"
const volatile pid_t targ_tgid = 0;

struct piddata {
  char comm[16];
  u64 ts;
  u32 tgid;
};

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 4096);
  __type(key, struct sock *);
  __type(value, struct piddata);
} start SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
  __uint(key_size, sizeof(u32));
  __uint(value_size, sizeof(u32));
} events SEC(".maps");

static int connecting(struct sock *sk) {
  struct piddata data = {};
  data.tgid = bpf_get_current_pid_tgid() >> 32;
  if (targ_tgid && targ_tgid != data.tgid) {
    return 0;
  }
  bpf_get_current_comm(data.comm, sizeof(data.comm));
  data.ts = bpf_ktime_get_ns();
  bpf_map_update_elem(&start, &sk, &data, BPF_ANY);
  return 0;
}

SEC("kprobe/tcp_v4_connect")
int BPF_KPROBE(tcp_v4_connect, struct sock *sk) {
  return connecting(sk);
}

SEC("kprobe/tcp_v6_connect")
int BPF_KPROBE(tcp_v6_connect, struct sock *sk) {
  return connecting(sk);
}

SEC("kprobe/tcp_rcv_state_process")
int BPF_KPROBE(tcp_rcv_state_process, struct sock *sk) {
  struct event event = {};
  struct piddata *data;
  if (BPF_CORE_READ(sk, __sk_common.skc_state) != TCP_SYN_SENT) {
    return 0;
  }
  data = bpf_map_lookup_elem(&start, &sk);
  if (!data) {
    return 0;
  }
  event.delta_us = (bpf_ktime_get_ns() - data->ts) / 1000;
  if (event.delta_us >= targ_min_us) {
    __builtin_memcpy(event.comm, data->comm, sizeof(event.comm));
    event.tgid = data->tgid;
    event.lport = BPF_CORE_READ(sk, __sk_common.skc_num);
    event.dport = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
    event.af = BPF_CORE_READ(sk, __sk_common.skc_family);
    event.saddr_v4 = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
    event.daddr_v4 = BPF_CORE_READ(sk, __sk_common.skc_daddr);
    bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &event, sizeof(event));
  }
  bpf_map_delete_elem(&start, &sk);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
