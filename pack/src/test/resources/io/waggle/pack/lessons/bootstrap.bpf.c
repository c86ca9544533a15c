// Processes that start a program and end, with how long they lived.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "bootstrap.h"

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 8192);
  __type(key, pid_t);
  __type(value, u64);
} exec_start SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} rb SEC(".maps");

/// shortest life of a process that is shown, in nanoseconds
const volatile unsigned long long min_duration_ns = 0;

static struct event *event(pid_t pid) {
  struct event *e = bpf_ringbuf_reserve(&rb, sizeof(*e), 0);
  if (e) {
    struct task_struct *task = (struct task_struct *)bpf_get_current_task();
    __builtin_memset(e, 0, sizeof(*e));
    e->pid = pid;
    e->ppid = BPF_CORE_READ(task, real_parent, tgid);
    bpf_get_current_comm(e->comm, sizeof(e->comm));
  }
  return e;
}

SEC("tp/sched/sched_process_exec")
int handle_exec(struct trace_event_raw_sched_process_exec *ctx) {
  pid_t pid = bpf_get_current_pid_tgid() >> 32;
  u64 now = bpf_ktime_get_ns();
  bpf_map_update_elem(&exec_start, &pid, &now, BPF_ANY);
  if (min_duration_ns) {
    return 0;
  }
  struct event *e = event(pid);
  if (e) {
    unsigned at = ctx->__data_loc_filename & 0xffff;
    bpf_probe_read_str(e->filename, sizeof(e->filename), (void *)ctx + at);
    bpf_ringbuf_submit(e, 0);
  }
  return 0;
}

SEC("tp/sched/sched_process_exit")
int handle_exit(struct trace_event_raw_sched_process_template *ctx) {
  u64 id = bpf_get_current_pid_tgid();
  pid_t pid = id >> 32;
  if (pid != (u32)id) {
    return 0;
  }
  u64 *start = bpf_map_lookup_elem(&exec_start, &pid);
  u64 lived = start ? bpf_ktime_get_ns() - *start : 0;
  bpf_map_delete_elem(&exec_start, &pid);
  if (lived < min_duration_ns) {
    return 0;
  }
  struct event *e = event(pid);
  if (e) {
    struct task_struct *task = (struct task_struct *)bpf_get_current_task();
    e->exit_event = true;
    e->duration_ns = lived;
    e->exit_code = (BPF_CORE_READ(task, exit_code) >> 8) & 0xff;
    bpf_ringbuf_submit(e, 0);
  }
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
