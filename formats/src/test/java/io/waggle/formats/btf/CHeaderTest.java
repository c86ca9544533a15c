package io.waggle.formats.btf;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requires(Feature.KERNEL_BTF)
class CHeaderTest {
  @TempDir Path folder;

  /** The compiler itself compares every size and offset. */
  @Test
  void isLaidOutAsTheKernel() throws Exception {
    Btf kernel = Btf.ofKernel();
    Path source = folder.resolve("sizes.c");
    try (Writer header = Files.newBufferedWriter(folder.resolve("vmlinux.h"));
        Writer writer = Files.newBufferedWriter(source)) {
      CHeader.write(kernel, header);
      writer.write("#include \"vmlinux.h\"\n");
      assertThat(writeChecks(kernel, writer)).isGreaterThan(10_000);
    }
    Process clang =
        new ProcessBuilder(
                "clang", "-target", "bpf", "-w", "-fsyntax-only", "-ferror-limit=10", source + "")
            .redirectErrorStream(true)
            .start();
    String messages = new String(clang.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(clang.waitFor()).as(messages).isZero();
  }

  /** Parts are whole in themselves: each compiles, and is laid out as the kernel. */
  @Test
  void writesPartsThatStandAlone() throws Exception {
    Btf kernel = Btf.ofKernel();
    List<String> command =
        new ArrayList<>(List.of("clang", "-target", "bpf", "-w", "-fsyntax-only"));
    int structures = 0;
    for (int type = 1; type < kernel.count(); type++) {
      if (kernel.type(type) instanceof BtfType.Struct struct
          && !struct.name().isEmpty()
          && structures++ % 400 == 0) {
        Path source = folder.resolve("part" + type + ".c");
        StringBuilder text = new StringBuilder();
        CHeader.write(kernel, new int[] {type}, text);
        String name = (struct.isUnion() ? "union " : "struct ") + struct.name();
        text.append("_Static_assert(sizeof(%s) == %d, \"\");\n".formatted(name, struct.size()));
        command.add(Files.writeString(source, text).toString());
      }
    }
    assertThat(command).hasSizeGreaterThan(15);
    Process clang = new ProcessBuilder(command).redirectErrorStream(true).start();
    String messages = new String(clang.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(clang.waitFor()).as(messages).isZero();
  }

  private static int writeChecks(Btf kernel, Writer writer) throws Exception {
    Set<String> seen = new HashSet<>();
    int checks = 0;
    for (int type = 1; type < kernel.count(); type++) {
      if (!(kernel.type(type) instanceof BtfType.Struct struct)
          || struct.name().isEmpty()
          || !seen.add(struct.name())) {
        continue;
      }
      String name = (struct.isUnion() ? "union " : "struct ") + struct.name();
      writer.write("_Static_assert(sizeof(%s) == %d, \"\");\n".formatted(name, struct.size()));
      for (BtfType.Member member : struct.members()) {
        if (!member.name().isEmpty() && member.bitSize() == 0) {
          writer.write(
              "_Static_assert(__builtin_offsetof(%s, %s) == %d, \"\");\n"
                  .formatted(name, member.name(), member.bitOffset() / 8));
          checks++;
        }
      }
    }
    return checks;
  }
}
