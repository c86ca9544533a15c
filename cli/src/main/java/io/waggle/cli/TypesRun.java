package io.waggle.cli;

import io.waggle.bpf.Nearest;
import io.waggle.formats.FormatException;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.CHeader;
import io.waggle.formats.btf.TypeListing;
import io.waggle.formats.elf.ElfFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One run of {@code waggle btf}. */
final class TypesRun {
  /** What stands for the running kernel's header. */
  static final String HEADER = "vmlinux.h";

  private static final String KERNEL = "vmlinux";
  private static final Path FOLDER = Path.of("/sys/kernel/btf");
  private static final int FAILED = 1;

  private final String source;
  private final List<String> names;
  private final boolean raw;
  private final Optional<String> output;
  private final Optional<String> base;

  TypesRun(
      String source,
      List<String> names,
      boolean raw,
      Optional<String> output,
      Optional<String> base) {
    this.source = source;
    this.names = names;
    this.raw = raw;
    this.output = output;
    this.base = base;
  }

  /** What cannot be printed, and why. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }

  int run(PrintStream out, PrintStream err) {
    try {
      Btf btf = read();
      int[] types = wanted(btf);
      try (Writer writer = writer(out)) {
        print(btf, types, writer);
      }
      return Main.OK;
    } catch (Refusal | FormatException failure) {
      err.println("waggle btf: " + failure.getMessage());
    } catch (UncheckedIOException failure) {
      err.println("waggle btf: " + describe(failure.getCause()));
    } catch (IOException failure) {
      err.println("waggle btf: " + describe(failure));
    }
    return FAILED;
  }

  private static String describe(IOException failure) {
    return failure instanceof NoSuchFileException
        ? failure.getMessage() + ": no such file"
        : failure.getMessage();
  }

  private Writer writer(PrintStream out) throws IOException {
    return output.isPresent()
        ? Files.newBufferedWriter(path(output.get()))
        : new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
  }

  private Btf read() {
    if (base.isPresent()) {
      Path file = path(source);
      try {
        return Btf.of(source, Files.readAllBytes(file), file(base.get()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (source.equals(HEADER) || source.equals(KERNEL)) {
      return kernel();
    }
    if (source.indexOf('/') < 0 && Files.isReadable(FOLDER.resolve(source))) {
      return Btf.ofModule(source, kernel());
    }
    return file(source);
  }

  private static Btf kernel() {
    if (!Files.isReadable(FOLDER.resolve(KERNEL))) {
      throw new Refusal(
          FOLDER.resolve(KERNEL)
              + " cannot be read: this kernel does not describe its types"
              + " (CONFIG_DEBUG_INFO_BTF)");
    }
    return Btf.ofKernel();
  }

  private static Btf file(String name) {
    Path file = path(name);
    if (!Files.exists(file)) {
      throw new Refusal(name + ": no such file or module" + hint(name, modules()));
    }
    if (Files.isDirectory(file)) {
      throw new Refusal(name + " is a folder");
    }
    if (!ElfFile.isElf(file)) {
      return Btf.open(file);
    }
    try (ElfFile elf = ElfFile.open(file)) {
      return Btf.of(elf)
          .orElseThrow(
              () ->
                  new Refusal(
                      name + " has no section .BTF; for a BPF object compile it with clang -g"));
    }
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new Refusal(e.getMessage());
    }
  }

  private static List<String> modules() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private int[] wanted(Btf btf) {
    int[] wanted = new int[0];
    for (String name : names) {
      int[] found = named(btf, name);
      if (found.length == 0) {
        throw new Refusal(
            "no type, function or variable '" + name + "' in " + source + hint(name, all(btf)));
      }
      int from = wanted.length;
      wanted = Arrays.copyOf(wanted, from + found.length);
      System.arraycopy(found, 0, wanted, from, found.length);
    }
    return wanted;
  }

  /** The types of that name; a first word {@code struct} and the like may tell which. */
  private static int[] named(Btf btf, String name) {
    int blank = name.indexOf(' ');
    String kind = blank < 0 ? "" : name.substring(0, blank);
    String rest = name.substring(blank + 1).strip();
    int[] found = new int[4];
    int count = 0;
    for (int type = 1; type < btf.count(); type++) {
      if (!rest.isEmpty()
          && (kind.isEmpty() || TypeKinds.isWord(btf.kind(type), kind))
          && TypeKinds.isNamed(btf.kind(type))
          && btf.name(type).equals(rest)) {
        if (count == found.length) {
          found = Arrays.copyOf(found, count * 2);
        }
        found[count++] = type;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private static List<String> all(Btf btf) {
    List<String> names = new ArrayList<>();
    for (int type = 1; type < btf.count(); type++) {
      if (TypeKinds.isNamed(btf.kind(type)) && !btf.name(type).isEmpty()) {
        names.add(btf.name(type));
      }
    }
    return names;
  }

  private static String hint(String wanted, List<String> names) {
    String hint = Nearest.hint(wanted, names);
    return hint.isEmpty() ? "" : " (" + hint + ")";
  }

  private void print(Btf btf, int[] types, Writer writer) {
    int[] shown = types;
    if (types.length == 0) {
      if (!raw && btf.firstOwn() == 1) {
        CHeader.write(btf, writer);
        return;
      }
      shown = own(btf);
    }
    if (!raw) {
      CHeader.write(btf, shown, writer);
      return;
    }
    for (int type : shown) {
      TypeListing.write(btf, type, writer);
    }
  }

  private int[] own(Btf btf) {
    int[] own = new int[btf.count() - btf.firstOwn()];
    int count = 0;
    for (int type = btf.firstOwn(); type < btf.count(); type++) {
      if (raw || TypeKinds.isCType(btf.kind(type)) && !btf.name(type).isEmpty()) {
        own[count++] = type;
      }
    }
    return Arrays.copyOf(own, count);
  }
}
