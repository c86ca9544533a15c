/*
 * The peer: what a C program does with libbpf.
 *
 *   loader load OBJECT    for each line read from standard input: open, load, attach, detach and
 *                         free the object, and print the nanoseconds of the first three and of all
 *   loader first OBJECT   load and attach, print the first event of ring buffer "events", end
 *   loader types NAME     find a structure in the kernel's types, print the nanoseconds
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static int quiet(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, arguments) : 0;
}

static void require(int ok, const char *what)
{
	if (!ok) {
		perror(what);
		exit(1);
	}
}

static struct bpf_object *attached(const char *file, struct bpf_link **links, int *count)
{
	struct bpf_object *object = bpf_object__open_file(file, NULL);
	struct bpf_program *program;

	require(object != NULL, "open");
	require(bpf_object__load(object) == 0, "load");
	*count = 0;
	bpf_object__for_each_program(program, object) {
		links[*count] = bpf_program__attach(program);
		require(links[*count] != NULL, "attach");
		++*count;
	}
	return object;
}

static void load(const char *file)
{
	struct bpf_link *links[64];
	struct bpf_object *object;
	char line[16];
	long start, middle;
	int count;

	while (fgets(line, sizeof(line), stdin)) {
		start = now();
		object = attached(file, links, &count);
		middle = now();
		while (count > 0)
			bpf_link__destroy(links[--count]);
		bpf_object__close(object);
		printf("%ld %ld\n", middle - start, now() - start);
		fflush(stdout);
	}
}

static int print(void *context, void *data, size_t size)
{
	printf("%d\n", *(int *)data);
	fflush(stdout);
	exit(0);
}

static void first(const char *file)
{
	struct bpf_link *links[64];
	struct bpf_object *object;
	struct ring_buffer *ring;
	int count;

	object = attached(file, links, &count);
	ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "events"), print, NULL, NULL);
	require(ring != NULL, "ring buffer");
	while (ring_buffer__poll(ring, -1) >= 0)
		;
}

static void types(const char *name)
{
	long start = now();
	struct btf *btf = btf__load_vmlinux_btf();

	require(btf != NULL, "types");
	require(btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT) > 0, name);
	printf("%ld\n", now() - start);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	libbpf_set_print(quiet);
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	if (!strcmp(argv[1], "load"))
		load(argv[2]);
	else if (!strcmp(argv[1], "first"))
		first(argv[2]);
	else if (!strcmp(argv[1], "types"))
		types(argv[2]);
	else
		return 2;
	return 0;
}
