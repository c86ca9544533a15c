// How long tasks wait for a processor once they could run.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "runqlat.h"
#include "bits.bpf.h"

#define MAX_ENTRIES 10240
#define TASK_RUNNING 0

const volatile bool filter_cg = false;
const volatile bool targ_per_process = false;
const volatile bool targ_per_thread = false;
const volatile bool targ_per_pidns = false;
const volatile bool targ_ms = false;
const volatile pid_t targ_tgid = 0;

struct {
  __uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
  __type(key, u32);
  __type(value, u32);
  __uint(max_entries, 1);
} cgroup_map SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, MAX_ENTRIES);
  __type(key, u32);
  __type(value, u64);
} start SEC(".maps");

static struct hist zero;

/// @sample {"interval": 1000, "type" : "log2_hist"}
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, MAX_ENTRIES);
  __type(key, u32);
  __type(value, struct hist);
} hists SEC(".maps");

// The field was renamed in Linux 5.14.
struct task_struct___before {
  volatile long state;
} __attribute__((preserve_access_index));

static __always_inline long state_of(struct task_struct *task) {
  if (bpf_core_field_exists(task->__state)) {
    return BPF_CORE_READ(task, __state);
  }
  return BPF_CORE_READ((struct task_struct___before *)task, state);
}

static int enqueue(u32 process, u32 thread) {
  u64 now = bpf_ktime_get_ns();
  if (thread && (!targ_tgid || targ_tgid == process)) {
    bpf_map_update_elem(&start, &thread, &now, BPF_ANY);
  }
  return 0;
}

static u32 namespace_of(struct task_struct *task) {
  struct pid *pid = BPF_CORE_READ(task, thread_pid);
  unsigned level = BPF_CORE_READ(pid, level);
  struct upid upid;
  bpf_core_read(&upid, sizeof(upid), &pid->numbers[level]);
  return BPF_CORE_READ(upid.ns, ns.inum);
}

static u32 key_of(struct task_struct *task, u32 thread) {
  if (targ_per_process) {
    return BPF_CORE_READ(task, tgid);
  }
  if (targ_per_thread) {
    return thread;
  }
  return targ_per_pidns ? namespace_of(task) : -1;
}

static struct hist *hist_of(u32 key) {
  struct hist *hist = bpf_map_lookup_elem(&hists, &key);
  if (!hist) {
    bpf_map_update_elem(&hists, &key, &zero, BPF_NOEXIST);
    hist = bpf_map_lookup_elem(&hists, &key);
  }
  return hist;
}

static void count(struct task_struct *next, u32 thread, u64 waited) {
  struct hist *hist = hist_of(key_of(next, thread));
  if (!hist) {
    return;
  }
  if (!hist->comm[0]) {
    BPF_CORE_READ_STR_INTO(&hist->comm, next, comm);
  }
  u64 slot = log2l(waited / (targ_ms ? 1000000 : 1000));
  if (slot >= MAX_SLOTS) {
    slot = MAX_SLOTS - 1;
  }
  __sync_fetch_and_add(&hist->slots[slot], 1);
}

static bool left_out(void) {
  return filter_cg && !bpf_current_task_under_cgroup(&cgroup_map, 0);
}

SEC("raw_tp/sched_wakeup")
int BPF_PROG(handle_sched_wakeup, struct task_struct *p) {
  return left_out() ? 0 : enqueue(BPF_CORE_READ(p, tgid), BPF_CORE_READ(p, pid));
}

SEC("raw_tp/sched_wakeup_new")
int BPF_PROG(handle_sched_wakeup_new, struct task_struct *p) {
  return left_out() ? 0 : enqueue(BPF_CORE_READ(p, tgid), BPF_CORE_READ(p, pid));
}

SEC("raw_tp/sched_switch")
int BPF_PROG(handle_sched_switch, bool preempt, struct task_struct *prev,
             struct task_struct *next) {
  if (left_out()) {
    return 0;
  }
  if (state_of(prev) == TASK_RUNNING) {
    enqueue(BPF_CORE_READ(prev, tgid), BPF_CORE_READ(prev, pid));
  }
  u32 thread = BPF_CORE_READ(next, pid);
  u64 *since = bpf_map_lookup_elem(&start, &thread);
  if (since) {
    u64 now = bpf_ktime_get_ns();
    if (now >= *since) {
      count(next, thread, now - *since);
    }
    bpf_map_delete_elem(&start, &thread);
  }
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
