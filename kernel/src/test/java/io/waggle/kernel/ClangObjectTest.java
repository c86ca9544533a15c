package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.linux.KernelVersion;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that clang made, on the running kernel. */
@RequiresBpf
@Requires(Feature.CLANG)
class ClangObjectTest {
  private static final String HEADER =
      """
      #define SEC(name) __attribute__((section(name), used))
      #define __weak __attribute__((weak))
      #define __kconfig __attribute__((section(".kconfig")))
      #define __ksym __attribute__((section(".ksyms")))
      typedef unsigned char u8;
      typedef unsigned int u32;
      typedef unsigned long long u64;
      static void *(*bpf_map_lookup_elem)(void *, const void *) = (void *) 1;
      static long (*bpf_tail_call)(void *, void *, u32) = (void *) 12;
      static u64 (*bpf_get_current_task)(void) = (void *) 35;
      static long (*bpf_probe_read_kernel)(void *, u32, const void *) = (void *) 113;
      static long (*bpf_loop)(u32, void *, void *, u64) = (void *) 181;
      char _license[] SEC("license") = "GPL";
      """;

  @TempDir Path folder;

  @Test
  void readsTheKernelsFieldsWhereTheyAreHere() {
    BpfObject object =
        read(
            """
            #pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
            struct task_struct___other { int tgid; int nothing; };
            struct task_struct { int tgid; };
            #pragma clang attribute pop
            enum bpf_map_type { BPF_MAP_TYPE_RINGBUF = 1, BPF_MAP_TYPE_NOT_THERE = 99 };
            int tgid, has_tgid, has_nothing, is_there, ring, other;
            SEC("raw_tp") int program(void *context) {
              struct task_struct *task = (void *) bpf_get_current_task();
              struct task_struct___other *same = (void *) task;
              bpf_probe_read_kernel(&tgid, sizeof(tgid), &task->tgid);
              has_tgid = 1 + __builtin_preserve_field_info(task->tgid, 2);
              has_nothing = 1 + __builtin_preserve_field_info(same->nothing, 2);
              if (has_nothing > 1) bpf_probe_read_kernel(&other, 4, &same->nothing);
              is_there = 1 + __builtin_preserve_type_info(*(struct task_struct *) 0, 0);
              ring = __builtin_preserve_enum_value(
                  *(enum bpf_map_type *) BPF_MAP_TYPE_RINGBUF, 1);
              return 0;
            }
            """);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      loaded.program("program").runOnce();
      assertThat(variable(loaded, object, "tgid")).isEqualTo((int) ProcessHandle.current().pid());
      assertThat(variable(loaded, object, "has_tgid")).isEqualTo(2);
      assertThat(variable(loaded, object, "has_nothing")).isEqualTo(1);
      assertThat(variable(loaded, object, "is_there")).isEqualTo(2);
      assertThat(variable(loaded, object, "ring")).isEqualTo(27);
    }
  }

  @Test
  void saysWhichFieldTheKernelLacks() {
    BpfObject object =
        read(
            """
            struct task_struct { int tgidd; } __attribute__((preserve_access_index));
            int found;
            SEC("raw_tp") int program(void *context) {
              struct task_struct *task = (void *) bpf_get_current_task();
              bpf_probe_read_kernel(&found, sizeof(found), &task->tgidd);
              return 0;
            }
            """);
    try (Kernel kernel = Kernel.host()) {
      assertThatThrownBy(() -> kernel.load(object))
          .isInstanceOf(VerifierException.class)
          .hasMessageContaining("the kernel's struct task_struct has no field 'tgidd'")
          .hasMessageContaining("did you mean tgid")
          .hasMessageContaining("program.bpf.c:17");
    }
  }

  @Test
  void setsVariablesBeforeItLoads() {
    BpfObject object =
        read(
            """
            const volatile int wanted = 1;
            const volatile _Bool loud;
            const volatile char name[8] = "abc";
            long long seen = 3;
            int result;
            SEC("raw_tp") int program(void *context) {
              result = wanted + loud * 100 + name[0] * 1000;
              seen++;
              return 0;
            }
            """);
    assertThat(object.variables()).extracting("name").contains("wanted", "loud", "name", "seen");
    BpfObject set = object.set("wanted", 42).set("loud", "true").set("name", "z").set("seen", "7");
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(set)) {
      loaded.program("program").runOnce();
      assertThat(variable(loaded, set, "result")).isEqualTo(42 + 100 + 'z' * 1000);
      assertThat(variable(loaded, set, "seen")).isEqualTo(8);
    }
    assertThatThrownBy(() -> object.set("wantd", 1)).hasMessageContaining("did you mean wanted?");
    assertThatThrownBy(() -> object.set("wanted", 1L << 31))
        .hasMessageContaining("a number from -2147483648 to 2147483647");
    assertThatThrownBy(() -> object.set("name", "too long for it"))
        .hasMessageContaining("at most 7 bytes");
    assertThatThrownBy(() -> object.set("loud", "maybe")).hasMessageContaining("true or false");
  }

  @Test
  void takesValuesOfTheKernelsConfigurationAndSymbols() {
    BpfObject object =
        read(
            """
            extern int LINUX_KERNEL_VERSION __kconfig;
            extern _Bool CONFIG_BPF_SYSCALL __kconfig __weak;
            extern long CONFIG_WAGGLE_HAS_NONE __kconfig __weak;
            extern const void bpf_prog_put __ksym;
            extern const void waggle_has_none __ksym __weak;
            int version, syscall_, none, address, absent;
            SEC("raw_tp") int program(void *context) {
              version = LINUX_KERNEL_VERSION;
              syscall_ = CONFIG_BPF_SYSCALL;
              none = 1 + CONFIG_WAGGLE_HAS_NONE;
              address = &bpf_prog_put != 0;
              absent = &waggle_has_none == 0;
              return 0;
            }
            """);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      loaded.program("program").runOnce();
      assertThat(variable(loaded, object, "version")).isEqualTo(KernelVersion.running().code());
      assertThat(variable(loaded, object, "none")).isEqualTo(1);
      assertThat(variable(loaded, object, "address")).isEqualTo(1);
      assertThat(variable(loaded, object, "absent")).isEqualTo(1);
    }
  }

  @Test
  void namesTheSymbolThatTheKernelLacks() {
    BpfObject object =
        read(
            """
            extern const void bpf_prog_putt __ksym;
            int result;
            SEC("raw_tp") int program(void *context) { result = (long) &bpf_prog_putt; return 0; }
            """);
    try (Kernel kernel = Kernel.host()) {
      assertThatThrownBy(() -> kernel.load(object))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("no symbol 'bpf_prog_putt'")
          .hasMessageContaining("bpf_prog_put");
    }
  }

  @Test
  void fillsMapsOfMapsAndPrograms() {
    BpfObject object =
        read(
            """
            struct inner {
              int (*type)[2]; int (*max_entries)[1]; u32 *key; u64 *value;
            } first SEC(".maps"), second SEC(".maps");
            struct {
              int (*type)[12]; int (*max_entries)[2]; int (*key_size)[4];
              struct inner *values[];
            } outer SEC(".maps") = { .values = { &first, &second } };
            int called, found;
            SEC("raw_tp") int target(void *context) { called = 5; return 0; }
            struct {
              int (*type)[3]; int (*max_entries)[4]; int (*key_size)[4];
              int (*values[])(void *);
            } jumps SEC(".maps") = { .values = { [2] = target } };
            static int each(u32 index, void *context) { found += index; return 0; }
            SEC("raw_tp") int program(void *context) {
              u32 key = 1, zero = 0;
              void *inner = bpf_map_lookup_elem(&outer, &key);
              if (inner) {
                u64 *value = bpf_map_lookup_elem(inner, &zero);
                if (value) *value = 7;
              }
              bpf_tail_call(context, &jumps, 2);
              return 1;
            }
            """);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object);
        Arena arena = Arena.ofConfined()) {
      loaded.program("program").runOnce();
      assertThat(variable(loaded, object, "called")).isEqualTo(5);
      MemorySegment value = arena.allocate(8, 8);
      loaded.map("second").lookup(arena.allocate(4, 4), value);
      assertThat(value.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(7);
    }
  }

  @Test
  void leavesOutWhatIsNotToBeLoaded() {
    BpfObject object =
        read(
            """
            SEC("?raw_tp/one") int one(void *context) { return 0; }
            SEC("raw_tp/two") int two(void *context) { return 0; }
            """);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      assertThat(loaded.programs()).extracting(its -> its.spec().name()).containsExactly("two");
    }
  }

  @Test
  void showsTheLineThatTheVerifierRefuses() {
    BpfObject object =
        read(
            """
            struct {
              int (*type)[1]; int (*max_entries)[1]; u32 *key; u64 *value;
            } numbers SEC(".maps");
            SEC("raw_tp") int program(void *context) {
              u32 key = 0;
              u64 *number = bpf_map_lookup_elem(&numbers, &key);
              *number = 5;
              return 0;
            }
            """);
    try (Kernel kernel = Kernel.host()) {
      assertThatThrownBy(() -> kernel.load(object))
          .isInstanceOf(VerifierException.class)
          .hasMessageContaining("program.bpf.c:20")
          .hasMessageContaining("*number = 5;");
    }
  }

  private BpfObject read(String source) {
    return BpfObject.read(BpfCompiler.compile(folder, "program", HEADER + source, "-mcpu=v3"));
  }

  private static int variable(LoadedObject loaded, BpfObject object, String name) {
    var variable =
        object.variables().stream()
            .filter(its -> its.name().equals(name))
            .findFirst()
            .orElseThrow();
    LoadedMap map = loaded.map(variable.map());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(map.valueBytes(), 8);
      map.lookup(arena.allocate(4, 4), value);
      return value.get(ValueLayout.JAVA_INT, variable.offset());
    }
  }
}
