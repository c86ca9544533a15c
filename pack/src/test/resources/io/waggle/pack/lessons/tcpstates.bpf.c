// States that connections go through, and how long they stay in each.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "tcpstates.h"

/// @description "Local port of the connections that are shown"
const volatile __u16 target_sport = 0;

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 10240);
  __type(key, struct sock *);
  __type(value, __u64);
} timestamps SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
  __uint(key_size, sizeof(__u32));
  __uint(value_size, sizeof(__u32));
} events SEC(".maps");

SEC("tracepoint/sock/inet_sock_set_state")
int handle_set_state(struct trace_event_raw_inet_sock_set_state *ctx) {
  struct sock *sk = (struct sock *)ctx->skaddr;
  if (ctx->protocol != IPPROTO_TCP || (target_sport && target_sport != ctx->sport)) {
    return 0;
  }
  __u64 now = bpf_ktime_get_ns();
  __u64 *since = bpf_map_lookup_elem(&timestamps, &sk);
  struct event event = {};
  event.skaddr = sk;
  event.delta_us = since ? (now - *since) / 1000 : 0;
  event.oldstate = ctx->oldstate;
  event.newstate = ctx->newstate;
  event.lport = ctx->sport;
  event.dport = ctx->dport;
  event.pid = bpf_get_current_pid_tgid() >> 32;
  bpf_get_current_comm(event.comm, sizeof(event.comm));
  bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &event, sizeof(event));
  if (ctx->newstate == TCP_CLOSE) {
    bpf_map_delete_elem(&timestamps, &sk);
  } else {
    bpf_map_update_elem(&timestamps, &sk, &now, BPF_ANY);
  }
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
