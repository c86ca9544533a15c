package io.waggle.bpf;

/**
 * A value that the kernel's configuration gives a program: declared {@code extern} in section
 * {@code .kconfig}.
 *
 * @param name {@code CONFIG_…}, or one of the {@code LINUX_…} that loaders know
 * @param type in the object's BTF
 * @param offset in the map {@code .kconfig}, bytes
 * @param size bytes
 * @param isWeak whether 0 will do where the kernel says nothing
 */
public record Extern(String name, int type, int offset, int size, boolean isWeak) {}
