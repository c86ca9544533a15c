package io.waggle.symbols;

/**
 * What an address is.
 *
 * @param symbol the function's name, empty if no symbol covers the address
 * @param offset bytes from the function's start; without a symbol, from the module's
 * @param module the file's path, the kernel module's name, or empty for the kernel itself, for code
 *     made at run time and for addresses that nothing is known of
 */
public record Location(String symbol, long offset, String module) {
  /** What is known of an address that nothing is known of. */
  public static Location unknown(long address) {
    return new Location("", address, "");
  }

  /** True if the function is known. */
  public boolean hasSymbol() {
    return !symbol.isEmpty();
  }

  /** Such as {@code malloc+21}; empty if the function is not known. */
  public String text() {
    return hasSymbol() ? symbol + "+" + offset : "";
  }
}
