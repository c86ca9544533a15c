// What the benchmarks trace: a function that starts with a nop, called COUNT times.
//   target COUNT RESULT [HOLD]
// writes the nanoseconds a call took to RESULT, then waits until HOLD, a FIFO, is opened for writing.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

volatile long sink;

// The kernel emulates a nop under a breakpoint and single-steps most other instructions, which costs
// fifteen times as much and would drown what is measured.
__attribute__((noinline, patchable_function_entry(1))) long work(long value) {
  sink = value;
  return value + 1;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: target COUNT RESULT [HOLD]\n");
    return 2;
  }
  long count = atol(argv[1]);
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (long i = 0; i < count; i++) work(i);
  clock_gettime(CLOCK_MONOTONIC, &end);
  double nanos = (end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec);
  FILE *result = fopen(argv[2], "w");
  if (!result) return 1;
  fprintf(result, "%.1f\n", nanos / count);
  fclose(result);
  if (argc > 3) {
    int hold = open(argv[3], O_RDONLY);
    char byte;
    while (read(hold, &byte, 1) > 0) {
    }
  }
  return 0;
}
