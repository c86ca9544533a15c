// What the launcher's rehearsal runs: see Rehearsal.java. Made into rehearsal.json by
//   waggle build -o . rehearsal.bpf.c && mv package.json rehearsal.json
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

const volatile int pid_target = -1;

struct event {
	int pid;
	int parent;
	char comm[16];
};

struct event *unused __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("tp/syscalls/sys_enter_getppid")
int rehearse(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	int pid = bpf_get_current_pid_tgid() >> 32;

	if (pid != pid_target)
		return 0;
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		return 0;
	event->pid = pid;
	event->parent = BPF_CORE_READ(task, real_parent, tgid);
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	bpf_ringbuf_submit(event, 0);
	return 0;
}
