package io.waggle.formats.elf;

/**
 * A program header: a part of the file and where it is mapped.
 *
 * @param type {@link #LOAD}, {@link #DYNAMIC}, {@link #NOTE} or another
 * @param flags 1 executable, 2 writable, 4 readable
 * @param offset where it starts in the file, in bytes
 * @param address where it starts in memory, as linked
 * @param fileSize bytes in the file
 * @param memorySize bytes in memory; those past {@code fileSize} are zero
 * @param alignment in bytes
 */
public record Segment(
    int type,
    int flags,
    long offset,
    long address,
    long fileSize,
    long memorySize,
    long alignment) {
  public static final int LOAD = 1;
  public static final int DYNAMIC = 2;
  public static final int NOTE = 4;

  /** True if its pages may be executed. */
  public boolean isExecutable() {
    return (flags & 1) != 0;
  }

  /** True if the byte at {@code wanted} in memory comes from the file. */
  public boolean holdsAddress(long wanted) {
    return Long.compareUnsigned(wanted - address, fileSize) < 0;
  }

  /** True if the byte at {@code wanted} in the file is part of this. */
  public boolean holdsOffset(long wanted) {
    return Long.compareUnsigned(wanted - offset, fileSize) < 0;
  }
}
