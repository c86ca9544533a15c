// Signals sent by kill(2): kept from its entry to its exit, which knows the result.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct event {
  unsigned int pid;
  unsigned int tpid;
  int sig;
  int ret;
  char comm[16];
};

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 10240);
  __type(key, __u32);
  __type(value, struct event);
} values SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_kill")
int kill_entry(struct trace_event_raw_sys_enter *ctx) {
  __u64 id = bpf_get_current_pid_tgid();
  __u32 thread = (__u32)id;
  struct event event = {};
  event.pid = id >> 32;
  event.tpid = (pid_t)ctx->args[0];
  event.sig = (int)ctx->args[1];
  bpf_get_current_comm(event.comm, sizeof(event.comm));
  bpf_map_update_elem(&values, &thread, &event, BPF_ANY);
  return 0;
}

SEC("tracepoint/syscalls/sys_exit_kill")
int kill_exit(struct trace_event_raw_sys_exit *ctx) {
  __u32 thread = (__u32)bpf_get_current_pid_tgid();
  struct event *event = bpf_map_lookup_elem(&values, &thread);
  if (event) {
    event->ret = ctx->ret;
    bpf_printk("PID %d (%s) sent signal %d to PID %d, ret = %d", event->pid, event->comm,
               event->sig, event->tpid, event->ret);
    bpf_map_delete_elem(&values, &thread);
  }
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
