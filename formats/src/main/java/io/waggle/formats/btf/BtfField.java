package io.waggle.formats.btf;

/**
 * Where a field lies in a structure.
 *
 * @param type the number of its type
 * @param bitOffset from the structure's start
 * @param bitSize of a bit field, else 0
 */
public record BtfField(int type, long bitOffset, int bitSize) {
  /** Bytes from the structure's start to the byte that holds the field's first bit. */
  public long offset() {
    return bitOffset / 8;
  }
}
