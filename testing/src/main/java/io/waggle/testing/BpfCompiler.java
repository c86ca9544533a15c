package io.waggle.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes BPF objects of C source text with clang, for tests of what reads or loads such objects. */
public final class BpfCompiler {
  private BpfCompiler() {}

  /**
   * Compiles with {@code -target bpf -O2 -g} and the flags given after them.
   *
   * @param folder where source and object go, usually JUnit's {@code @TempDir}
   * @return the object {@code NAME.bpf.o}
   * @throws AssertionError with clang's messages where the source does not compile
   */
  public static Path compile(Path folder, String name, String source, String... flags) {
    Path object = folder.resolve(name + ".bpf.o");
    Path file = folder.resolve(name + ".bpf.c");
    List<String> command = new ArrayList<>(List.of("clang", "-target", "bpf", "-O2", "-g"));
    command.addAll(List.of(flags));
    command.add("-c");
    new Compilation(command, file, object).run(source, List.of());
    return object.toAbsolutePath();
  }
}
