package io.waggle.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A control group of version 2 of a test's own, empty until a process enters it. Closing it removes
 * the group, which must be empty by then.
 *
 * @param folder of the group
 */
public record ControlGroup(Path folder) implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Makes a group below the root. */
  public static ControlGroup create() {
    String name = "waggle-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    return make(root().resolve(name));
  }

  /** Makes a group below this one. */
  public ControlGroup child(String name) {
    return make(folder.resolve(name));
  }

  private static ControlGroup make(Path folder) {
    try {
      return new ControlGroup(Files.createDirectory(folder));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Path root() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
        String[] fields = line.split(" ");
        if (fields[2].equals("cgroup2")) {
          return Path.of(fields[1]);
        }
      }
      throw new AssertionError("no cgroup2 is mounted");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Moves a process into the group. */
  public void enter(long pid) {
    try {
      Files.writeString(folder.resolve("cgroup.procs"), Long.toString(pid));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Removes the group; that it is gone already is fine. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
