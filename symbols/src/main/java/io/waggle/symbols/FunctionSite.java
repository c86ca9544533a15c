package io.waggle.symbols;

/**
 * Where a function starts.
 *
 * @param name the symbol, as the file has it
 * @param offset bytes from the start of the file to its first instruction: what a uprobe takes
 * @param size bytes of its code, 0 if the file does not say
 */
public record FunctionSite(String name, long offset, long size) {}
