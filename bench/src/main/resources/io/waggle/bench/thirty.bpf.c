#define SEC(name) __attribute__((section(name), used))
typedef unsigned int u32;
typedef unsigned long long u64;
static void *(*bpf_map_lookup_elem)(void *, const void *) = (void *) 1;
static long (*bpf_map_update_elem)(void *, const void *, const void *, u64) = (void *) 2;
static u64 (*bpf_get_current_task)(void) = (void *) 35;
static long (*bpf_probe_read_kernel)(void *, u32, const void *) = (void *) 113;
char _license[] SEC("license") = "GPL";

struct { int (*type)[1]; int (*max_entries)[1024]; u32 *key; u64 *value; } counts SEC(".maps");
struct { int (*type)[27]; int (*max_entries)[65536]; } events SEC(".maps");
u64 total;

struct task_struct { int pid; int tgid; } __attribute__((preserve_access_index));

static inline __attribute__((always_inline)) int count(u32 key) {
  u64 one = 1, *seen = bpf_map_lookup_elem(&counts, &key);
  if (seen) __sync_fetch_and_add(seen, 1);
  else bpf_map_update_elem(&counts, &key, &one, 0);
  __sync_fetch_and_add(&total, 1);
  return 0;
}

static inline __attribute__((always_inline)) int read_field(u32 key) {
  struct task_struct *task = (void *) bpf_get_current_task();
  int pid = 0, tgid = 0;
  bpf_probe_read_kernel(&pid, sizeof(pid), &task->pid);
  bpf_probe_read_kernel(&tgid, sizeof(tgid), &task->tgid);
  return count(key + (pid == tgid));
}

