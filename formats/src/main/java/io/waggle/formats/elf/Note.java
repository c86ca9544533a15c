package io.waggle.formats.elf;

import io.waggle.formats.Bytes;

/**
 * A note.
 *
 * @param owner who defines the type: {@code GNU}, {@code stapsdt}, …
 * @param type what it is, in the owner's numbers
 * @param content its bytes, in the file's memory
 */
public record Note(String owner, int type, Bytes content) {
  /** Type of the {@code GNU} note that tells a build from any other. */
  public static final int BUILD_ID = 3;

  /** Type of the {@code stapsdt} note that says where a statically defined probe is. */
  public static final int STAPSDT = 3;
}
