package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.ObjectException;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresBpf
@Requires({Feature.CLANG, Feature.ARENA})
class ArenaTest {
  private static final String MAP =
      """
      struct { int (*type)[33]; int (*map_flags)[1 << 10]; int (*max_entries)[16]; } arena
          SEC(".maps");
      """;
  private static final String SOURCE =
      """
      #define SEC(name) __attribute__((section(name), used))
      #define __arena_global SEC(".addr_space.1")
      typedef unsigned long long u64;
      char _license[] SEC("license") = "GPL";
      MAP
      u64 before __arena_global = 40;
      u64 after __arena_global = 1;
      static u64 *to_kernel(u64 *pointer) {
        /* What newer compilers make by themselves: r1 = addr_space_cast(r1, 0, 1) */
        asm volatile("r1 = %0\\n"
                     ".byte 0xbf, 0x11, 0x01, 0x00, 0x01, 0x00, 0x00, 0x00\\n"
                     "%0 = r1" : "+r"(pointer) : : "r1");
        return pointer;
      }
      SEC("syscall") int add(void *context) {
        asm volatile("r1 = %0" : : "r"(&arena) : "r1");
        *to_kernel(&after) += *to_kernel(&before) + 1;
        return 0;
      }
      """;

  @TempDir Path folder;

  private BpfObject read(String maps) {
    return BpfObject.read(
        BpfCompiler.compile(folder, "arena", SOURCE.replace("MAP", maps), "-mcpu=v3"));
  }

  @Test
  void variablesLieInSharedMemory() {
    BpfObject object = read(MAP);
    assertThat(object.program("add").orElseThrow().code())
        .anyMatch(Instruction.AddressCast.class::isInstance);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object.set("before", 50))) {
      loaded.program("add").runOnce();
      assertThat(loaded.variable("after").getLong()).isEqualTo(1 + 50 + 1);
      loaded.variable("before").memory().set(ValueLayout.JAVA_LONG, 0, 7);
      loaded.program("add").runOnce();
      assertThat(loaded.variable("after").getLong()).isEqualTo(52 + 7 + 1);
      assertThat(loaded.map("arena").arena().length()).isEqualTo(16 * 4096);
    }
  }

  @Test
  void variablesNeedAnArena() {
    assertThatThrownBy(() -> read("int arena;"))
        .isInstanceOf(ObjectException.class)
        .hasMessageContaining("need one map of type BPF_MAP_TYPE_ARENA in .maps, there are 0");
  }
}
