package io.waggle.formats.btf;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.elf.ElfFile;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requires(Feature.KERNEL_BTF)
class CHeaderTest {
  private static final Pattern FAILED_ASSERTION =
      Pattern.compile("error: static_assert.*'[a-z_]+\\(((?:struct|union) \\w+)");

  @TempDir Path folder;

  @Test
  void isLaidOutAsTheKernel() throws Exception {
    Btf kernel = Btf.ofKernel();
    Path header = folder.resolve("vmlinux.h");
    try (Writer writer = Files.newBufferedWriter(header)) {
      CHeader.write(kernel, writer);
    }
    assertThat(unlikeKernel(kernel, header, Set.of())).isEmpty();
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

  /**
   * What clang makes of our header and what it makes of bpftool's is the same, structure for
   * structure, and the same as the kernel's own description: sizes, offsets, bit fields.
   */
  @Test
  @Requires(Feature.BPFTOOL)
  void meansWhatBpftoolsMeans() throws Exception {
    Btf kernel = Btf.ofKernel();
    Path ours = folder.resolve("ours.h");
    try (Writer header = Files.newBufferedWriter(ours)) {
      CHeader.write(kernel, header);
    }
    Path theirs = folder.resolve("theirs.h");
    Process bpftool =
        new ProcessBuilder(
                "bpftool", "btf", "dump", "file", "/sys/kernel/btf/vmlinux", "format", "c")
            .redirectOutput(theirs.toFile())
            .start();
    assertThat(bpftool.waitFor()).isZero();
    Map<String, Integer> structures = new LinkedHashMap<>();
    for (int type = 1; type < kernel.count(); type++) {
      if (kernel.type(type) instanceof BtfType.Struct struct && !struct.name().isEmpty()) {
        structures.putIfAbsent(word(struct), type);
      }
    }
    // A structure and an enumeration of one name are too much for theirs.
    Set<String> lines = new HashSet<>(Files.readAllLines(theirs));
    Set<String> absent = new HashSet<>(structures.keySet());
    absent.removeIf(its -> lines.contains(its + " {") || lines.contains(its + " {};"));
    assertThat(absent.size()).isLessThan(structures.size() / 100);
    // Some versions of theirs give enumerations of large values eight bytes, whatever they have.
    absent.addAll(unlikeKernel(kernel, theirs, absent));
    assertThat(absent.size()).isLessThan(structures.size() / 20);
    Map<String, String> wanted = new LinkedHashMap<>();
    structures.forEach(
        (name, type) -> {
          if (!absent.contains(name) && hasBitFields(kernel, type)) {
            wanted.put(name, Layout.of(kernel, type));
          }
        });
    assertThat(wanted.size()).isGreaterThan(100);
    assertThat(unlike(wanted, compiled(ours, wanted.keySet()))).isEmpty();
    // Some give those of one byte four.
    assertThat(unlike(wanted, compiled(theirs, wanted.keySet())).size())
        .isLessThan(wanted.size() / 20);
  }

  private static boolean hasBitFields(Btf types, int structure) {
    return types.type(structure) instanceof BtfType.Struct struct
        && struct.members().stream().anyMatch(member -> member.bitSize() != 0);
  }

  /** The structures that have another size or offset; the compiler itself compares them. */
  private Set<String> unlikeKernel(Btf kernel, Path header, Set<String> absent) throws Exception {
    Path source = folder.resolve("sizes.c");
    try (Writer writer = Files.newBufferedWriter(source)) {
      writer.write("#include \"" + header + "\"\n");
      assertThat(writeChecks(kernel, absent, writer)).isGreaterThan(10_000);
    }
    Process clang =
        new ProcessBuilder(
                "clang", "-target", "bpf", "-w", "-fsyntax-only", "-ferror-limit=0", source + "")
            .redirectErrorStream(true)
            .start();
    String messages = new String(clang.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Set<String> wrong = new HashSet<>();
    Matcher failed = FAILED_ASSERTION.matcher(messages);
    while (failed.find()) {
      wrong.add(failed.group(1));
    }
    assertThat(clang.waitFor() == 0)
        .as(messages.lines().findFirst().orElse(""))
        .isEqualTo(wrong.isEmpty());
    return wrong;
  }

  private static List<String> unlike(Map<String, String> wanted, Map<String, String> found) {
    List<String> unlike = new ArrayList<>();
    wanted.forEach(
        (name, layout) -> {
          if (!layout.equals(found.get(name))) {
            unlike.add(name + ": " + layout + ", not " + found.get(name));
          }
        });
    return unlike;
  }

  private static String word(BtfType.Struct struct) {
    return (struct.isUnion() ? "union " : "struct ") + struct.name();
  }

  /** The layouts that clang finds, of variables of all these structures. */
  private Map<String, String> compiled(Path header, Set<String> names) throws Exception {
    Path source = folder.resolve("all.c");
    Path object = folder.resolve("all.o");
    try (Writer writer = Files.newBufferedWriter(source)) {
      writer.write("#include \"" + header + "\"\n");
      int count = 0;
      for (String name : names) {
        writer.write(name + " v" + count++ + ";\n");
      }
    }
    Process clang =
        new ProcessBuilder(
                "clang", "-target", "bpf", "-w", "-g", "-c", source + "", "-o", object + "")
            .redirectErrorStream(true)
            .start();
    String messages = new String(clang.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(clang.waitFor()).as(messages).isZero();
    Map<String, String> layouts = new LinkedHashMap<>();
    try (ElfFile elf = ElfFile.open(object)) {
      Btf types = Btf.of(elf).orElseThrow();
      Map<String, Integer> numbers = new HashMap<>();
      for (int type = 1; type < types.count(); type++) {
        if (types.type(type) instanceof BtfType.Struct struct) {
          numbers.putIfAbsent(word(struct), type);
        }
      }
      names.forEach(name -> layouts.put(name, Layout.of(types, numbers.get(name))));
    }
    return layouts;
  }

  /** Where all named fields of a structure lie, those of nameless members as its own. */
  private static final class Layout {
    private final Btf types;
    private final StringBuilder text = new StringBuilder();

    private Layout(Btf types) {
      this.types = types;
    }

    private static String of(Btf types, int structure) {
      Layout layout = new Layout(types);
      layout.text.append(types.size(structure));
      layout.add(structure, 0);
      return layout.text.toString();
    }

    private void add(int structure, long start) {
      for (BtfType.Member member : ((BtfType.Struct) types.type(structure)).members()) {
        int inner = types.strip(member.type());
        if (member.name().isEmpty() && types.type(inner) instanceof BtfType.Struct) {
          add(inner, start + member.bitOffset());
        } else if (!member.name().startsWith("__room_") && !member.name().equals("__size")) {
          text.append(' ').append(member.name()).append('@').append(start + member.bitOffset());
          long bits = member.bitSize() != 0 ? member.bitSize() : 8 * types.size(inner);
          text.append(':').append(bits);
        }
      }
    }
  }

  private static int writeChecks(Btf kernel, Set<String> absent, Writer writer) throws Exception {
    Set<String> seen = new HashSet<>();
    int checks = 0;
    for (int type = 1; type < kernel.count(); type++) {
      if (!(kernel.type(type) instanceof BtfType.Struct struct)
          || struct.name().isEmpty()
          || !seen.add(struct.name())) {
        continue;
      }
      String name = word(struct);
      if (absent.contains(name)) {
        continue;
      }
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
