/**
 * Readers and writers of binary formats, and what they share: {@link io.waggle.formats.Bytes}, a
 * view that knows where in which file it lies and checks every offset, and {@link
 * io.waggle.formats.FormatException}, which says what was expected there.
 *
 * <p>Whatever the input, a reader either answers or throws a {@code FormatException}. Nothing is
 * parsed before it is asked for. Start reading in {@code elf.ElfFile} or {@code btf.Btf}.
 */
package io.waggle.formats;
