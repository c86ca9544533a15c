package io.waggle.formats;

/** A file is not in the format it should have: where, what was expected, and what was found. */
public final class FormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String file;
  private final String part;
  private final long offset;
  private final String expected;
  private final String found;

  /**
   * A mismatch.
   *
   * @param file the file's path, or another name of the input
   * @param part the section or structure that was read
   * @param offset bytes from the start of the file
   * @param expected what the format asks for, such as {@code "24 bytes"}
   * @param found what stands there instead
   */
  public FormatException(String file, String part, long offset, String expected, String found) {
    super(
        file
            + ": "
            + part
            + " at 0x"
            + Long.toHexString(offset)
            + ": expected "
            + expected
            + ", found "
            + found);
    this.file = file;
    this.part = part;
    this.offset = offset;
    this.expected = expected;
    this.found = found;
  }

  /** The file's path, or another name of the input. */
  public String file() {
    return file;
  }

  /** The section or structure that was read. */
  public String part() {
    return part;
  }

  /** Bytes from the start of the file. */
  public long offset() {
    return offset;
  }

  /** What the format asks for. */
  public String expected() {
    return expected;
  }

  /** What stands there instead. */
  public String found() {
    return found;
  }
}
