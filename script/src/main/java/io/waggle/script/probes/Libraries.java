package io.waggle.script.probes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Finds the file of a library by its short name: among those a process has mapped, else in the
 * loader's cache ({@code /etc/ld.so.cache}, sysdeps/generic/dl-cache.h of glibc), else in the usual
 * folders.
 */
final class Libraries {
  private static final byte[] MAGIC =
      "glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 48;
  private static final int ENTRY = 24;
  private static final int X86_64 = 0x0300;
  private static final int AARCH64 = 0x0a00;

  private static final List<String> FOLDERS =
      List.of("/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib");

  private Libraries() {}

  static Optional<Path> find(String name, OptionalInt pid) {
    Optional<Path> found = Optional.empty();
    if (pid.isPresent()) {
      found = mapped(name, pid.getAsInt());
    }
    if (found.isEmpty()) {
      found = cached(name, Path.of("/etc/ld.so.cache"));
    }
    return found.isEmpty() ? inFolders(name) : found;
  }

  /** {@code libc} is any {@code libc.so.…}, {@code libc.so.6} only that. */
  private static boolean isNamed(String file, String name) {
    return file.equals(name)
        || (name.indexOf(".so") < 0
            && (file.startsWith(name + ".so") || file.equals(name + ".so")));
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
    Path its = Files.readSymbolicLink(Path.of("/proc", Integer.toString(pid), "ns/mnt"));
    return own.equals(its) ? Path.of(path) : Path.of("/proc/" + pid + "/root" + path);
  }

  static Optional<Path> cached(String name, Path cache) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(cache);
    } catch (IOException e) {
      return Optional.empty();
    }
    int base = start(bytes);
    if (base < 0) {
      return Optional.empty();
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    int machine = System.getProperty("os.arch").equals("aarch64") ? AARCH64 : X86_64;
    int count = buffer.getInt(base + 20);
    for (int i = 0, at = base + HEADER; i < count && at + ENTRY <= bytes.length; i++) {
      if ((buffer.getInt(at) & 0xff00) == machine
          && isNamed(string(bytes, base + buffer.getInt(at + 4)), name)) {
        Path file = Path.of(string(bytes, base + buffer.getInt(at + 8)));
        if (Files.exists(file)) {
          return Optional.of(file);
        }
      }
      at += ENTRY;
    }
    return Optional.empty();
  }

  /** The format in use may stand behind the one it replaced. */
  private static int start(byte[] bytes) {
    for (int at = 0; at + HEADER <= bytes.length; at++) {
      if (java.util.Arrays.equals(bytes, at, at + MAGIC.length, MAGIC, 0, MAGIC.length)) {
        return at;
      }
    }
    return -1;
  }

  private static String string(byte[] bytes, int at) {
    int end = at;
    while (end >= 0 && end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return at < 0 || end >= bytes.length
        ? ""
        : new String(bytes, at, end - at, StandardCharsets.UTF_8);
  }

  private static Optional<Path> inFolders(String name) {
    String triplet = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    for (String folder : FOLDERS) {
      for (Path place : List.of(Path.of(folder, triplet + "-linux-gnu"), Path.of(folder))) {
        String[] files = place.toFile().list((where, file) -> isNamed(file, name));
        if (files != null && files.length > 0) {
          java.util.Arrays.sort(files);
          return Optional.of(place.resolve(files[0]));
        }
      }
    }
    return Optional.empty();
  }
}
