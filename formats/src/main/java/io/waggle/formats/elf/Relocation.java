package io.waggle.formats.elf;

/**
 * A place that the linker fills in.
 *
 * @param offset bytes from the start of the section that is relocated (in an executable an address)
 * @param type what to fill in, in the machine's numbers
 * @param symbol index in the symbol table that the relocations refer to
 * @param addend what is added to the symbol; 0 where it stands in the place itself (REL)
 */
public record Relocation(long offset, int type, int symbol, long addend) {}
