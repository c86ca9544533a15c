// The smallest program: a line for each write(2), of one process if it is named.
#define BPF_NO_GLOBAL_DATA
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

const volatile pid_t pid_filter = 0;

SEC("tp/syscalls/sys_enter_write")
int handle_tp(void *ctx) {
  pid_t pid = bpf_get_current_pid_tgid() >> 32;
  if (pid_filter == 0 || pid == pid_filter) {
    bpf_printk("BPF triggered from PID %d.\n", pid);
  }
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
