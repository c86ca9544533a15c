package io.waggle.bpf;

import java.util.ArrayList;
import java.util.List;

/**
 * An option that kernels are built with.
 *
 * @param name with {@code CONFIG_}
 * @param group what it is for, in a word or two
 * @param since first kernel version that has it; empty for those that were always there
 * @param needs what does not work without: {@code type:KPROBE} and the like
 * @param meaning in words
 */
public record KernelOption(
    String name, String group, String since, List<String> needs, String meaning) {
  public KernelOption {
    needs = List.copyOf(needs);
  }

  // Read on first use.
  private static final class Known {
    private static final List<KernelOption> ALL =
        Table.read(
            "options.tsv",
            columns ->
                new KernelOption(
                    columns[0],
                    columns[1],
                    columns[2].equals("-") ? "" : columns[2],
                    columns[3].equals("-") ? List.of() : List.of(columns[3].split(" ")),
                    columns[4]));
  }

  /** All that programs depend on. */
  public static List<KernelOption> all() {
    return Known.ALL;
  }

  /** Those that every object needs. */
  public static List<KernelOption> ofEvery() {
    return neededBy("every");
  }

  /** Those that programs of a type need. */
  public static List<KernelOption> of(ProgramType type) {
    return neededBy("type:" + type.name());
  }

  /** Those that maps of a type need. */
  public static List<KernelOption> of(MapType type) {
    return neededBy("map:" + type.name());
  }

  /** Those that attaching so needs. */
  public static List<KernelOption> of(AttachType type) {
    return neededBy("attach:" + type.name());
  }

  /** Those that a helper needs. */
  public static List<KernelOption> of(Helper helper) {
    return neededBy("helper:" + helper.name());
  }

  /** Those that the name of a section asks for. */
  public static List<KernelOption> ofSection(String section) {
    String name = section.startsWith("?") ? section.substring(1) : section;
    int slash = name.indexOf('/');
    List<KernelOption> options =
        new ArrayList<>(neededBy("section:" + (slash < 0 ? name : name.substring(0, slash))));
    if (name.startsWith("tp/syscalls/") || name.startsWith("tracepoint/syscalls/")) {
      options.addAll(neededBy("target:syscalls"));
    }
    return options;
  }

  /** Those that describe the kernel's types to programs. */
  public static List<KernelOption> ofTypes() {
    return neededBy("btf");
  }

  private static List<KernelOption> neededBy(String what) {
    List<KernelOption> options = new ArrayList<>();
    for (KernelOption option : Known.ALL) {
      if (option.needs().contains(what)) {
        options.add(option);
      }
    }
    return options;
  }
}
