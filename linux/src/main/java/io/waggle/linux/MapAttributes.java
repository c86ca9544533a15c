package io.waggle.linux;

import java.util.Objects;

/**
 * What a map is created with.
 *
 * @param type the map type's number, {@code enum bpf_map_type}
 * @param name at most 15 letters, digits, '_' or '.'; others are replaced, the rest cut off
 * @param keySize in bytes
 * @param valueSize in bytes, of one CPU's value
 * @param maxEntries number of entries; of a ring buffer, its size in bytes
 * @param flags {@code BPF_F_*} flags for maps
 * @param innerMap descriptor number of the template of a map in map, 0 for none
 * @param btf descriptor number of the BTF that the type ids refer to, 0 for none
 * @param btfKeyType BTF id of the key's type, 0 for none
 * @param btfValueType BTF id of the value's type, 0 for none
 * @param numaNode whose memory to take, with flag {@code BPF_F_NUMA_NODE}
 * @param extra what the type means by it, {@code map_extra}
 * @param kernelValueType id of the value's type among the kernel's own, for {@code struct_ops}; 0
 *     for none
 * @param moduleTypes descriptor number of the module's types that {@code kernelValueType} is one
 *     of, with flag {@code BPF_F_VTYPE_BTF_OBJ_FD}
 */
public record MapAttributes(
    int type,
    String name,
    int keySize,
    int valueSize,
    int maxEntries,
    int flags,
    int innerMap,
    int btf,
    int btfKeyType,
    int btfValueType,
    int numaNode,
    long extra,
    int kernelValueType,
    int moduleTypes) {
  public MapAttributes {
    Objects.requireNonNull(name);
  }

  /** A map whose value is not a type of the kernel's. */
  public MapAttributes(
      int type,
      String name,
      int keySize,
      int valueSize,
      int maxEntries,
      int flags,
      int innerMap,
      int btf,
      int btfKeyType,
      int btfValueType,
      int numaNode,
      long extra) {
    this(
        type,
        name,
        keySize,
        valueSize,
        maxEntries,
        flags,
        innerMap,
        btf,
        btfKeyType,
        btfValueType,
        numaNode,
        extra,
        0,
        0);
  }

  /** A map without flags, inner map or BTF. */
  public MapAttributes(int type, String name, int keySize, int valueSize, int maxEntries) {
    this(type, name, keySize, valueSize, maxEntries, 0, 0, 0, 0, 0, 0, 0);
  }
}
