package io.waggle.formats.elf;

/**
 * Where a stripped file's debug information went ({@code .gnu_debuglink}).
 *
 * @param file a file name without a folder
 * @param crc the CRC-32 of that file's content
 */
public record DebugLink(String file, int crc) {}
