package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.link.ObjectLinker;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of several files, linked and run, by us and by bpftool. */
@RequiresBpf
@Requires({Feature.CLANG, Feature.BPFTOOL})
class LinkedObjectTest {
  private static final String HEADER =
      """
      #define SEC(name) __attribute__((section(name), used))
      #define __weak __attribute__((weak))
      #define __hidden __attribute__((visibility("hidden")))
      #define __noinline __attribute__((noinline))
      typedef unsigned int u32;
      typedef unsigned long long u64;
      static void *(*lookup)(void *, const void *) = (void *) 1;
      static long (*loop)(u32, void *, void *, u64) = (void *) 181;
      char LICENSE[] SEC("license") = "GPL";
      """;
  private static final String MAP =
      """
      struct {
        int (*type)[2]; int (*max_entries)[4]; u32 *key; u64 *value;
      } shared SEC(".maps");
      """;
  private static final String FIRST =
      """
      extern int tail;
      extern int add(int x);
      const volatile int base = 5;
      int sum, read_back;
      static volatile int local = 3;
      __weak __noinline int chosen(int x) { asm volatile(""); return x + 1; }
      static __noinline int twice(int x) { return x * 2 + local; }
      static int each(u32 index, void *context) { local += index; return 0; }
      SEC("raw_tp") int first(void *context) {
        sum = add(twice(base)) + tail + chosen(1);
        loop(3, each, (void *) 0, 0);
        u32 key = 2;
        u64 *value = lookup(&shared, &key);
        if (value) { read_back = *value; *value += local; }
        return 0;
      }
      """;
  private static final String SECOND =
      """
      extern int sum;
      int tail = 100;
      static volatile int local = 4;
      __noinline int chosen(int x) { asm volatile(""); return x + 1000; }
      static __noinline int twice(int x) { return x * 3 + local; }
      __hidden __noinline int add(int x) { return x + twice(1); }
      SEC("raw_tp") int second(void *context) {
        u32 key = 2;
        u64 *value = lookup(&shared, &key);
        if (value) *value = sum;
        return 0;
      }
      """;

  @TempDir Path folder;

  private Path compile(String name, String source) {
    return BpfCompiler.compile(folder, name, HEADER + source, "-mcpu=v3");
  }

  @Test
  void runsWhatIsLinked() {
    Path first = compile("first", MAP + FIRST);
    Path second = compile("second", "extern " + MAP + SECOND);
    BpfObject ours = BpfObject.read("linked", new ObjectLinker().add(first).add(second).link());
    run(ours);
    // The other way round definitions come before or after what needs them.
    run(BpfObject.read("linked", new ObjectLinker().add(second).add(first).link()));
  }

  @Test
  void bpftoolsObjectDoesTheSame() throws Exception {
    Path first = compile("first", MAP + FIRST);
    Path second = compile("second", "extern " + MAP + SECOND);
    Path linked = folder.resolve("linked.o");
    Process bpftool =
        new ProcessBuilder("bpftool", "gen", "object", linked + "", first + "", second + "")
            .inheritIO()
            .start();
    assertThat(bpftool.waitFor()).isZero();
    run(BpfObject.read(linked));
  }

  private static void run(BpfObject object) {
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      loaded.program("first").runOnce();
      assertThat(loaded.variable("sum").getLong()).isEqualTo(13 + 3 + 4 + 100 + 1001);
      assertThat(loaded.variable("read_back").getLong()).isZero();
      loaded.program("second").runOnce();
      loaded.program("first").runOnce();
      assertThat(loaded.variable("read_back").getLong()).isEqualTo(1121);
      // twice() of the first file adds its own local, grown by 0 + 1 + 2 with each run.
      assertThat(loaded.variable("sum").getLong()).isEqualTo(1121 + 3);
      assertThat(loaded.map("shared").as(Codec.INT, Codec.LONG).get(2)).hasValue(1121L + 9);
    }
  }

  @Test
  void anObjectThatMissesItsOtherHalfSaysSo() {
    Path alone = compile("alone", MAP + FIRST);
    assertThatThrownBy(() -> BpfObject.read(alone))
        .hasMessageContaining("it is not defined in this object")
        .hasMessageContaining("link the object that defines it");
  }
}
