package io.waggle.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first two numbers of a kernel release. */
public record KernelVersion(int major, int minor) {
  private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");

  /** Names a version without {@code new}. */
  public static KernelVersion of(int major, int minor) {
    return new KernelVersion(major, minor);
  }

  /**
   * The version of the kernel this process runs on, from {@code /proc/sys/kernel/osrelease}.
   *
   * @throws UncheckedIOException where /proc is not mounted
   */
  public static KernelVersion running() {
    try {
      return parse(Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static KernelVersion parse(String release) {
    Matcher matcher = RELEASE.matcher(release);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a kernel release: " + release);
    }
    return of(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Whether this version is the given one or a later one. */
  public boolean atLeast(int otherMajor, int otherMinor) {
    return major > otherMajor || (major == otherMajor && minor >= otherMinor);
  }
}
