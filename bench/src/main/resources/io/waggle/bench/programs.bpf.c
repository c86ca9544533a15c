/*
 * COUNT programs on the functions of TARGET; each reads a few fields of the current task, which the
 * loader has to relocate. Needs no header: both loaders get the same object.
 */
#define SEC(name) __attribute__((section(name), used))
#define TEXT(x) TEXT_(x)
#define TEXT_(x) #x

typedef unsigned int u32;
typedef unsigned long long u64;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct task_struct {
	int pid;
	int tgid;
	u64 start_time;
	struct task_struct *real_parent;
};
#pragma clang attribute pop

static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static u64 (*bpf_get_current_task)(void) = (void *)35;
static long (*bpf_probe_read_kernel)(void *to, u32 size, const void *from) = (void *)113;
static long (*bpf_ringbuf_output)(void *ring, void *data, u64 size, u64 flags) = (void *)130;

struct {
	int (*type)[1]; /* hash */
	int (*max_entries)[1024];
	u32 *key;
	u64 *value;
} counts SEC(".maps");

struct {
	int (*type)[27]; /* ring buffer */
	int (*max_entries)[65536];
} events SEC(".maps");

/* What "events" holds; the pointer keeps the type in the object. */
struct event {
	u32 pid;
};
const struct event *unused_event __attribute__((unused));

const volatile int wanted = 0;
u64 seen;

#define READ(to, from) bpf_probe_read_kernel(&(to), sizeof(to), &(from))

#define PROGRAM(n)                                                                   \
	SEC("uprobe/" TARGET ":work" TEXT(n)) int on_work##n(void *ctx)              \
	{                                                                            \
		struct task_struct *task = (void *)bpf_get_current_task(), *parent;  \
		struct event event;                                                  \
		int pid, tgid;                                                       \
		u64 start, *count;                                                   \
		READ(pid, task->pid);                                                \
		READ(tgid, task->tgid);                                              \
		READ(start, task->start_time);                                       \
		READ(parent, task->real_parent);                                     \
		if (wanted && wanted != tgid)                                        \
			return 0;                                                    \
		count = bpf_map_lookup_elem(&counts, &tgid);                         \
		if (count)                                                           \
			*count += start + (parent != 0);                             \
		seen++;                                                              \
		event.pid = tgid;                                                    \
		bpf_ringbuf_output(&events, &event, sizeof(event), 0);               \
		return 0;                                                            \
	}
PROGRAM(00)
#ifdef THIRTY
#define TEN(n) PROGRAM(n##1) PROGRAM(n##2) PROGRAM(n##3) PROGRAM(n##4) PROGRAM(n##5) \
	PROGRAM(n##6) PROGRAM(n##7) PROGRAM(n##8) PROGRAM(n##9)
TEN(0) PROGRAM(10) TEN(1) PROGRAM(20) TEN(2)
#endif

char _license[] SEC("license") = "GPL";
