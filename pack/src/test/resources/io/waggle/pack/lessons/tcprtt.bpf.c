// Round-trip times of connections.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "tcprtt.h"
#include "bits.bpf.h"

const volatile bool targ_laddr_hist = false;
const volatile bool targ_raddr_hist = false;
const volatile bool targ_show_ext = false;
const volatile __u16 targ_sport = 0;
const volatile __u16 targ_dport = 0;
const volatile __u32 targ_saddr = 0;
const volatile __u32 targ_daddr = 0;
const volatile bool targ_ms = false;

/// @sample {"interval": 1000, "type" : "log2_hist"}
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 10240);
  __type(key, u64);
  __type(value, struct hist);
} hists SEC(".maps");

static struct hist zero;

SEC("fentry/tcp_rcv_established")
int BPF_PROG(tcp_rcv, struct sock *sk) {
  const struct inet_sock *inet = (struct inet_sock *)sk;
  if ((targ_sport && targ_sport != inet->inet_sport) ||
      (targ_dport && targ_dport != sk->__sk_common.skc_dport) ||
      (targ_saddr && targ_saddr != inet->inet_saddr) ||
      (targ_daddr && targ_daddr != sk->__sk_common.skc_daddr)) {
    return 0;
  }
  u64 key = targ_laddr_hist   ? inet->inet_saddr
            : targ_raddr_hist ? sk->__sk_common.skc_daddr
                              : 0;
  struct hist *hist = bpf_map_lookup_elem(&hists, &key);
  if (!hist) {
    bpf_map_update_elem(&hists, &key, &zero, BPF_NOEXIST);
    hist = bpf_map_lookup_elem(&hists, &key);
    if (!hist) {
      return 0;
    }
  }
  struct tcp_sock *ts = (struct tcp_sock *)sk;
  u32 srtt = BPF_CORE_READ(ts, srtt_us) >> 3;
  if (targ_ms) {
    srtt /= 1000;
  }
  u64 slot = log2l(srtt);
  if (slot >= MAX_SLOTS) {
    slot = MAX_SLOTS - 1;
  }
  __sync_fetch_and_add(&hist->slots[slot], 1);
  if (targ_show_ext) {
    __sync_fetch_and_add(&hist->latency, srtt);
    __sync_fetch_and_add(&hist->cnt, 1);
  }
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
