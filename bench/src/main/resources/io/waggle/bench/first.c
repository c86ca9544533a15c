// Loads and attaches an object, and prints the events of its ring buffer.
#include <bpf/libbpf.h>
#include <stdio.h>

static int print(void *context, void *data, size_t size) {
  printf("event %llu\n", *(unsigned long long *) data);
  fflush(stdout);
  return 0;
}

int main(int argc, char **argv) {
  struct bpf_object *object = bpf_object__open(argv[1]);
  if (argc != 2 || !object || bpf_object__load(object)) return 1;
  struct bpf_program *program;
  bpf_object__for_each_program(program, object)
    if (!bpf_program__attach(program)) return 1;
  struct ring_buffer *ring =
      ring_buffer__new(bpf_object__find_map_fd_by_name(object, "events"), print, 0, 0);
  while (ring && ring_buffer__poll(ring, -1) >= 0) {}
  return 1;
}
