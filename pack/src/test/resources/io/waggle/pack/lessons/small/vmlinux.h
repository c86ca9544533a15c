// The few types of the kernel that the lessons use, with the fields they use: CO-RE finds these in
// the running kernel wherever they lie there. An emulated machine reads the whole header for long.
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __s8 s8;
typedef __u8 u8;
typedef __s16 s16;
typedef __u16 u16;
typedef __s32 s32;
typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u16 __sum16;
typedef __u32 __wsum;
typedef __u64 __be64;
typedef _Bool bool;
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned long size_t;
enum { false, true };

enum bpf_map_type {
  BPF_MAP_TYPE_HASH = 1,
  BPF_MAP_TYPE_ARRAY = 2,
  BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4,
  BPF_MAP_TYPE_PERCPU_ARRAY = 6,
  BPF_MAP_TYPE_STACK_TRACE = 7,
  BPF_MAP_TYPE_CGROUP_ARRAY = 8,
  BPF_MAP_TYPE_RINGBUF = 27,
};
enum { BPF_ANY, BPF_NOEXIST, BPF_EXIST };
enum { BPF_F_USER_STACK = 256 };
enum { BPF_F_CURRENT_CPU = 0xffffffffULL };
enum { IPPROTO_TCP = 6 };
enum { TCP_ESTABLISHED = 1, TCP_SYN_SENT = 2, TCP_CLOSE = 7 };

// What the machine's registers and the contexts of programs are is the kernel's promise.
struct pt_regs {
  unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs;
  unsigned long flags, sp, ss;
};
struct __sk_buff {
  __u32 len, pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto, priority;
  __u32 ingress_ifindex, ifindex, tc_index, cb[5], hash, tc_classid, data, data_end;
};
struct ethhdr {
  unsigned char h_dest[6];
  unsigned char h_source[6];
  __be16 h_proto;
} __attribute__((packed));
struct iphdr {
  __u8 ihl : 4, version : 4;
  __u8 tos;
  __be16 tot_len;
  __be16 id;
  __be16 frag_off;
  __u8 ttl;
  __u8 protocol;
  __sum16 check;
  __be32 saddr;
  __be32 daddr;
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct trace_entry {
  unsigned short type;
  unsigned char flags;
  unsigned char preempt_count;
  int pid;
};
struct trace_event_raw_sys_enter {
  struct trace_entry ent;
  long id;
  unsigned long args[6];
};
struct trace_event_raw_sys_exit {
  struct trace_entry ent;
  long id;
  long ret;
};
struct trace_event_raw_sched_process_exec {
  u32 __data_loc_filename;
};
struct trace_event_raw_sched_process_template {
  pid_t pid;
};
struct trace_event_raw_inet_sock_set_state {
  const void *skaddr;
  int oldstate;
  int newstate;
  __u16 sport;
  __u16 dport;
  __u16 protocol;
};
struct ns_common {
  unsigned int inum;
};
struct pid_namespace {
  struct ns_common ns;
};
struct upid {
  int nr;
  struct pid_namespace *ns;
};
struct pid {
  unsigned int level;
  struct upid numbers[0];
};
struct task_struct {
  unsigned int __state;
  pid_t pid;
  pid_t tgid;
  int exit_code;
  struct task_struct *real_parent;
  struct pid *thread_pid;
  char comm[16];
};
struct filename {
  const char *name;
};
struct irqaction {
  const char *name;
};
struct in_addr {
  __be32 s_addr;
};
struct sockaddr {
  u16 sa_family;
};
struct sockaddr_in {
  u16 sin_family;
  __be16 sin_port;
  struct in_addr sin_addr;
};
struct socket;
struct sock_common {
  __be32 skc_daddr;
  __be32 skc_rcv_saddr;
  __be16 skc_dport;
  __u16 skc_num;
  unsigned short skc_family;
  volatile unsigned char skc_state;
};
struct sock {
  struct sock_common __sk_common;
};
struct inet_sock {
  struct sock sk;
  __be32 inet_saddr;
  __be16 inet_sport;
};
struct tcp_sock {
  u32 srtt_us;
};

#pragma clang attribute pop

#endif
