package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.ProgramType;
import io.waggle.testing.Feature;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong; that arguments are fetched is tested with the header, in module c. */
@RequiresBpf
@Requires({Feature.GCC, Feature.UPROBE})
class UsdtTest {
  /** A probe by hand: what the macros of sys/sdt.h leave in a file. */
  private static final String SOURCE =
      """
      #define PROBE(name, arguments) \\
        asm volatile("990: nop\\n" \\
          ".pushsection .note.stapsdt,\\"?\\",\\"note\\"\\n.balign 4\\n" \\
          ".4byte 992f-991f, 994f-993f, 3\\n991: .asciz \\"stapsdt\\"\\n992: .balign 4\\n" \\
          "993: .8byte 990b, 0, 0\\n.asciz \\"test\\"\\n.asciz \\"" name "\\"\\n" \\
          ".asciz \\"" arguments "\\"\\n994: .balign 4\\n.popsection\\n")
      int main(void) { PROBE("first", "-4@$7"); return 0; }
      """;

  @TempDir Path folder;
  private final Kernel kernel = Kernel.host();

  @Test
  void whatCannotBeAttachedIsExplained() {
    Path file = NativeProgram.compile(folder, "probes", SOURCE).file();
    Path bare = NativeProgram.compile(folder, "bare", "int main(void) { return 0; }").file();
    try (LoadedObject object =
        kernel.load(
            Code.object(
                Code.program("counter", ProgramType.KPROBE, new Code().count().returnZero()),
                Code.HITS))) {
      for (List<String> each :
          List.of(
              List.of(file.toString(), "frist", "(did you mean test:first?)"),
              List.of(bare.toString(), "first", "it defines none (USDT)"),
              List.of(file.toString(), "first", "static probes need <bpf/usdt.bpf.h>"))) {
        Usdt place = new Usdt(Path.of(each.get(0)), "test", each.get(1));
        assertThatThrownBy(() -> object.attach("counter", place))
            .isInstanceOf(AttachException.class)
            .hasMessageContaining(each.get(2));
      }
      assertThat(new Usdt(file, "test", "first")).hasToString("probe test:first of " + file);
    }
  }
}
