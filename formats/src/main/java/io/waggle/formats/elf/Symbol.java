package io.waggle.formats.elf;

/**
 * An entry of a symbol table.
 *
 * @param value an address as linked; in a relocatable file an offset in its section
 * @param size bytes, 0 if unknown
 * @param type {@link #FUNC}, {@link #OBJECT} or another
 * @param binding {@link #LOCAL}, {@link #GLOBAL} or {@link #WEAK}
 * @param section the index of its section, or {@link #UNDEFINED}, {@link #ABSOLUTE}, …
 */
public record Symbol(String name, long value, long size, int type, int binding, int section) {
  /** {@code STT_NOTYPE}: not said, as of what is undefined. */
  public static final int UNTYPED = 0;

  public static final int OBJECT = 1;
  public static final int FUNC = 2;

  /** {@code STT_SECTION}: the section itself. */
  public static final int SECTION = 3;

  /** A function called at load time to choose the one that will be called. */
  public static final int IFUNC = 10;

  public static final int LOCAL = 0;
  public static final int GLOBAL = 1;
  public static final int WEAK = 2;

  /** Visible to all files that are linked together, and beyond. */
  public static final int DEFAULT = 0;

  /** As {@link #HIDDEN}, and more. */
  public static final int INTERNAL = 1;

  /** Visible to the files that are linked together only. */
  public static final int HIDDEN = 2;

  /** Section index of what another file defines. */
  public static final int UNDEFINED = 0;

  /** Section index of what no section holds. */
  public static final int ABSOLUTE = 0xfff1;

  /** True for machine code defined in this file. */
  public boolean isFunction() {
    return (type == FUNC || type == IFUNC) && section != UNDEFINED;
  }
}
