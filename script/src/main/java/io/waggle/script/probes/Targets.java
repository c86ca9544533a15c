package io.waggle.script.probes;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;

/** Finds the files that a uprobe's target stands for. */
final class Targets {
  private final Binaries binaries;
  private final OptionalInt pid;

  Targets(Binaries binaries, OptionalInt pid) {
    this.binaries = binaries;
    this.pid = pid;
  }

  /** The files, one without a wildcard; never none. */
  List<Path> find(String target) {
    if (target.equals("*")) {
      return mapped();
    }
    if (Wildcard.isIn(target)) {
      return glob(target);
    }
    return List.of(single(target));
  }

  private Path single(String target) {
    if (target.startsWith("lib") && target.indexOf('/') < 0) {
      return binaries
          .library(target, pid)
          .orElseGet(() -> inPath(target, "no library " + target + " among those installed"));
    }
    if (target.indexOf('/') < 0) {
      return inPath(target, target + " is in no folder of PATH");
    }
    Path file = Path.of(target);
    if (!Files.exists(file)) {
      throw new ProbeException("uprobe target file '" + target + "' does not exist");
    }
    return file;
  }

  private static Path inPath(String name, String hint) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    for (String folder : path.split(":")) {
      Path file = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isExecutable(file) && !Files.isDirectory(file)) {
        return file;
      }
    }
    if (Files.isRegularFile(Path.of(name))) {
      return Path.of(name);
    }
    throw new ProbeException("uprobe target file '" + name + "' does not exist", hint);
  }

  /** The program of the process that is traced. */
  Path ofProcess() {
    Path link = Path.of("/proc", Integer.toString(pid.orElseThrow()), "exe");
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException e) {
      throw new ProbeException("cannot tell the program of process " + pid.getAsInt());
    }
  }

  private List<Path> glob(String target) {
    List<Path> found = List.of(Path.of(target.startsWith("/") ? "/" : ""));
    for (Path part : Path.of(target)) {
      List<Path> next = new ArrayList<>();
      String pattern = part.toString();
      for (Path folder : found) {
        if (Wildcard.isIn(pattern)) {
          addMatches(folder, new Wildcard(pattern), next);
        } else if (Files.exists(folder.resolve(pattern))) {
          next.add(folder.resolve(pattern));
        }
      }
      found = next;
    }
    List<Path> files =
        found.stream()
            .filter(file -> Files.isRegularFile(file) && binaries.isBinary(file))
            .toList();
    if (files.isEmpty()) {
      throw new ProbeException("no executable or library matches '" + target + "'");
    }
    return files;
  }

  private static void addMatches(Path folder, Wildcard wildcard, List<Path> found) {
    String[] names = new File(folder.toString().isEmpty() ? "." : folder.toString()).list();
    if (names == null) {
      return;
    }
    java.util.Arrays.sort(names);
    for (String name : names) {
      if (wildcard.matches(name)) {
        found.add(folder.resolve(name));
      }
    }
  }

  private List<Path> mapped() {
    TreeSet<String> paths = new TreeSet<>();
    if (pid.isPresent()) {
      addMapped(Integer.toString(pid.getAsInt()), paths);
    } else {
      String[] processes = new File("/proc").list((folder, name) -> isNumber(name));
      for (String process : processes == null ? new String[0] : processes) {
        addMapped(process, paths);
      }
    }
    List<Path> files =
        paths.stream()
            .map(Path::of)
            .filter(Files::isRegularFile)
            .filter(binaries::isBinary)
            .toList();
    if (files.isEmpty()) {
      throw new ProbeException("no process maps a file that can be traced");
    }
    return files;
  }

  private static boolean isNumber(String name) {
    return !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Executable mappings: ADDRESS r-xp OFFSET DEVICE INODE PATH (proc_pid_maps(5)). */
  private static void addMapped(String process, TreeSet<String> paths) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", process, "maps"))) {
        int path = line.indexOf('/');
        if (path > 0 && line.indexOf("x", line.indexOf(' ')) == line.indexOf(' ') + 3) {
          paths.add(line.substring(path));
        }
      }
    } catch (IOException e) {
      // The process ended while we looked, or is none of ours to read.
    }
  }
}
