package io.waggle.bpf.core;

import java.util.function.Supplier;

/**
 * An instruction that this kernel has no answer for. In its place stands the call of a helper that
 * does not exist: where a test before it (such as {@code bpf_core_field_exists}) keeps the code
 * from being reached, the verifier never looks at it; elsewhere it refuses the program with {@code
 * invalid func unknown#195896080}, and {@link #message} has the reason.
 *
 * @param slot of the instruction in the code, in units of 8 bytes
 * @param explanation made when asked for; holds on to the types until then
 */
public record Poison(int slot, Supplier<String> explanation) {
  /** The number of the helper that does not exist, libbpf's "bad relo". */
  public static final int HELPER = 0xbad2310;

  /** What the kernel lacks, for people. */
  public String message() {
    return explanation.get();
  }
}
