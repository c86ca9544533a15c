/**
 * Probes that programs define statically (USDT, {@code <sys/sdt.h>}): {@link
 * io.waggle.formats.usdt.StaticProbe} finds them in an ELF file's notes, {@link
 * io.waggle.formats.usdt.ProbeArgument} reads where their arguments are.
 */
package io.waggle.formats.usdt;
