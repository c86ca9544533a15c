package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Guest;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs on the functions of a program that is loaded already. */
@RequiresBpf
@Requires(Feature.CLANG)
class ProgramExtensionTest {
  private static final String HEADER =
      """
      #define SEC(name) __attribute__((section(name), used))
      typedef unsigned long long u64;
      struct xdp_md { unsigned data, data_end, data_meta, in, queue, out; };
      char _license[] SEC("license") = "GPL";
      """;

  private static final String BASE =
      """
      __attribute__((noinline)) int decide(struct xdp_md *context) {
        volatile int answer = 2;
        return answer;
      }
      SEC("xdp") int base(struct xdp_md *context) { return decide(context); }
      """;

  @TempDir Path folder;
  private final Kernel kernel = Kernel.host();

  private BpfObject read(String name, String source) {
    return BpfObject.read(BpfCompiler.compile(folder, name, HEADER + source, "-mcpu=v3"));
  }

  private static int run(LoadedObject base) {
    return TestRun.ONCE.withData(new byte[64]).run(base.program("base")).returned();
  }

  private LoadedObject load(String source, String program, LoadedObject base, String function) {
    LoadOptions.Target target = new LoadOptions.Target(base.program("base"), function);
    return kernel.load(read("extension", source), LoadOptions.USUAL.withTarget(program, target));
  }

  @Test
  @Guest
  @Requires(Feature.FENTRY)
  void aFunctionIsReplacedUntilTheLinkIsClosed() {
    String source = "SEC(\"freplace/decide\") int instead(struct xdp_md *context) { return 3; }";
    try (LoadedObject base = kernel.load(read("base", BASE));
        LoadedObject extension = load(source, "instead", base, "")) {
      assertThat(run(base)).isEqualTo(2);
      assertThat(extension.attachAll()).isEmpty();
      assertThat(run(base)).isEqualTo(3);
      extension.detach();
      assertThat(run(base)).isEqualTo(2);
    }
  }

  @Test
  @Guest
  @Requires(Feature.FENTRY)
  void aFunctionIsTracedAtItsStartAndItsEnd() {
    String source =
        """
        int starts, answers;
        SEC("fentry/decide") int start(u64 *context) { starts++; return 0; }
        SEC("fexit/decide") int end(u64 *context) { answers += context[1]; return 0; }
        """;
    try (LoadedObject base = kernel.load(read("base", BASE))) {
      LoadOptions.Target target = new LoadOptions.Target(base.program("base"), "decide");
      LoadOptions options = LoadOptions.USUAL.withTarget("start", target).withTarget("end", target);
      try (LoadedObject tracing = kernel.load(read("extension", source), options);
          Arena arena = Arena.ofConfined()) {
        assertThat(tracing.attachAll()).isEmpty();
        assertThat(run(base)).isEqualTo(2);
        LoadedMap map = tracing.map(".bss");
        MemorySegment value = arena.allocate(map.valueBytes(), 8);
        map.lookup(arena.allocate(4, 4), value);
        assertThat(value.get(ValueLayout.JAVA_INT, 0)).isEqualTo(1);
        assertThat(value.get(ValueLayout.JAVA_INT, 4)).isEqualTo(2);
      }
    }
  }

  @Test
  void whatTheProgramLacksIsNamed() {
    String source = "SEC(\"freplace/decide\") int instead(struct xdp_md *context) { return 3; }";
    try (LoadedObject base = kernel.load(read("base", BASE))) {
      assertThatThrownBy(() -> load(source, "instead", base, "decides"))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("program 'base' has no function 'decides'")
          .hasMessageContaining("did you mean decide?");
      assertThatThrownBy(() -> kernel.load(read("extension", source)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("give the program whose function it replaces");
    }
  }
}
