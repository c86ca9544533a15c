// Loads and attaches an object for each line of its input; prints the nanoseconds that took.
// Without arguments it prints libbpf's version.
#include <bpf/libbpf.h>
#include <stdio.h>
#include <time.h>

static int quiet(enum libbpf_print_level level, const char *format, va_list values) {
  return level == LIBBPF_WARN ? vfprintf(stderr, format, values) : 0;
}

static long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000L + time.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc < 2) return puts(libbpf_version_string()) < 0;
  libbpf_set_print(quiet);
  while (getchar() != EOF) {
    long before = now();
    struct bpf_link *links[64];
    int count = 0;
    struct bpf_object *object = bpf_object__open(argv[1]);
    if (!object || bpf_object__load(object)) return 1;
    struct bpf_program *program;
    bpf_object__for_each_program(program, object) {
      links[count] = bpf_program__attach(program);
      if (!links[count++]) return 1;
    }
    long after = now();
    while (count > 0) bpf_link__destroy(links[--count]);
    bpf_object__close(object);
    printf("%ld\n", after - before);
    fflush(stdout);
  }
  return 0;
}
