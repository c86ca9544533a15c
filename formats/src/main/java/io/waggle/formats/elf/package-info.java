/**
 * ELF, 32 and 64 bit, both byte orders (System V ABI, chapters 4 and 5; the GNU extensions as glibc
 * and binutils document them). {@link io.waggle.formats.elf.ElfFile} is the way in.
 */
package io.waggle.formats.elf;
