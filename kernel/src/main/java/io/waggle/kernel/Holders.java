package io.waggle.kernel;

import io.waggle.linux.Bpf;
import io.waggle.linux.Fd;
import io.waggle.linux.SystemCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who keeps BPF objects alive: processes by their descriptors (from {@code /proc}, as far as this
 * process may look), and paths of BPF file systems.
 */
public final class Holders {
  private final Map<Kind, Map<Integer, Set<Process>>> processes = new HashMap<>();
  private final Map<Kind, Map<Integer, List<Path>>> pins = new HashMap<>();

  /** A process. */
  public record Process(int pid, String name) {}

  /** The kinds of objects, as descriptors name them. */
  public enum Kind {
    PROGRAM("prog_id:", "anon_inode:bpf-prog"),
    MAP("map_id:", "anon_inode:bpf-map"),
    /** Descriptors of links are called otherwise where they attach than where they are opened. */
    LINK("link_id:", "anon_inode:bpf_link", "anon_inode:bpf-link"),
    TYPES("btf_id:", "anon_inode:btf");

    private final String field;
    private final List<String> files;

    Kind(String field, String... files) {
      this.field = field;
      this.files = List.of(files);
    }
  }

  private Holders() {}

  /** Looks at all processes and BPF file systems. */
  public static Holders find() {
    Holders holders = new Holders();
    Path proc = Path.of("/proc");
    for (Path process : list(proc)) {
      String name = process.getFileName().toString();
      if (name.chars().allMatch(Character::isDigit)) {
        holders.process(process, Integer.parseInt(name));
      }
    }
    holders.pinned();
    return holders;
  }

  private static List<Path> list(Path folder) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(entries::add);
    } catch (IOException | DirectoryIteratorException goneOrDenied) {
      return entries;
    }
    return entries;
  }

  private void process(Path process, int pid) {
    for (Path descriptor : list(process.resolve("fd"))) {
      Path info = process.resolve("fdinfo").resolve(descriptor.getFileName());
      Optional<Kind> kind = kind(descriptor);
      OptionalInt id = kind.map(its -> id(info, its)).orElse(OptionalInt.empty());
      if (id.isPresent()) {
        processes
            .computeIfAbsent(kind.get(), _ -> new HashMap<>())
            .computeIfAbsent(id.getAsInt(), _ -> new LinkedHashSet<>())
            .add(new Process(pid, name(process)));
      }
    }
  }

  private static Optional<Kind> kind(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return Stream.of(Kind.values()).filter(kind -> kind.files.contains(target)).findFirst();
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  private static OptionalInt id(Path info, Kind kind) {
    try (Stream<String> lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith(kind.field))
          .mapToInt(line -> Integer.parseInt(line.substring(kind.field.length()).strip()))
          .findFirst();
    } catch (IOException | UncheckedIOException gone) {
      return OptionalInt.empty();
    }
  }

  private static String name(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip();
    } catch (IOException gone) {
      return "";
    }
  }

  private void pinned() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
        String[] fields = line.split(" ");
        if (fields.length > 2 && fields[2].equals("bpf")) {
          pinned(Path.of(fields[1]));
        }
      }
    } catch (IOException noProc) {
      return;
    }
  }

  private void pinned(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      files.filter(Files::isRegularFile).forEach(this::pin);
    } catch (IOException | UncheckedIOException denied) {
      return;
    }
  }

  /** Which object it is, a descriptor of it tells; the files of iterators have none to give. */
  private void pin(Path file) {
    try (Fd object = Bpf.pinned(file.toString())) {
      Path self = Path.of("/proc/self");
      String number = Integer.toString(object.number());
      Optional<Kind> kind = kind(self.resolve("fd").resolve(number));
      Path info = self.resolve("fdinfo").resolve(number);
      OptionalInt id = kind.map(its -> id(info, its)).orElse(OptionalInt.empty());
      if (id.isPresent()) {
        pins.computeIfAbsent(kind.get(), _ -> new HashMap<>())
            .computeIfAbsent(id.getAsInt(), _ -> new ArrayList<>())
            .add(file);
      }
    } catch (SystemCallException goneOrDenied) {
      return;
    }
  }

  /** The processes that have an object open. */
  public List<Process> processes(Kind kind, int id) {
    return List.copyOf(processes.getOrDefault(kind, Map.of()).getOrDefault(id, Set.of()));
  }

  /** The paths where an object is pinned. */
  public List<Path> pins(Kind kind, int id) {
    return List.copyOf(pins.getOrDefault(kind, Map.of()).getOrDefault(id, List.of()));
  }
}
