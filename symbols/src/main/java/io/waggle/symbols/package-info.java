/**
 * Names to addresses and back: the functions of executables and libraries, where their debug files
 * are, how users name them; the kernel's functions; and for a stack, what each address in a process
 * is.
 *
 * <p>{@link io.waggle.symbols.Functions} and {@link io.waggle.symbols.Libraries} serve attaching,
 * {@link io.waggle.symbols.KernelSymbols} and {@link io.waggle.symbols.ProcessSymbols} printing. No
 * state is static: what is cached belongs to an object and ends with it.
 */
package io.waggle.symbols;
