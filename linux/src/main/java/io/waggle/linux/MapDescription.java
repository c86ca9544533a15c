package io.waggle.linux;

/**
 * What the kernel says about a map ({@code struct bpf_map_info}).
 *
 * @param keySize in bytes
 * @param valueSize in bytes, of one CPU's value
 */
public record MapDescription(
    int id, int type, String name, int keySize, int valueSize, int maxEntries, int flags) {}
