// Time spent in handlers of interrupts, each by typed and by raw tracepoints.
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "hardirqs.h"
#include "bits.bpf.h"

const volatile bool targ_dist = false;
const volatile bool targ_ns = false;
const volatile bool do_count = false;

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, u32);
  __type(value, u64);
} start SEC(".maps");

/// @sample {"interval": 1000}
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 256);
  __type(key, struct irq_key);
  __type(value, struct info);
} infos SEC(".maps");

static struct info zero;

static struct info *info_of(struct irqaction *action) {
  struct irq_key key = {};
  bpf_probe_read_kernel_str(&key.name, sizeof(key.name), BPF_CORE_READ(action, name));
  struct info *info = bpf_map_lookup_elem(&infos, &key);
  if (!info) {
    bpf_map_update_elem(&infos, &key, &zero, BPF_NOEXIST);
    info = bpf_map_lookup_elem(&infos, &key);
  }
  return info;
}

static int handle_entry(int irq, struct irqaction *action) {
  if (do_count) {
    struct info *info = info_of(action);
    if (info) {
      info->count += 1;
    }
    return 0;
  }
  u64 now = bpf_ktime_get_ns();
  u32 key = 0;
  bpf_map_update_elem(&start, &key, &now, BPF_ANY);
  return 0;
}

static int handle_exit(int irq, struct irqaction *action) {
  u32 key = 0;
  u64 *since = bpf_map_lookup_elem(&start, &key);
  if (do_count || !since || !*since) {
    return 0;
  }
  u64 spent = bpf_ktime_get_ns() - *since;
  if (!targ_ns) {
    spent /= 1000;
  }
  struct info *info = info_of(action);
  if (!info) {
    return 0;
  }
  if (!targ_dist) {
    info->count += spent;
    return 0;
  }
  u64 slot = log2l(spent);
  info->slots[slot >= MAX_SLOTS ? MAX_SLOTS - 1 : slot]++;
  return 0;
}

SEC("tp_btf/irq_handler_entry")
int BPF_PROG(irq_handler_entry_btf, int irq, struct irqaction *action) {
  return handle_entry(irq, action);
}

SEC("tp_btf/irq_handler_exit")
int BPF_PROG(irq_handler_exit_btf, int irq, struct irqaction *action) {
  return handle_exit(irq, action);
}

SEC("raw_tp/irq_handler_entry")
int BPF_PROG(irq_handler_entry, int irq, struct irqaction *action) {
  return handle_entry(irq, action);
}

SEC("raw_tp/irq_handler_exit")
int BPF_PROG(irq_handler_exit, int irq, struct irqaction *action) {
  return handle_exit(irq, action);
}

char LICENSE[] SEC("license") = "GPL";
