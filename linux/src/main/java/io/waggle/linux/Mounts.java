package io.waggle.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the kernel's own file systems are mounted; mounts the ones tracing needs. */
public final class Mounts {
  private static final Path TRACING = Path.of("/sys/kernel/tracing");
  private static final Path BPF = Path.of("/sys/fs/bpf");

  private Mounts() {}

  /**
   * The directory of tracefs; mounts it at {@code /sys/kernel/tracing} when it is nowhere.
   *
   * @throws NotMountedException when it cannot be mounted, with the command to run
   */
  public static Path tracefs() {
    if (Files.exists(TRACING.resolve("events"))) { // the usual place, without parsing a table
      return TRACING;
    }
    Path automounted = Path.of("/sys/kernel/debug/tracing");
    return Files.exists(automounted.resolve("events"))
        ? automounted
        : find("tracefs").orElseGet(() -> mount("tracefs", TRACING));
  }

  /**
   * The directory of a BPF file system, for pinning; mounts it at {@code /sys/fs/bpf} when it is
   * nowhere.
   *
   * @throws NotMountedException when it cannot be mounted, with the command to run
   */
  public static Path bpffs() {
    return find("bpf").orElseGet(() -> mount("bpf", BPF));
  }

  /** The root of the second version's control group tree, if it is mounted. */
  public static Optional<Path> cgroup2() {
    return find("cgroup2");
  }

  /** The first place where a file system of that type is mounted. */
  public static Optional<Path> find(String type) {
    try {
      return find(type, Files.readString(Path.of("/proc/self/mounts")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the mounts", e);
    }
  }

  /** Finds a type in the format of {@code /proc/mounts}: device, place, type, options. */
  static Optional<Path> find(String type, String table) {
    for (String line : table.split("\n")) {
      String[] fields = line.split(" ");
      if (fields.length > 2 && fields[2].equals(type)) {
        return Optional.of(Path.of(unescape(fields[1])));
      }
    }
    return Optional.empty();
  }

  // fs/proc_namespace.c, mangle: space, tab, newline and backslash are written as \ooo
  private static String unescape(String place) {
    return place
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  private static Path mount(String type, Path place) {
    if (!Files.isDirectory(place)) {
      throw new NotMountedException(
          type, place.toString(), "this kernel has no " + place + " to mount it at");
    }
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom(type).address();
      long target = arena.allocateFrom(place.toString()).address();
      long result = Native.call(Syscall.MOUNT, name, target, name, 0, 0, 0);
      if (result < 0 && result != -Errno.EBUSY) { // busy: somebody mounted it meanwhile
        throw new NotMountedException(
            type, place.toString(), "mounting it failed: " + Errno.meaning((int) -result));
      }
      return place;
    }
  }
}
