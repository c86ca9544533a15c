package io.waggle.bpf;

import java.util.Objects;

/**
 * A map as declared: what to ask the kernel for, not a live map.
 *
 * @param keySize bytes of a key, 0 for maps without keys
 * @param valueSize bytes of a value (of one CPU's value for per-CPU maps)
 * @param maxEntries for ring buffers the bytes of the ring, a power of two and whole pages
 * @param flags BPF_F_* of map creation
 * @param contents what an array map holds before a program uses it: values one after another from
 *     key 0, the rest zero
 */
public record MapSpec(
    String name,
    MapType type,
    int keySize,
    int valueSize,
    int maxEntries,
    int flags,
    Bytes contents) {
  public MapSpec {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    if (contents.size() > (long) valueSize * maxEntries) {
      throw new IllegalArgumentException(
          "map " + name + ": " + contents.size() + " bytes of contents do not fit");
    }
  }

  public MapSpec(String name, MapType type, int keySize, int valueSize, int maxEntries, int flags) {
    this(name, type, keySize, valueSize, maxEntries, flags, Bytes.EMPTY);
  }

  public MapSpec(String name, MapType type, int keySize, int valueSize, int maxEntries) {
    this(name, type, keySize, valueSize, maxEntries, 0);
  }
}
