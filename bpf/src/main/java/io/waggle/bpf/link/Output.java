package io.waggle.bpf.link;

import io.waggle.formats.elf.Section;
import java.util.ArrayList;
import java.util.List;

/** A section of the linked file, which grows while those of its name are put behind each other. */
final class Output {
  static final long ALLOCATED = 2;
  static final long EXECUTABLE = 4;

  /** Bytes of a section: what a program could use is far below. */
  private static final int LARGEST = 1 << 26;

  private static final int LARGEST_ALIGNMENT = 1 << 16;

  private final String name;
  private final String firstFile;
  private final List<Piece> pieces = new ArrayList<>();
  private long flags;
  private long alignment = 1;
  private long size;

  private record Piece(int start, byte[] bytes) {}

  Output(String name, String firstFile) {
    this.name = name;
    this.firstFile = firstFile;
  }

  String name() {
    return name;
  }

  /** The file that had such a section first. */
  String firstFile() {
    return firstFile;
  }

  /**
   * Puts a section behind those before.
   *
   * @param bytes none for one of zeros
   * @return where it starts
   */
  long append(String file, Section section, byte[] bytes) {
    if (flags != 0 && (flags & EXECUTABLE) != (section.flags() & EXECUTABLE)) {
      throw new LinkException(
          "section %s: code in one of %s and %s, data in the other"
              .formatted(name, firstFile, file));
    }
    long ofSection = Math.max(1, section.alignment());
    if (ofSection > LARGEST_ALIGNMENT || Long.bitCount(ofSection) != 1) {
      throw new LinkException(
          "%s: section %s is aligned to %d, which is no power of two up to %d"
              .formatted(file, name, section.alignment(), LARGEST_ALIGNMENT));
    }
    boolean isOfZeros = section.type() == Section.NOBITS;
    long length = isOfZeros ? section.size() : bytes.length;
    long start = (size + ofSection - 1) & -ofSection;
    if (length < 0 || length > LARGEST - start) {
      throw new LinkException(
          "%s: with its section %s that would have more than %d bytes"
              .formatted(file, name, LARGEST));
    }
    flags |= section.flags();
    alignment = Math.max(alignment, ofSection);
    size = start + length;
    if (!isOfZeros) {
      pieces.add(new Piece((int) start, bytes));
    }
    return start;
  }

  /** Whether no file has content for it. */
  boolean isZero() {
    return pieces.isEmpty();
  }

  byte[] content() {
    byte[] content = new byte[isZero() ? 0 : (int) size];
    for (Piece piece : pieces) {
      System.arraycopy(piece.bytes, 0, content, piece.start, piece.bytes.length);
    }
    return content;
  }

  long size() {
    return size;
  }

  long flags() {
    return flags;
  }

  long alignment() {
    return alignment;
  }
}
