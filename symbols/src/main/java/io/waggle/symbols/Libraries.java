package io.waggle.symbols;

import io.waggle.formats.FormatException;
import io.waggle.linux.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Finds the file of a library by its name: among those a process has mapped, else in the dynamic
 * linker's cache, else in the usual folders.
 */
public final class Libraries {
  private static final List<String> FOLDERS =
      List.of("/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib");

  private Libraries() {}

  /**
   * The library's file.
   *
   * @param name {@code libc} for any {@code libc.so.…}, {@code libc.so.6} for only that
   * @param pid a process whose libraries are meant; the path leads into its file system
   */
  public static Optional<Path> find(String name, OptionalInt pid) {
    Optional<Path> found = Optional.empty();
    if (pid.isPresent()) {
      found = mapped(name, pid.getAsInt());
    }
    if (found.isEmpty()) {
      found = cached(name);
    }
    return found.isEmpty() ? inFolders(name) : found;
  }

  static boolean isNamed(String file, String name) {
    return file.equals(name) || (name.indexOf(".so") < 0 && file.startsWith(name + ".so"));
  }

  private static Optional<Path> mapped(String name, int pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", Integer.toString(pid), "maps"))) {
        int path = line.indexOf('/');
        if (path > 0 && isNamed(line.substring(line.lastIndexOf('/') + 1), name)) {
          return Optional.of(seenFrom(pid, line.substring(path)));
        }
      }
    } catch (IOException e) {
      // It has ended, or is none of ours to read: what is installed will do.
    }
    return Optional.empty();
  }

  /** The process may live in another mount namespace, a container's. */
  private static Path seenFrom(int pid, String path) throws IOException {
    Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt"));
    Path its = Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/mnt"));
    return own.equals(its) ? Path.of(path) : Path.of("/proc/" + pid + "/root" + path);
  }

  private static Optional<Path> cached(String name) {
    try {
      Optional<LoaderCache> cache = LoaderCache.open(Path.of("/etc/ld.so.cache"));
      return cache.isPresent() ? cache.get().find(name) : Optional.empty();
    } catch (UncheckedIOException | FormatException e) {
      // Without a cache the linker goes through the folders, and so do we.
      return Optional.empty();
    }
  }

  private static Optional<Path> inFolders(String name) {
    String triplet =
        switch (Architecture.current()) {
          case X86_64 -> "x86_64-linux-gnu";
          case ARM64 -> "aarch64-linux-gnu";
        };
    for (String folder : FOLDERS) {
      for (Path place : List.of(Path.of(folder, triplet), Path.of(folder))) {
        String[] files = place.toFile().list((where, file) -> isNamed(file, name));
        if (files != null && files.length > 0) {
          Arrays.sort(files);
          return Optional.of(place.resolve(files[0]));
        }
      }
    }
    return Optional.empty();
  }
}
