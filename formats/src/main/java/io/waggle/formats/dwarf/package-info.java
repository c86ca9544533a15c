/**
 * DWARF, versions 2 to 5, as far as tracing needs it: {@link io.waggle.formats.dwarf.LineTables}
 * tells where the code of a line of a source file starts, from section {@code .debug_line}.
 */
package io.waggle.formats.dwarf;
