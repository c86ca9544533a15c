package io.waggle.compiler;

/**
 * An object in the frame of a function, alive for the whole function. The compiler chooses its
 * place; the 512 bytes of a frame chain are shared with spilled registers.
 *
 * @param name for messages and listings
 * @param size bytes, at least 1
 * @param align bytes, a power of two up to 8
 */
public record StackSlot(int id, String name, int size, int align) {
  public StackSlot {
    if (size < 1 || align < 1 || align > 8 || Integer.bitCount(align) != 1) {
      throw new IllegalArgumentException(
          "stack object " + name + ": size " + size + ", alignment " + align);
    }
  }
}
