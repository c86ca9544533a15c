package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.verifier.Rule;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs in C that the verifier refuses: their lines are shown, and the rule they break. */
@RequiresBpf
@Requires({Feature.CLANG, Feature.KERNEL_BTF})
class RefusedObjectsTest {
  private static final String HEADER =
      """
      #define SEC(name) __attribute__((section(name), used))
      #define __ksym __attribute__((section(".ksyms")))
      typedef unsigned int u32;
      typedef unsigned long long u64;
      struct task_struct;
      static void *(*bpf_map_lookup_elem)(void *, const void *) = (void *) 1;
      static long (*bpf_spin_lock)(void *) = (void *) 93;
      static long (*bpf_spin_unlock)(void *) = (void *) 94;
      static long (*bpf_dynptr_from_mem)(void *, u32, u64, void *) = (void *) 197;
      static long (*bpf_dynptr_read)(void *, u32, void *, u32, u64) = (void *) 201;
      char _license[] SEC("license") = "GPL";
      struct bpf_spin_lock { u32 val; };
      struct locked { struct bpf_spin_lock lock; u32 count; };
      struct { int (*type)[2]; int (*max_entries)[1]; u32 *key; struct locked *value; }
          counts SEC(".maps");
      struct { int (*type)[1]; int (*max_entries)[1]; u32 *key; u64 *value; } numbers SEC(".maps");
      """;

  @TempDir Path folder;

  @Test
  void showsLineInstructionAndWay() {
    String message =
        refused(
            "null-pointer",
            """
            SEC("raw_tp") int program(u64 *context) {
              u32 key = 0;
              if (context[0] == 7)
                return 0;
              u64 *number = bpf_map_lookup_elem(&numbers, &key);
              *number = 5;
              return 0;
            }
            """);
    assertThat(message)
        .containsPattern(
            """
            the kernel rejects program 'program' \\(raw_tracepoint\\): R0 invalid mem access \
            'map_value_or_null'
              at instruction (\\d+), .*/program.bpf.c:22:11
                \\*number = 5;
                        \\^
                \\1: \\*\\(u64 \\*\\)\\(r0 \\+0\\) = r\\d
            """)
        .containsPattern("R0 is a pointer to a value of .* \\(8 bytes\\) that may be NULL, from ")
        .contains("reached over 1 branch\n")
        .containsPattern(
            "goto pc\\+\\d+ \\(not jumped\\), program.bpf.c:19: if \\(context\\[0\\] == 7\\)")
        .contains("HINT: Compare it first");
  }

  @Test
  void explainsLocks() {
    BpfObject object =
        compile(
            """
            static struct locked *value(void) {
              u32 key = 0;
              return bpf_map_lookup_elem(&counts, &key);
            }
            SEC("tc") int kept(void *context) {
              struct locked *it = value();
              if (!it) return 0;
              bpf_spin_lock(&it->lock);
              it->count++;
              return 0;
            }
            SEC("tc") int written(void *context) {
              struct locked *it = value();
              if (it) it->lock.val = 1;
              return 0;
            }
            SEC("raw_tp") int traced(void *context) {
              struct locked *it = value();
              if (!it) return 0;
              bpf_spin_lock(&it->lock);
              bpf_spin_unlock(&it->lock);
              return 0;
            }
            """);
    refused("spin-lock", object, "kept");
    refused("spin-lock", object, "written");
    refused("spin-lock", object, "traced");
  }

  @Test
  void explainsDynptrs() {
    refused(
        "dynptr",
        """
        SEC("raw_tp") int program(void *context) {
          u64 pointer[2] = {}, value;
          bpf_dynptr_read(&value, 8, pointer, 0, 0);
          return 0;
        }
        """);
  }

  @Test
  void explainsGlobalFunctions() {
    refused(
        "global-function",
        """
        __attribute__((noinline)) u64 first(u64 *values) { return values ? *values : 0; }
        SEC("raw_tp") int program(u64 *context) { return first((u64 *) context[0]); }
        """);
    refused(
        "null-pointer",
        """
        __attribute__((noinline)) u64 first(u64 *values) { return *values; }
        SEC("raw_tp") int program(u64 *context) { u64 value = 3; return first(&value); }
        """);
  }

  @Test
  void explainsWhatTheKernelLacks() {
    String message =
        refused(
            "poisoned",
            """
            struct path { u64 missing; } __attribute__((preserve_access_index));
            SEC("raw_tp") int program(struct path **context) { return (*context)->missing; }
            """);
    assertThat(message)
        .contains("the kernel's struct path has no field 'missing'")
        .contains("RULE: The program needs at this place what the running kernel does not have")
        .contains("bpf_core_field_exists");
  }

  @Test
  @Requires(Feature.KERNEL_FUNCTIONS)
  void explainsCallsOfTheKernelsFunctions() {
    BpfObject object =
        compile(
            """
            extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
            extern void bpf_task_release(struct task_struct *task) __ksym;
            extern int bpf_sock_destroy(void *socket) __ksym;
            extern void bpf_rcu_read_lock(void) __ksym;
            struct bpf_iter_num { u64 opaque; };
            extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
            SEC("tc") int unchecked(void *context) {
              bpf_task_release(bpf_task_from_pid(1));
              return 0;
            }
            SEC("tc") int kept(void *context) { return !!bpf_task_from_pid(1); }
            SEC("tc") int forbidden(void *context) { return bpf_sock_destroy(context); }
            SEC("tc") int locked(void *context) { bpf_rcu_read_lock(); return 0; }
            SEC("tc") int unmade(void *context) {
              struct bpf_iter_num numbers = {};
              return !!bpf_iter_num_next(&numbers);
            }
            """);
    refused("kernel-function-argument", object, "unchecked");
    refused("unreleased-reference", object, "kept");
    refused("kernel-function-not-allowed", object, "forbidden");
    refused("rcu-lock", object, "locked");
    refused("iterator", object, "unmade");
  }

  private BpfObject compile(String source) {
    return BpfObject.read(BpfCompiler.compile(folder, "program", HEADER + source, "-mcpu=v3"));
  }

  private String refused(String rule, String source) {
    return refused(rule, compile(source), "program");
  }

  private static String refused(String rule, BpfObject whole, String program) {
    BpfObject object = whole.withPrograms(List.of(whole.program(program).orElseThrow()));
    try (Kernel kernel = Kernel.host()) {
      VerifierException rejected =
          catchThrowableOfType(VerifierException.class, () -> kernel.load(object).close());
      assertThat(rejected).as(rule).isNotNull();
      assertThat(rejected.rejection().broken().map(Rule::name)).as(rejected.log()).contains(rule);
      return rejected.getMessage();
    }
  }
}
