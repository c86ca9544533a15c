package io.waggle.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The help of a package: a line for each of its variables. */
final class ProgramHelp {
  private static final String DESCRIPTION = "A simple eBPF program";
  private static final String VERSION = "0.1.0";
  private static final String DETAILS =
      """
      Built with eunomia-bpf framework.
      See https://github.com/eunomia-bpf/eunomia-bpf for more information.\
      """;

  private ProgramHelp() {}

  /** An option and what it does. */
  private record Line(Optional<String> shortName, String usage, String help) {
    String left() {
      return "  " + shortName.map(name -> "-" + name + ", ").orElse("    ") + usage;
    }
  }

  /** The help, several lines; {@code name} is what the user calls the program. */
  static String text(String name, ProgramOptions options) {
    List<Line> lines = new ArrayList<>();
    lines.add(new Line(Optional.empty(), "--verbose", "Whether to show libbpf debug information"));
    for (ProgramOption option : options.list()) {
      String shown = option.shown().map(value -> " [default: " + value + "]").orElse("");
      lines.add(new Line(option.shortName(), option.usage(), option.help() + shown));
    }
    lines.add(new Line(Optional.of("h"), "--help", "Print help"));
    lines.add(new Line(Optional.of("V"), "--version", "Print version"));
    int width = lines.stream().mapToInt(line -> line.left().length()).max().orElse(0) + 2;
    Optional<Meta.Doc> doc = options.meta().skeleton().doc();
    StringBuilder text = new StringBuilder();
    text.append(doc.flatMap(d -> d.brief().or(d::description)).orElse(DESCRIPTION));
    text.append("\n\nUsage: ").append(name).append(" [OPTIONS]\n\nOptions:\n");
    for (Line line : lines) {
      String left = line.left();
      text.append(left).repeat(' ', width - left.length()).append(line.help()).append('\n');
    }
    return text.append('\n')
        .append(doc.flatMap(Meta.Doc::details).orElse(DETAILS))
        .append('\n')
        .toString();
  }

  /** The name and the version. */
  static String version(Meta meta) {
    return meta.skeleton().name()
        + ' '
        + meta.skeleton().doc().flatMap(Meta.Doc::version).orElse(VERSION);
  }
}
