// Processes that open files, or one of them.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

/// @description "Process ID to trace"
const volatile int pid_target = 0;

SEC("tracepoint/syscalls/sys_enter_openat")
int tracepoint__syscalls__sys_enter_openat(struct trace_event_raw_sys_enter *ctx) {
  u32 thread = bpf_get_current_pid_tgid();
  if (pid_target == 0 || pid_target == thread) {
    bpf_printk("Process ID: %d enter sys openat\n", thread);
  }
  return 0;
}

/// "Trace open family syscalls."
char LICENSE[] SEC("license") = "GPL";
