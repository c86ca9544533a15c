package io.waggle.bpf;

/** How many bytes a load or a store moves. */
public enum Size {
  BYTE(1),
  HALF(2),
  WORD(4),
  DOUBLE(8);

  private final int bytes;

  Size(int bytes) {
    this.bytes = bytes;
  }

  /** 1, 2, 4 or 8. */
  public int bytes() {
    return bytes;
  }

  /** The size of {@code bytes} bytes. */
  public static Size ofBytes(int bytes) {
    return switch (bytes) {
      case 1 -> BYTE;
      case 2 -> HALF;
      case 4 -> WORD;
      case 8 -> DOUBLE;
      default -> throw new IllegalArgumentException("no load or store of " + bytes + " bytes");
    };
  }
}
