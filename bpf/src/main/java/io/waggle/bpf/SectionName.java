package io.waggle.bpf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the name of a section says of the programs in it
 * (Documentation/bpf/libbpf/program_types.rst).
 *
 * @param name the whole name, or what stands before the target
 * @param takesTarget whether {@code /} and what to attach to may follow
 * @param expectedAttach what the kernel is told when it loads the program
 * @param flags BPF_F_* of program load
 * @param attachWay how the program attaches by this name, if the target follows where one is taken
 * @param place what it attaches to, in words such as {@code a network interface}
 */
public record SectionName(
    String name,
    boolean takesTarget,
    ProgramType type,
    Optional<AttachType> expectedAttach,
    int flags,
    AttachWay attachWay,
    String place) {
  private static final int SLEEPABLE = 1 << 4;
  private static final int XDP_HAS_FRAGS = 1 << 5;

  /** The entry for a section; a leading {@code ?} (not loaded unless asked) is passed over. */
  public static Optional<SectionName> of(String section) {
    String wanted = section.startsWith("?") ? section.substring(1) : section;
    for (SectionName entry : Table.ENTRIES) {
      boolean targeted = entry.takesTarget && wanted.startsWith(entry.name + "/");
      if (targeted || wanted.equals(entry.name)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  /** All of them, in the order in which they are looked at. */
  public static List<SectionName> entries() {
    return Table.ENTRIES;
  }

  /** The type of the programs that are loaded for an attach type; empty if no section has it. */
  public static Optional<ProgramType> programType(AttachType attach) {
    for (SectionName entry : Table.ENTRIES) {
      if (entry.expectedAttach.isPresent() && entry.expectedAttach.get() == attach) {
        return Optional.of(entry.type);
      }
    }
    return Optional.empty();
  }

  /** A hint at names near to that of a section of an unknown kind; empty if none is near. */
  static String suggestion(String section) {
    String wanted = section.startsWith("?") ? section.substring(1) : section;
    int slash = wanted.indexOf('/');
    List<String> names = new ArrayList<>();
    for (SectionName entry : Table.ENTRIES) {
      names.add(entry.name);
    }
    List<String> near = Nearest.of(wanted, names);
    if (near.isEmpty() && slash > 0) {
      near = Nearest.of(wanted.substring(0, slash), names);
    }
    return near.isEmpty() ? "" : " (did you mean " + String.join(", ", near) + "?)";
  }

  /** Read when first asked for. */
  private static final class Table {
    static final List<SectionName> ENTRIES = read();

    private static List<SectionName> read() {
      List<SectionName> entries = new ArrayList<>();
      try (InputStream in = SectionName.class.getResourceAsStream("sections.tsv");
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (!line.startsWith("#")) {
            entries.add(entry(line.split("\t")));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return List.copyOf(entries);
    }

    private static SectionName entry(String[] fields) {
      boolean takesTarget = fields[0].endsWith("+");
      return new SectionName(
          takesTarget ? fields[0].substring(0, fields[0].length() - 1) : fields[0],
          takesTarget,
          ProgramType.valueOf(fields[1]),
          fields[2].equals("-") ? Optional.empty() : Optional.of(AttachType.valueOf(fields[2])),
          switch (fields[3]) {
            case "s" -> SLEEPABLE;
            case "f" -> XDP_HAS_FRAGS;
            default -> 0;
          },
          AttachWay.valueOf(fields[4]),
          fields[5]);
    }
  }
}
