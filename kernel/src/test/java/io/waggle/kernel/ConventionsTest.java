package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waggle.bpf.BpfObject;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.KernelVersion;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs for libbpf expect of a loader, on the running kernel. */
@RequiresBpf
@Requires(Feature.CLANG)
class ConventionsTest {
  private static final String HEADER =
      """
      #define SEC(name) __attribute__((section(name), used))
      #define __weak __attribute__((weak))
      #define __hidden __attribute__((visibility("hidden")))
      #define __noinline __attribute__((noinline))
      #define __kconfig __attribute__((section(".kconfig")))
      #define __ksym __attribute__((section(".ksyms")))
      #define __tag(word) __attribute__((btf_decl_tag(word)))
      typedef unsigned int u32;
      typedef unsigned long long u64;
      static void *(*bpf_map_lookup_elem)(void *, const void *) = (void *) 1;
      static void *(*bpf_this_cpu_ptr)(const void *) = (void *) 154;
      static long (*bpf_for_each_map_elem)(void *, void *, void *, u64) = (void *) 164;
      static long (*bpf_timer_init)(void *, void *, u64) = (void *) 169;
      static long (*bpf_timer_set_callback)(void *, void *) = (void *) 170;
      static long (*bpf_timer_start)(void *, u64, u64) = (void *) 171;
      char _license[] SEC("license") = "GPL";
      """;

  @TempDir Path folder;

  private BpfObject read(String source) {
    return BpfObject.read(BpfCompiler.compile(folder, "program", HEADER + source, "-mcpu=v3"));
  }

  @Test
  void configurationComesInEveryType() {
    KernelConfiguration configuration = KernelConfiguration.read();
    Optional<String> compiler = configuration.option("CONFIG_CC_VERSION_TEXT");
    assumeTrue(compiler.isPresent());
    BpfObject object =
        read(
            """
            enum libbpf_tristate { TRI_NO, TRI_YES, TRI_MODULE };
            extern enum libbpf_tristate CONFIG_BPF_SYSCALL __kconfig;
            extern _Bool CONFIG_NET __kconfig;
            extern char CONFIG_INET __kconfig;
            extern int CONFIG_HZ __kconfig;
            extern const char CONFIG_CC_VERSION_TEXT[6] __kconfig;
            extern enum libbpf_tristate CONFIG_WAGGLE_IS_UNKNOWN __kconfig __weak;
            extern int LINUX_HAS_SYSCALL_WRAPPER __kconfig;
            int tristate, truth, letter, hertz, unknown, wrapper;
            char compiler[6];
            SEC("raw_tp") int program(void *c) {
              tristate = CONFIG_BPF_SYSCALL;
              truth = CONFIG_NET;
              letter = CONFIG_INET;
              hertz = CONFIG_HZ;
              unknown = 1 + CONFIG_WAGGLE_IS_UNKNOWN;
              wrapper = LINUX_HAS_SYSCALL_WRAPPER;
              for (int i = 0; i < 6; i++) compiler[i] = CONFIG_CC_VERSION_TEXT[i];
              return 0;
            }
            """);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      loaded.program("program").runOnce();
      assertThat(loaded.variable("tristate").getLong()).isEqualTo(1);
      assertThat(loaded.variable("truth").getLong()).isEqualTo(1);
      assertThat(loaded.variable("letter").getLong()).isEqualTo('y');
      assertThat(loaded.variable("hertz").getLong() + "")
          .isEqualTo(configuration.option("CONFIG_HZ").orElseThrow());
      assertThat(loaded.variable("unknown").getLong()).isEqualTo(1);
      assertThat(loaded.variable("wrapper").getLong()).isEqualTo(1);
      // Cut off, with its NUL, as libbpf does.
      byte[] text = loaded.variable("compiler").get();
      assertThat(new String(text, 0, 5, StandardCharsets.US_ASCII))
          .isEqualTo(compiler.get().substring(1, 6));
      assertThat(text[5]).isZero();
    }
  }

  @Test
  void configurationThatIsMissingIsNamed() {
    BpfObject object =
        read(
            """
            extern int CONFIG_BPF_SYSCAL __kconfig;
            int seen;
            SEC("raw_tp") int program(void *c) { seen = CONFIG_BPF_SYSCAL; return 0; }
            """);
    try (Kernel kernel = Kernel.host()) {
      assertThatThrownBy(() -> kernel.load(object))
          .hasMessageContaining("does not set CONFIG_BPF_SYSCAL")
          .hasMessageContaining("declare it __weak to get 0");
    }
  }

  @Test
  @Requires(Feature.KERNEL_BTF)
  void kernelFunctionsAreCalledWhereTheyAre() {
    BpfObject object =
        read(
            """
            extern void bpf_rcu_read_lock(void) __ksym __weak;
            extern void bpf_rcu_read_unlock(void) __ksym __weak;
            extern int waggle_has_none(int) __ksym __weak;
            int locked, absent;
            SEC("raw_tp") int program(void *c) {
              if (bpf_rcu_read_lock && bpf_rcu_read_unlock) {
                bpf_rcu_read_lock();
                locked = 1;
                bpf_rcu_read_unlock();
              }
              if (waggle_has_none) absent = waggle_has_none(5);
              else absent = 7;
              return 0;
            }
            """);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      loaded.program("program").runOnce();
      boolean is62 = KernelVersion.running().atLeast(6, 2);
      assertThat(loaded.variable("locked").getLong()).isEqualTo(is62 ? 1 : 0);
      assertThat(loaded.variable("absent").getLong()).isEqualTo(7);
    }
  }

  @Test
  @Requires({Feature.KERNEL_BTF, Feature.KALLSYMS_ALL})
  void variablesOfTheKernelAreRead() {
    BpfObject object =
        read(
            """
            extern const int bpf_prog_active __ksym;
            int active = -1;
            SEC("raw_tp") int program(void *c) {
              int *here = bpf_this_cpu_ptr(&bpf_prog_active);
              active = *here;
              return 0;
            }
            """);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      loaded.program("program").runOnce();
      assertThat(loaded.variable("active").getLong()).isNotNegative();
    }
  }

  @Test
  void callbacksAreCalled() {
    BpfObject object =
        read(
            """
            struct bpf_timer { u64 opaque[2]; } __attribute__((aligned(8)));
            struct element { struct bpf_timer timer; u64 number; };
            struct {
              int (*type)[2]; int (*max_entries)[3]; u32 *key; struct element *value;
            } elements SEC(".maps");
            volatile u64 sum, rung;
            static long each(void *map, u32 *key, struct element *value, void *context) {
              value->number = *key + 1;
              sum += value->number;
              return 0;
            }
            static int ring(void *map, u32 *key, struct element *value) {
              rung = value->number;
              return 0;
            }
            SEC("syscall") int program(void *context) {
              u32 key = 2;
              bpf_for_each_map_elem(&elements, each, (void *) 0, 0);
              struct element *element = bpf_map_lookup_elem(&elements, &key);
              if (!element) return 1;
              bpf_timer_init(&element->timer, &elements, 1);
              bpf_timer_set_callback(&element->timer, ring);
              return bpf_timer_start(&element->timer, 1000, 0);
            }
            """);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      assertThat(loaded.program("program").runOnce()).isZero();
      assertThat(loaded.variable("sum").getLong()).isEqualTo(1 + 2 + 3);
      while (loaded.variable("rung").getLong() == 0) { // the timer runs on its own
        Thread.onSpinWait();
      }
      assertThat(loaded.variable("rung").getLong()).isEqualTo(3);
    }
  }

  @Test
  @Requires(Feature.EXCEPTIONS)
  void exceptionsAreCaught() {
    BpfObject object =
        read(
            """
            extern void bpf_throw(u64 cookie) __ksym;
            __noinline int handler(u64 cookie) { return cookie + 7; }
            static __noinline int inner(int x) { if (x > 20) bpf_throw(35); return 1; }
            SEC("tc") __tag("exception_callback:handler") int program(int *packet) {
              return inner(*packet);
            }
            """);
    assertThat(object.program("program").orElseThrow().functions()).hasSize(3);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      // The context's first member is the packet's length.
      LoadedProgram program = loaded.program("program");
      assertThat(TestRun.ONCE.withData(new byte[64]).run(program).returned()).isEqualTo(42);
      assertThat(TestRun.ONCE.withData(new byte[14]).run(program).returned()).isEqualTo(1);
    }
  }

  @Test
  void sectionsOfDataMayHaveNames() {
    BpfObject object =
        read(
            """
            int first SEC(".data.first") = 3;
            int second SEC(".bss.second");
            const volatile int third SEC(".rodata.third") = 4;
            static volatile int hidden_one = 5;
            SEC("raw_tp") int program(void *c) {
              second = first + third + hidden_one;
              first = 0;
              return 0;
            }
            """);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object.set("third", 40))) {
      loaded.program("program").runOnce();
      assertThat(loaded.variable("second").getLong()).isEqualTo(3 + 40 + 5);
      assertThat(loaded.variable("first").isShared()).isTrue();
      loaded.variable("first").set(new byte[] {9, 0, 0, 0});
      loaded.program("program").runOnce();
      assertThat(loaded.variable("second").getLong()).isEqualTo(9 + 40 + 5);
      assertThat(loaded.variable("third").getLong()).isEqualTo(40);
      assertThatThrownBy(() -> loaded.variable("third").set(new byte[4]))
          .hasMessage("variable 'third' is constant; set it before the object is loaded");
      assertThatThrownBy(() -> loaded.variable("secnd"))
          .hasMessageContaining("did you mean second?");
    }
  }

  @Test
  @Requires(Feature.KERNEL_BTF)
  void typesOfTheKernelCanComeFromAFile() throws Exception {
    BpfObject object =
        read(
            """
            struct task_struct { int pid; } __attribute__((preserve_access_index));
            int has;
            SEC("raw_tp") int program(struct task_struct *task) {
              has = 1 + __builtin_preserve_field_info(task->pid, 2);
              return 0;
            }
            """);
    Path none = folder.resolve("none");
    try (Kernel kernel = Kernel.withTypes(none)) {
      assertThatThrownBy(() -> kernel.load(object))
          .isInstanceOf(MissingTypesException.class)
          .hasMessageContaining(none + "")
          .hasMessageContaining("CONFIG_DEBUG_INFO_BTF");
    }
    Path given =
        Files.write(
            folder.resolve("given"), Files.readAllBytes(Path.of("/sys/kernel/btf/vmlinux")));
    try (Kernel kernel = Kernel.withTypes(given);
        LoadedObject loaded = kernel.load(object)) {
      loaded.program("program").runOnce();
      assertThat(loaded.variable("has").getLong()).isEqualTo(2);
    }
    Files.write(given, new byte[] {1, 2, 3, 4});
    try (Kernel kernel = Kernel.withTypes(given)) {
      assertThatThrownBy(() -> kernel.load(object))
          .hasMessageContaining(given + "")
          .hasMessageContaining("expected BTF");
    }
  }
}
