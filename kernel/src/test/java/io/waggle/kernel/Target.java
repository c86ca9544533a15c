package io.waggle.kernel;

import io.waggle.testing.NativeProgram;
import io.waggle.testing.RunningProgram;
import java.nio.file.Path;

/**
 * The program that tests trace: it prints the file offsets of its functions {@code work} and {@code
 * rest}, then for each number on its input calls both so many times, {@code work(i)} returning 2 *
 * i. The functions start with a nop, which the kernel emulates instead of single-stepping.
 */
record Target(NativeProgram program) {
  private static final String SOURCE =
      """
      #include <stdio.h>
      #include <stdlib.h>
      #include <unistd.h>
      extern char __executable_start;
      #define TRACED __attribute__((noipa, patchable_function_entry(1)))
      TRACED long work(long n) { return 2 * n; }
      TRACED long rest(long n) { return 3 * n; }
      int main(int argc, char **argv) {
        char line[64];
        setvbuf(stdout, NULL, _IOLBF, 0);
        printf("%ld %ld\\n", (char *) work - &__executable_start,
               (char *) rest - &__executable_start);
        if (argc > 1) {
          for (long i = 0; i < atol(argv[1]); i++) work(i);
          return 0;
        }
        while (fgets(line, sizeof line, stdin)) {
          long sum = 0;
          for (long i = 0; i < atol(line); i++) { sum += work(i) + rest(i); getppid(); }
          printf("%ld\\n", sum);
        }
      }
      """;

  static Target compile(Path folder) {
    return new Target(NativeProgram.compile(folder, "target", SOURCE));
  }

  String file() {
    return program.file().toString();
  }

  /** A process of it and the offsets it printed. */
  record Running(RunningProgram process, long work, long rest) implements AutoCloseable {
    int pid() {
      return process.pid();
    }

    /** Calls the functions, and returns when they have been called. */
    void call(int times) {
      process.send(Integer.toString(times));
      process.readLine();
    }

    @Override
    public void close() {
      process.close();
    }
  }

  Running start() {
    RunningProgram process = program.start();
    String[] offsets = process.readLine().split(" ");
    return new Running(process, Long.parseLong(offsets[0]), Long.parseLong(offsets[1]));
  }
}
