package io.waggle.script.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where cgroups lie in the mounted hierarchies: the one of version 2, called {@code unified}, and
 * those of version 1, called by their controllers. A cgroup's number is its folder's inode.
 */
final class CgroupPaths {
  private final Path mounts;

  CgroupPaths() {
    this(Path.of("/proc/self/mounts"));
  }

  CgroupPaths(Path mounts) {
    this.mounts = mounts;
  }

  /** Such as {@code unified:/system.slice}; several are separated by commas. */
  String of(long number, String filter) {
    PathMatcher wanted = FileSystems.getDefault().getPathMatcher("glob:" + filter);
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Path> hierarchy : hierarchies().entrySet()) {
      if (wanted.matches(Path.of(hierarchy.getKey()))) {
        String path = find(hierarchy.getValue(), number);
        if (!path.isEmpty()) {
          text.append(text.isEmpty() ? "" : ",")
              .append(hierarchy.getKey())
              .append(':')
              .append(path);
        }
      }
    }
    return text.toString();
  }

  private Map<String, Path> hierarchies() {
    Map<String, Path> found = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(mounts, StandardCharsets.ISO_8859_1)) {
        String[] parts = line.split(" ", 4);
        if (parts.length == 4 && parts[2].equals("cgroup2")) {
          found.putIfAbsent("unified", Path.of(parts[1]));
        } else if (parts.length == 4 && parts[2].equals("cgroup")) {
          Path folder = Path.of(parts[1]);
          found.putIfAbsent(folder.getFileName().toString(), folder);
        }
      }
    } catch (IOException e) {
      // Without mounts there are no hierarchies.
    }
    return found;
  }

  private static String find(Path root, long number) {
    StringBuilder found = new StringBuilder();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
              if ((Long) Files.getAttribute(folder, "unix:ino") == number) {
                found.append('/').append(root.relativize(folder));
                return FileVisitResult.TERMINATE;
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      // A cgroup that went away meanwhile is not found.
    }
    return found.toString();
  }
}
