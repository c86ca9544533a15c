package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.formats.btf.BtfBuilder;
import io.waggle.formats.btf.BtfType;
import io.waggle.linux.KernelVersion;
import io.waggle.testing.RequiresBpf;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every type of map is made, or the kernel says that it lacks it. */
@RequiresBpf
class MapTypesTest {
  private static final int NO_PREALLOC = 1;
  private static final int MMAPABLE = 1 << 10;

  /** Local storage: a key of the kernel's, an int, and a value whose type it must know. */
  private static final Set<MapType> STORAGE =
      EnumSet.of(
          MapType.SK_STORAGE, MapType.INODE_STORAGE, MapType.TASK_STORAGE, MapType.CGRP_STORAGE);

  private static MapSpec spec(MapType type) {
    return switch (type) {
      case LPM_TRIE -> new MapSpec("m", type, 8, 8, 4, NO_PREALLOC);
      case STACK_TRACE -> new MapSpec("m", type, 4, 8 * 16, 4);
      case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> new MapSpec("m", type, 16, 8, 0);
      case QUEUE, STACK, BLOOM_FILTER -> new MapSpec("m", type, 0, 8, 4);
      case RINGBUF, USER_RINGBUF -> new MapSpec("m", type, 0, 0, 4096);
      case ARENA -> new MapSpec("m", type, 0, 0, 4, MMAPABLE);
      case ARRAY_OF_MAPS, HASH_OF_MAPS ->
          new MapSpec("m", type, 4, 4, 4)
              .with(MapSpec.Traits.NONE.withInner(new MapSpec("i", MapType.ARRAY, 4, 8, 1)));
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE ->
          new MapSpec("m", type, 4, 8, 0, NO_PREALLOC).with(MapSpec.Traits.NONE.withTypes(1, 2));
      case PROG_ARRAY,
          PERF_EVENT_ARRAY,
          CGROUP_ARRAY,
          DEVMAP,
          DEVMAP_HASH,
          SOCKMAP,
          CPUMAP,
          XSKMAP ->
          new MapSpec("m", type, 4, 4, 1);
      case SOCKHASH -> new MapSpec("m", type, 16, 4, 4);
      case REUSEPORT_SOCKARRAY -> new MapSpec("m", type, 4, 8, 4);
      case INSN_ARRAY -> new MapSpec("m", type, 4, 16, 4);
      default -> new MapSpec("m", type, 4, 8, 4);
    };
  }

  private static BpfObject object(MapSpec spec) {
    if (!STORAGE.contains(spec.type())) {
      return new BpfObject("GPL", List.of(spec), List.of());
    }
    BtfBuilder types = new BtfBuilder(ByteOrder.nativeOrder());
    types.add(new BtfType.Int("int", 4, 32, 0, true, false, false));
    types.add(new BtfType.Int("long", 8, 64, 0, true, false, false));
    return new BpfObject(
        "GPL", List.of(spec), List.of(), Optional.of(types.build("types")), List.of());
  }

  // Structures of struct_ops have a test of their own.
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"UNSPEC", "STRUCT_OPS"})
  void isMadeOrSaidToBeMissing(MapType type) {
    BpfObject object = object(spec(type));
    try (Kernel kernel = Kernel.host()) {
      if (isKnown(type)) {
        try (LoadedObject loaded = kernel.load(object)) {
          assertThat(loaded.map("m").describe().type()).isEqualTo(type.id());
        }
      } else {
        assertThatThrownBy(() -> kernel.load(object))
            .isInstanceOf(MissingMapTypeException.class)
            .hasMessageContaining("map 'm' is a " + type)
            .hasMessageContaining("Linux " + type.since());
      }
    }
  }

  private static boolean isKnown(MapType type) {
    return KernelVersion.running().compareTo(KernelVersion.parse(type.since())) >= 0;
  }
}
