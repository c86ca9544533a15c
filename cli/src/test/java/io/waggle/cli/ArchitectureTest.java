package io.waggle.cli;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rooms of the house and the doors between them. A new door is a decision: it is made here,
 * before the module's descriptor takes it.
 */
class ArchitectureTest {
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          entry("linux", Set.of()),
          entry("formats", Set.of()),
          entry("bpf", Set.of("formats")),
          entry("kernel", Set.of("linux", "formats", "bpf")),
          entry("vm", Set.of("bpf")),
          entry("compiler", Set.of("bpf")),
          entry("symbols", Set.of("linux", "formats")),
          entry("script", Set.of("compiler", "kernel", "symbols", "formats")),
          entry("c", Set.of("bpf", "kernel")),
          entry("pack", Set.of("c", "kernel")),
          entry("record", Set.of("bpf")),
          entry("view", Set.of()),
          entry("fleet", Set.of("record")),
          entry("tools", Set.of("script")));

  /** Stand above the rooms and may use all of them. */
  private static final Set<String> ABOVE_ALL = Set.of("cli", "bench");

  /** Holds what tests share; no room may use it. */
  private static final String TESTING = "testing";

  private static final Pattern REQUIRES =
      Pattern.compile("requires\\s+(?:transitive\\s+|static\\s+)*([\\w.]+)\\s*;");

  @Test
  void noDoorIsNew() throws IOException {
    Map<String, Set<String>> found = rooms();
    assertThat(found).containsKeys("linux", "bpf", "kernel", "script", "cli");
    found.forEach(
        (room, used) -> {
          if (ABOVE_ALL.contains(room)) {
            assertThat(used).as("rooms that %s uses", room).doesNotContain(TESTING);
          } else if (!room.equals(TESTING)) {
            assertThat(MAY_USE).as("rooms of the design").containsKey(room);
            assertThat(MAY_USE.get(room)).as("rooms that %s may use", room).containsAll(used);
          }
        });
  }

  /** Reads and writes packages; loaded only by the commands that have to do with them. */
  private static final String JSON = "tools.jackson.databind";

  @Test
  void onlyTheCommandLineLoadsLibraries() throws IOException {
    for (Path room : folders()) {
      String name = room.getFileName().toString();
      if (!name.equals("cli") && !name.equals(TESTING) && !name.equals("bench")) {
        assertThat(requirements(room))
            .as("modules that %s requires", name)
            .allMatch(
                module ->
                    module.startsWith("io.waggle.")
                        || name.equals("pack") && module.equals(JSON)
                        || module.startsWith("java.")
                        || module.startsWith("jdk."));
      }
    }
  }

  private static Map<String, Set<String>> rooms() throws IOException {
    Map<String, Set<String>> rooms = new TreeMap<>();
    for (Path room : folders()) {
      Set<String> used = new TreeSet<>();
      for (String module : requirements(room)) {
        if (module.startsWith("io.waggle.")) {
          used.add(module.substring("io.waggle.".length()));
        }
      }
      rooms.put(room.getFileName().toString(), used);
    }
    return rooms;
  }

  private static Set<String> requirements(Path room) throws IOException {
    String descriptor = Files.readString(room.resolve("src/main/java/module-info.java"));
    Set<String> modules = new TreeSet<>();
    REQUIRES.matcher(descriptor).results().forEach(match -> modules.add(match.group(1)));
    return modules;
  }

  private static Set<Path> folders() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    try (Stream<Path> folders = Files.list(root)) {
      Set<Path> rooms = new TreeSet<>();
      folders.filter(folder -> Files.exists(folder.resolve("pom.xml"))).forEach(rooms::add);
      return rooms;
    }
  }
}
