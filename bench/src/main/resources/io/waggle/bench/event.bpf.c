#define SEC(name) __attribute__((section(name), used))
typedef unsigned long long u64;
static long (*bpf_ringbuf_output)(void *, void *, u64, u64) = (void *) 130;
char _license[] SEC("license") = "GPL";

struct event { u64 number; };
struct event exported __attribute__((unused));
struct { int (*type)[27]; int (*max_entries)[65536]; } events SEC(".maps");

struct registers { u64 before[14]; u64 di; };

SEC("uprobe/TARGET:f0") int first(struct registers *context) {
  struct event event = { context->di };
  bpf_ringbuf_output(&events, &event, sizeof(event), 0);
  return 0;
}
