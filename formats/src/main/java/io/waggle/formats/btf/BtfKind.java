package io.waggle.formats.btf;

/** Numbers of the kinds of types, {@code BTF_KIND_} in include/uapi/linux/btf.h. */
public final class BtfKind {
  public static final int VOID = 0;
  public static final int INT = 1;
  public static final int PTR = 2;
  public static final int ARRAY = 3;
  public static final int STRUCT = 4;
  public static final int UNION = 5;
  public static final int ENUM = 6;
  public static final int FWD = 7;
  public static final int TYPEDEF = 8;
  public static final int VOLATILE = 9;
  public static final int CONST = 10;
  public static final int RESTRICT = 11;
  public static final int FUNC = 12;
  public static final int FUNC_PROTO = 13;
  public static final int VAR = 14;
  public static final int DATASEC = 15;
  public static final int FLOAT = 16;
  public static final int DECL_TAG = 17;
  public static final int TYPE_TAG = 18;
  public static final int ENUM64 = 19;

  /** Bytes after the 12 that all kinds have; by kind. */
  private static final int[] FIXED = {0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0};

  /** Bytes for each of the elements after those; by kind. */
  private static final int[] EACH = {
    0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12
  };

  private BtfKind() {}

  static boolean isKnown(int kind) {
    return kind > VOID && kind < FIXED.length;
  }

  /** Bytes of a type of that kind. */
  static int size(int kind, int elements) {
    return 12 + FIXED[kind] + EACH[kind] * elements;
  }
}
