/**
 * C programs for the kernel: {@link io.waggle.c.Clang} compiles them, with headers of our own and
 * the kernel's types made from its BTF, so that a machine needs clang and nothing else.
 */
package io.waggle.c;
