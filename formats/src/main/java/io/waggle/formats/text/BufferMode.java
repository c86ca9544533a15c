package io.waggle.formats.text;

/** When text goes to the file ({@code -B}). */
public enum BufferMode {
  /** After every piece. */
  NONE,
  /**
   * When a block is full, and as soon as nothing more waits to be shown: a line is seen at once,
   * and a million of them cost no system call each.
   */
  LINE,
  /** When a block is full, and at the end. */
  FULL
}
