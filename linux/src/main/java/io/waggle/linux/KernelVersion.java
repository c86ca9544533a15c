package io.waggle.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A kernel version; explains what a kernel cannot do, but probing decides. */
public record KernelVersion(int major, int minor, int patch) implements Comparable<KernelVersion> {
  /** The running kernel's. */
  public static KernelVersion running() {
    try {
      return parse(Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the kernel's version", e);
    }
  }

  /**
   * Parses a release such as {@code 6.1.0-49-amd64}; parts that are missing are 0.
   *
   * @throws IllegalArgumentException when it does not begin with a number
   */
  public static KernelVersion parse(String release) {
    int[] parts = new int[3];
    int part = 0;
    int digits = 0;
    for (int i = 0; i < release.length() && part < 3; i++) {
      char c = release.charAt(i);
      if (c >= '0' && c <= '9') {
        parts[part] = 10 * parts[part] + c - '0';
        digits++;
      } else if (c == '.') {
        part++;
      } else {
        break;
      }
    }
    if (digits == 0 || release.startsWith(".")) {
      throw new IllegalArgumentException("not a kernel release: " + release);
    }
    return new KernelVersion(parts[0], parts[1], parts[2]);
  }

  public boolean atLeast(int major, int minor) {
    return this.major > major || (this.major == major && this.minor >= minor);
  }

  /** The value of {@code LINUX_VERSION_CODE}, whose last part ends at 255. */
  public int code() {
    return major << 16 | minor << 8 | Math.min(patch, 255);
  }

  @Override
  public int compareTo(KernelVersion other) {
    if (major != other.major) {
      return Integer.compare(major, other.major);
    }
    return minor != other.minor
        ? Integer.compare(minor, other.minor)
        : Integer.compare(patch, other.patch);
  }

  @Override
  public String toString() {
    return major + "." + minor + (patch == 0 ? "" : "." + patch);
  }
}
