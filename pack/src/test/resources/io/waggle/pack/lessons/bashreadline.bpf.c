// What is typed into bash: the results of its function readline.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define LINE 80

SEC("uretprobe//bin/bash:readline")
int BPF_KRETPROBE(printret, const void *ret) {
  char line[LINE];
  char comm[16];
  if (ret) {
    bpf_get_current_comm(comm, sizeof(comm));
    bpf_probe_read_user_str(line, sizeof(line), ret);
    u32 pid = bpf_get_current_pid_tgid() >> 32;
    bpf_printk("PID %d (%s) read: %s ", pid, comm, line);
  }
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
