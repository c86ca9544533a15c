package io.waggle.bpf;

/**
 * Where an instruction comes from.
 *
 * @param slot first 8-byte slot of the program this line covers, up to the next entry
 * @param file name for people, for example {@code stdin} or {@code foo.bpf.c}
 * @param line 1-based; 0 when unknown
 * @param column 1-based; 0 when unknown
 * @param text the line's text
 */
public record SourceLine(int slot, String file, int line, int column, String text) {}
