package io.waggle.kernel;

import io.waggle.bpf.Nearest;
import io.waggle.linux.Mounts;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The tracepoints that tracefs lists, for hints at what somebody may have meant. */
final class TracepointNames {
  private TracepointNames() {}

  /** A hint at categories or names near to those given, in brackets; empty if none is near. */
  static String hint(String category, String name) {
    Path events = Mounts.tracefs().resolve("events");
    Path folder = events.resolve(category);
    String hint =
        Files.isDirectory(folder)
            ? Nearest.hint(name, folders(folder))
            : Nearest.hint(category, folders(events));
    return hint.isEmpty() ? "" : " (" + hint + ")";
  }

  /** A hint at names of any category near to {@code name}, in brackets; empty if none is near. */
  static String hint(String name) {
    Path events = Mounts.tracefs().resolve("events");
    List<String> names = new ArrayList<>();
    for (String category : folders(events)) {
      names.addAll(folders(events.resolve(category)));
    }
    String hint = Nearest.hint(name, names);
    return hint.isEmpty() ? "" : " (" + hint + ")";
  }

  private static List<String> folders(Path parent) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(parent, its -> Files.isDirectory(its))) {
      all.forEach(its -> names.add(its.getFileName().toString()));
    } catch (IOException unreadable) {
      return List.of(); // only an addition to another error
    }
    return names;
  }
}
