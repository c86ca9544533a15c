package io.waggle.bpf;

/** A kernel release as the tables know it, such as 5.8. */
public record Release(int major, int minor) implements Comparable<Release> {
  /** Older than all that the tables know. */
  public static final Release FIRST = new Release(0, 0);

  /**
   * Parses a release; what follows the minor version, such as {@code .0-49-amd64}, is passed over.
   *
   * @throws IllegalArgumentException if it does not begin with two numbers
   */
  public static Release parse(String text) {
    int dot = text.indexOf('.');
    int end = dot + 1;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    try {
      return new Release(
          Integer.parseUnsignedInt(text.substring(0, Math.max(dot, 0))),
          Integer.parseUnsignedInt(text.substring(dot + 1, end)));
    } catch (NumberFormatException none) {
      throw new IllegalArgumentException("'" + text + "' is no kernel release such as 5.15", none);
    }
  }

  /** The later of two. */
  public Release max(Release other) {
    return compareTo(other) >= 0 ? this : other;
  }

  @Override
  public int compareTo(Release other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
