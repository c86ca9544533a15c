package io.waggle.script.output;

/** When text goes to the file ({@code -B}). */
public enum BufferMode {
  /** After every piece. */
  NONE,
  /** After every piece that holds a line end. */
  LINE,
  /** When a block is full, and whenever there is nothing more to print for now. */
  FULL
}
