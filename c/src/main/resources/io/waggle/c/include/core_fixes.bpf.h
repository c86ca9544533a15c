/* Fields of the kernel whose names or places have changed. */
#ifndef __CORE_FIXES_BPF_H
#define __CORE_FIXES_BPF_H

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct task_struct___o {
	volatile long state;
} __attribute__((preserve_access_index));

struct task_struct___x {
	unsigned int __state;
} __attribute__((preserve_access_index));

/* The state of a task: __state since Linux 5.14, state before. */
static __always_inline s64 get_task_state(void *task)
{
	struct task_struct___x *now = task;

	if (bpf_core_field_exists(now->__state))
		return BPF_CORE_READ(now, __state);
	return BPF_CORE_READ((struct task_struct___o *)task, state);
}

struct request___x {
	struct request_queue___x *q;
} __attribute__((preserve_access_index));

struct request_queue___x {
	struct gendisk *disk;
} __attribute__((preserve_access_index));

struct request___o {
	struct gendisk *rq_disk;
} __attribute__((preserve_access_index));

/* The disk of a request: rq_disk until Linux 5.16, its queue's since. */
static __always_inline struct gendisk *get_disk(void *request)
{
	struct request___o *before = request;

	if (bpf_core_field_exists(before->rq_disk))
		return BPF_CORE_READ(before, rq_disk);
	return BPF_CORE_READ((struct request___x *)request, q, disk);
}

struct bio___x {
	struct block_device___x *bi_bdev;
} __attribute__((preserve_access_index));

struct block_device___x {
	struct gendisk *bd_disk;
} __attribute__((preserve_access_index));

struct bio___o {
	struct gendisk *bi_disk;
} __attribute__((preserve_access_index));

/* The disk of a bio: bi_disk until Linux 5.11, its block device's since. */
static __always_inline struct gendisk *get_gendisk(void *bio)
{
	struct bio___o *before = bio;

	if (bpf_core_field_exists(before->bi_disk))
		return BPF_CORE_READ(before, bi_disk);
	return BPF_CORE_READ((struct bio___x *)bio, bi_bdev, bd_disk);
}

#endif
