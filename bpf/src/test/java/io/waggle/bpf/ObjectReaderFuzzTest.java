package io.waggle.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.FormatException;
import io.waggle.testing.BpfCompiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Whatever the bytes, reading them ends in an object or in an error that says what is wrong. */
class ObjectReaderFuzzTest {
  private static final List<byte[]> OBJECTS = List.of(compile("bpfel"), compile("bpfeb"));

  private static byte[] compile(String target) {
    try {
      Path folder = Files.createTempDirectory("object");
      Path object =
          BpfCompiler.compile(
              folder,
              "fuzz",
              """
              #define SEC(name) __attribute__((section(name), used))
              typedef unsigned long long u64;
              struct task_struct { int pid; } __attribute__((preserve_access_index));
              struct inner { int (*type)[2]; int (*max_entries)[1]; int *key; u64 *value; };
              struct inner one SEC(".maps");
              struct {
                int (*type)[12]; int (*max_entries)[2]; int *key; int *value;
                struct inner *values[];
              } outer SEC(".maps") = { .values = { &one } };
              struct ops { int (*call)(void *); int number; };
              SEC("struct_ops") int called(void *c) { return 0; }
              struct ops table SEC(".struct_ops.link") = { .call = called, .number = 3 };
              extern int LINUX_KERNEL_VERSION SEC(".kconfig");
              extern int bpf_prog_active SEC(".ksyms");
              extern void bpf_task_release(struct task_struct *) SEC(".ksyms");
              static volatile int local = 3, more[4];
              const volatile char text[8] = "text";
              char LICENSE[] SEC("license") = "GPL";
              static __attribute__((noinline)) int f(int x) { return x * local + more[x & 3]; }
              SEC("raw_tp") int program(struct task_struct *task) {
                bpf_task_release(task);
                return f(task->pid) + (long) &outer + LINUX_KERNEL_VERSION + bpf_prog_active;
              }
              SEC("?tracepoint/a/b") int other(void *c) { return f(text[1]); }
              """,
              "-target",
              target);
      byte[] content = Files.readAllBytes(object);
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
      return content;
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Property(tries = 2000)
  void survivesDamage(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = OBJECTS.get(random.nextInt(OBJECTS.size())).clone();
    for (int i = random.nextInt(8); i >= 0; i--) {
      // Headers of sections stand at the end, what is dense before the debug information.
      int from = random.nextBoolean() ? 0 : Math.max(0, bytes.length - 3000);
      bytes[from + random.nextInt(bytes.length - from)] = (byte) random.nextInt();
    }
    read(bytes);
  }

  @Test
  void survivesTruncation() {
    for (byte[] object : OBJECTS) {
      assertThat(BpfObject.read("whole", Bytes.of(object)).programs()).hasSize(3);
      for (int length = 0; length < object.length; length += 7) {
        read(Arrays.copyOf(object, length));
      }
    }
  }

  private static void read(byte[] bytes) {
    try {
      BpfObject object = BpfObject.read("damaged", Bytes.of(bytes));
      object.variables().forEach(variable -> assertThat(variable.size()).isPositive());
    } catch (FormatException | ObjectException | DecodeException e) {
      assertThat(e.getMessage()).contains(": ");
    }
  }
}
