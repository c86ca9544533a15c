package io.waggle.bpf.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.Bytes;
import io.waggle.formats.FormatException;
import io.waggle.testing.BpfCompiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever the bytes, linking them ends in an object or in a clear error. */
class ObjectLinkerFuzzTest {
  private static final Bytes OBJECT = compile();

  private static Bytes compile() {
    try {
      Path folder = Files.createTempDirectory("link");
      Path object =
          BpfCompiler.compile(
              folder,
              "fuzz",
              """
              #define SEC(name) __attribute__((section(name), used))
              struct { int (*type)[1]; int *key; } map SEC(".maps");
              extern int other;
              static volatile int local = 3, more[4];
              static __attribute__((noinline)) int f(int x) { return x * local + more[x & 3]; }
              SEC("raw_tp") int program(void *c) { return f(other) + (long) &map; }
              """);
      Bytes content = Bytes.of(Files.readAllBytes(object));
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

  @Property(tries = 500)
  void survivesDamage(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = OBJECT.toArray();
    if (random.nextInt(4) == 0) {
      bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    for (int i = random.nextInt(8); i >= 0 && bytes.length > 0; i--) {
      int from = random.nextBoolean() ? 0 : Math.max(0, bytes.length - 2000);
      bytes[from + random.nextInt(bytes.length - from)] = (byte) random.nextInt();
    }
    try {
      Bytes linked = new ObjectLinker().add("damaged", Bytes.of(bytes)).link();
      assertThat(linked.size()).isPositive();
    } catch (FormatException | LinkException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }
}
