package io.waggle.formats.dwarf;

/**
 * A row of a line table: from its address on the code is of that line, up to the next row's.
 *
 * @param address as linked
 * @param file index in the list of the program's files
 * @param column from 1; 0 if not told
 * @param isStatement whether a debugger would stop there
 * @param isEnd whether it is the address behind a sequence, where no code is
 */
record LineRow(long address, int file, int line, int column, boolean isStatement, boolean isEnd) {}
