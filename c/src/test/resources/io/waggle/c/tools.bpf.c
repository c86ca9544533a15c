/* What programs written for libbpf do, all in one. Compiled, not loaded. */
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_endian.h>
#include <bpf/usdt.bpf.h>
struct request_queue___x { struct gendisk *disk; } __attribute__((preserve_access_index));
struct task_struct___o { volatile long int state; } __attribute__((preserve_access_index));
static __always_inline __s64 get_task_state(void *task)
{
  struct task_struct *t = task;
  if (bpf_core_field_exists(t->__state)) return BPF_CORE_READ(t, __state);
  return BPF_CORE_READ((struct task_struct___o *)task, state);
}
struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __uint(key_size, sizeof(u32)); __uint(value_size, 127*sizeof(u64)); __uint(max_entries, 1024);} stacks SEC(".maps");
struct elem { struct bpf_timer t; struct task_struct __kptr *task; struct bpf_spin_lock lock; int n; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32); __type(value, struct elem);} timers SEC(".maps");
struct inner { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __type(key, u32); __type(value, u32);} in1 SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2); __type(key, u32); __array(values, struct inner);} outer SEC(".maps") = { .values = { &in1 } };
int tail(void *ctx);
struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 2); __uint(key_size, 4); __array(values, int (void *)); } jmp SEC(".maps") = { .values = { [1] = (void *)&tail } };
SEC("raw_tp/sys_enter") int tail(void *ctx) { return 0; }
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym __weak;
extern void bpf_task_release(struct task_struct *p) __ksym __weak;
extern const int runqueues __ksym __weak;
extern unsigned CONFIG_HZ __kconfig;
extern bool CONFIG_BPF_SYSCALL __kconfig __weak;
extern char CONFIG_DEFAULT_HOSTNAME[64] __kconfig __weak;
const volatile struct { int a; char b[8]; } cfg = {};
volatile int counter;
static int cb(u32 i, void *data) { *(int *)data += i; return 0; }
static long each(struct bpf_map *map, u32 *k, u32 *v, void *c) { return 0; }
static int timed(void *map, int *key, struct elem *v) { return 0; }
__noinline int global_fn(int x) { return x * counter; }
SEC("tp_btf/sched_switch")
int BPF_PROG(sw, bool preempt, struct task_struct *prev, struct task_struct *next)
{
  int sum = 0, i; u32 k = 0;
  bpf_loop(10, cb, &sum, 0);
  bpf_for_each_map_elem(&in1, each, 0, 0);
  struct elem *e = bpf_map_lookup_elem(&timers, &k);
  if (e) {
    bpf_spin_lock(&e->lock); e->n++; bpf_spin_unlock(&e->lock);
    bpf_timer_init(&e->t, &timers, 1); bpf_timer_set_callback(&e->t, timed); bpf_timer_start(&e->t, 1000, 0);
    struct task_struct *a = bpf_task_acquire(next);
    if (a) { a = bpf_kptr_xchg(&e->task, a); if (a) bpf_task_release(a); }
  }
  bpf_rcu_read_lock(); bpf_rcu_read_unlock();
  bpf_for(i, 0, 5) { bpf_for(k, 0, 3) sum += k; if (sum > 100) break; }
  bpf_repeat(10) { sum++; if (sum > 7) continue; }
  bpf_tail_call_static(ctx, &jmp, 1);
  bpf_tail_call(ctx, &jmp, 1);
  sum += BPF_CORE_READ_BITFIELD(prev, in_execve) + BPF_CORE_READ_BITFIELD_PROBED(next, in_execve);
  return sum + get_task_state(prev) + global_fn(3) + bpf_get_stackid(ctx, &stacks, BPF_F_FAST_STACK_CMP) + CONFIG_HZ + CONFIG_BPF_SYSCALL + CONFIG_DEFAULT_HOSTNAME[0] + (bpf_ksym_exists(bpf_task_acquire) ? 1 : 0);
}
SEC("iter/task") int dump(struct bpf_iter__task *ctx)
{
  struct seq_file *seq = ctx->meta->seq; struct task_struct *t = ctx->task;
  if (!t) return 0;
  BPF_SEQ_PRINTF(seq, "%d %s\n", t->pid, t->comm);
  return 0;
}
SEC("ksyscall/openat") int BPF_KSYSCALL(oa, int dfd, const char *p) { bpf_printk("%s", p); return 0; }
SEC("kretsyscall/openat") int BPF_KRETPROBE(oar, int ret) { bpf_printk("%d", ret); return 0; }
SEC("kprobe/x") int BPF_KPROBE_SYSCALL(oa2, int dfd) { return dfd; }
SEC("uprobe/libc:malloc") int BPF_UPROBE(m, size_t s) { bpf_printk("%lu %lu %lu %lu", s, s, s, s); return 0; }
SEC("uretprobe/libc:malloc") int BPF_URETPROBE(mr, void *p) { bpf_printk("%p", p); return 0; }
SEC("usdt/libc.so.6:libc:setjmp") int BPF_USDT(us, void *a, int b) { return b; }
SEC("usdt") int us2(struct pt_regs *ctx) { long v; bpf_usdt_arg(ctx, 1, &v); return v + bpf_usdt_arg_cnt(ctx) + bpf_usdt_cookie(ctx); }
SEC("fmod_ret/x") int BPF_PROG(fm, int a, int ret) { return ret; }
SEC("lsm/file_open") int BPF_PROG(lo, struct file *f, int ret) { return ret ? ret : 0; }
SEC("?fentry.s/x") int BPF_PROG2(g2, struct path, p, int, b) { return b; }
SEC("tc") int t(struct __sk_buff *skb) { struct ethhdr eth; bpf_skb_load_bytes(skb, 0, &eth, sizeof(eth)); return bpf_ntohs(eth.h_proto) == 0x800 && bpf_htonl(1) != bpf_cpu_to_be64(2); }
char _license[] SEC("license") = "GPL";
