// What a process has allocated and not freed, by the stacks that asked for it. The user's side says
// in which library malloc and free are.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "maps.bpf.h"

#define MOST_ALLOCATIONS 1000000
#define MOST_STACKS 10240
#define DEEPEST 127

const volatile size_t min_size = 0;
const volatile size_t max_size = -1;
const volatile u64 sample_rate = 1;
const volatile u64 stack_flags = 0;
const volatile bool trace_all = false;

struct alloc_info {
  u64 size;
  u64 timestamp_ns;
  int stack_id;
};

union combined_alloc_info {
  struct {
    u64 total_size : 40;
    u64 number_of_allocs : 24;
  };
  u64 bits;
};

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, MOST_STACKS);
  __type(key, u32); // thread
  __type(value, u64);
} sizes SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, MOST_ALLOCATIONS);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, u64); // address
  __type(value, struct alloc_info);
} allocs SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, MOST_STACKS);
  __type(key, u64); // stack
  __type(value, union combined_alloc_info);
} combined_allocs SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_STACK_TRACE);
  __uint(max_entries, MOST_STACKS);
  __type(key, u32);
  __uint(value_size, DEEPEST * sizeof(u64));
} stack_traces SEC(".maps");

static const union combined_alloc_info nothing;

static union combined_alloc_info one(u64 size) {
  union combined_alloc_info info = {.total_size = size, .number_of_allocs = 1};
  return info;
}

SEC("uprobe")
int BPF_UPROBE(malloc_enter, size_t size) {
  if (size < min_size || size > max_size) {
    return 0;
  }
  if (sample_rate > 1 && bpf_ktime_get_ns() % sample_rate != 0) {
    return 0;
  }
  u32 thread = bpf_get_current_pid_tgid();
  u64 bytes = size;
  bpf_map_update_elem(&sizes, &thread, &bytes, BPF_ANY);
  if (trace_all) {
    bpf_printk("alloc entered, size = %lu", size);
  }
  return 0;
}

SEC("uretprobe")
int BPF_URETPROBE(malloc_exit, u64 address) {
  u32 thread = bpf_get_current_pid_tgid();
  u64 *size = bpf_map_lookup_elem(&sizes, &thread);
  if (!size) {
    return 0; // its start was missed, or is not wanted
  }
  struct alloc_info info = {.size = *size, .timestamp_ns = bpf_ktime_get_ns()};
  bpf_map_delete_elem(&sizes, &thread);
  if (address) {
    info.stack_id = bpf_get_stackid(ctx, &stack_traces, stack_flags);
    bpf_map_update_elem(&allocs, &address, &info, BPF_ANY);
    u64 stack = info.stack_id;
    union combined_alloc_info *sum =
        bpf_map_lookup_or_try_init(&combined_allocs, &stack, &nothing);
    if (sum) {
      __sync_fetch_and_add(&sum->bits, one(info.size).bits);
    }
  }
  if (trace_all) {
    bpf_printk("alloc exited, size = %lu, result = %lx", info.size, address);
  }
  return 0;
}

SEC("uprobe")
int BPF_UPROBE(free_enter, u64 address) {
  struct alloc_info *info = bpf_map_lookup_elem(&allocs, &address);
  if (!info) {
    return 0;
  }
  u64 size = info->size;
  u64 stack = info->stack_id;
  bpf_map_delete_elem(&allocs, &address);
  union combined_alloc_info *sum = bpf_map_lookup_elem(&combined_allocs, &stack);
  if (sum) {
    __sync_fetch_and_sub(&sum->bits, one(size).bits);
  }
  if (trace_all) {
    bpf_printk("free entered, address = %lx, size = %lu", address, size);
  }
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
