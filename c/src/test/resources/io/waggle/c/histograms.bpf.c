/* A program with the three headers that tools of libbpf have beside them. */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "bits.bpf.h"
#include "maps.bpf.h"
#include "core_fixes.bpf.h"

struct hist {
	u32 slots[64];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, u32);
	__type(value, struct hist);
} hists SEC(".maps");

static struct hist zero;

SEC("tp_btf/sched_switch")
int BPF_PROG(sched_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	u32 key = get_task_state(prev);
	struct hist *hist = bpf_map_lookup_or_try_init(&hists, &key, &zero);

	if (hist)
		__sync_fetch_and_add(&hist->slots[log2l(next->pid) & 63], 1);
	return 0;
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(block_rq_complete, struct request *rq)
{
	return get_disk(rq) == get_gendisk(BPF_CORE_READ(rq, bio)) ? log2(ctx[2]) : 0;
}

char LICENSE[] SEC("license") = "GPL";
