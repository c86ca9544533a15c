package io.waggle.c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.LoadedMap;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.TestRun;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs written against the bundled headers, compiled and run. */
@RequiresBpf
@Requires({Feature.CLANG, Feature.KERNEL_BTF})
class ClangTest {
  private static final String HEADERS =
      """
      #include "vmlinux.h"
      #include <bpf/bpf_helpers.h>
      #include <bpf/bpf_core_read.h>
      #include <bpf/bpf_tracing.h>
      #include <bpf/bpf_endian.h>
      char LICENSE[] SEC("license") = "Dual BSD/GPL";
      """;

  @TempDir static Path cache;
  @TempDir Path folder;

  @Test
  void readsChainsOfKernelPointers() throws IOException {
    BpfObject object =
        compile(
            """
            long parent, same, bits, words, size, exists, ring, swapped;
            char comm[16];
            SEC("raw_tp") int BPF_PROG(program, struct task_struct *first)
            {
              struct task_struct *task = (void *)bpf_get_current_task();
              parent = BPF_CORE_READ(task, real_parent, tgid);
              BPF_CORE_READ_INTO(&same, task, group_leader, real_parent, tgid);
              BPF_CORE_READ_STR_INTO(&comm, task, group_leader, comm);
              bits = BPF_CORE_READ_BITFIELD_PROBED(task, sched_reset_on_fork);
              size = bpf_core_type_size(struct task_struct);
              exists = bpf_core_field_exists(task->tgid)
                       + 10 * bpf_core_field_exists(struct task_struct, mm);
              ring = bpf_core_enum_value(enum bpf_map_type, BPF_MAP_TYPE_RINGBUF);
              swapped = bpf_htons(0x1234);
              words = (long)first;
              return 0;
            }
            """);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object);
        Arena arena = Arena.ofConfined()) {
      TestRun.ONCE
          .withContext(arena.allocateFrom(ValueLayout.JAVA_LONG, 42))
          .run(loaded.program("program"));
      assertThat(variable(loaded, object, "words")).isEqualTo(42);
      long parent = ProcessHandle.current().parent().orElseThrow().pid();
      assertThat((int) variable(loaded, object, "parent")).isEqualTo((int) parent);
      assertThat((int) variable(loaded, object, "same")).isEqualTo((int) parent);
      assertThat(variable(loaded, object, "size")).isGreaterThan(1000);
      assertThat(variable(loaded, object, "exists")).isEqualTo(11);
      assertThat(variable(loaded, object, "ring")).isEqualTo(27);
      assertThat(variable(loaded, object, "swapped")).isEqualTo(0x3412);
      assertThat(variable(loaded, object, "bits")).isZero();
      assertThat(variable(loaded, object, "comm") & 0xff).isEqualTo('j');
    }
  }

  @Test
  void everyMacroOfProgramsCompiles() throws IOException {
    BpfObject object =
        compile(
            """
            #include <bpf/usdt.bpf.h>
            struct pair { long one; long two; };
            struct {
              __uint(type, BPF_MAP_TYPE_HASH);
              __uint(max_entries, 16);
              __type(key, u32);
              __type(value, struct pair);
            } pairs SEC(".maps");
            struct {
              __uint(type, BPF_MAP_TYPE_RINGBUF);
              __uint(max_entries, 4096);
            } events SEC(".maps");
            extern int LINUX_KERNEL_VERSION __kconfig;
            extern const void jiffies __ksym __weak;
            SEC("?kprobe/do_unlinkat") int BPF_KPROBE(a, int dfd, struct filename *name)
            {
              bpf_printk("%d %s", dfd, BPF_CORE_READ(name, name));
              return 0;
            }
            SEC("?kretprobe/do_unlinkat") int BPF_KRETPROBE(b, long ret) { return ret == 3; }
            SEC("?kretprobe/do_unlinkat") int BPF_KRETPROBE(c) { return 0; }
            SEC("?ksyscall/openat") int BPF_KSYSCALL(d, int dfd, const char *path, int flags)
            {
              char text[8];
              bpf_probe_read_user_str(text, sizeof(text), path);
              bpf_printk("%d %s %d %d %d", dfd, text, flags, 4, 5);
              return 0;
            }
            SEC("?uprobe//bin/bash:readline") int BPF_UPROBE(e, char *prompt) { return !prompt; }
            SEC("?uretprobe//bin/bash:readline") int BPF_URETPROBE(f, char *line) { return !line; }
            SEC("?fentry/do_unlinkat") int BPF_PROG2(g, int, dfd, struct filename *, name)
            {
              return dfd + !name;
            }
            SEC("?usdt") int BPF_USDT(h, long x, long y) { return x + y + bpf_usdt_arg_cnt(ctx); }
            SEC("?tp_btf/sched_switch")
            int BPF_PROG(i, bool preempt, struct task_struct *prev, struct task_struct *next)
            {
              struct pair *pair;
              u32 key = prev->pid, n;
              pair = bpf_map_lookup_elem(&pairs, &key);
              if (pair) {
                long *space = bpf_ringbuf_reserve(&events, 8, 0);
                if (space) { *space = pair->one; bpf_ringbuf_submit(space, 0); }
              }
              bpf_for(n, 0, 10) key += n;
              bpf_repeat(3) key++;
              char out[16];
              BPF_SNPRINTF(out, sizeof(out), "%d", key);
              return bpf_ksym_exists(&jiffies) + (LINUX_KERNEL_VERSION > KERNEL_VERSION(5, 4, 0));
            }
            SEC("?raw_tp/x") int j(struct pt_regs *ctx)
            {
              return PT_REGS_RC(ctx) + PT_REGS_PARM6(ctx) + PT_REGS_SP_CORE(ctx) + PT_REGS_IP(ctx)
                  + PT_REGS_FP(ctx) + PT_REGS_PARM4_CORE_SYSCALL(ctx);
            }
            """);
    assertThat(object.programs())
        .extracting(its -> its.name())
        .containsExactlyInAnyOrder("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
  }

  @Test
  void everyMacroOfLibbpfIsThere() throws IOException {
    StringBuilder asked = new StringBuilder("#include <bpf/usdt.bpf.h>\n");
    for (String name : resource("macros.txt").lines().toList()) {
      asked.append("#ifndef %1$s\n#error %1$s\n#endif\n".formatted(name));
    }
    compile(asked.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tools.bpf.c", "packets.bpf.c", "histograms.bpf.c"})
  void programsForLibbpfCompileWithoutOtherHeaders(String name) throws IOException {
    Path source = Files.writeString(folder.resolve(name), resource(name));
    Path object = folder.resolve("object.bpf.o");
    String said =
        Clang.find()
            .compile(
                source, object, new Headers(cache), List.of("-nostdlibinc", "-Wall", "-Werror"));
    assertThat(said).isEmpty();
    assertThat(BpfObject.read(object).programs()).isNotEmpty();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ClangTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void writesBitFields() throws IOException {
    BpfObject object =
        compile(
            """
            long syn, doff, rest;
            SEC("raw_tp") int program(void *ctx)
            {
              struct tcphdr header = {};
              header.urg = 1;
              BPF_CORE_WRITE_BITFIELD(&header, syn, 3);
              BPF_CORE_WRITE_BITFIELD(&header, doff, 9);
              syn = header.syn;
              doff = BPF_CORE_READ_BITFIELD(&header, doff);
              rest = header.fin + header.rst + header.urg * 10;
              return 0;
            }
            """);
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(object)) {
      loaded.program("program").runOnce();
      assertThat(variable(loaded, object, "syn")).isEqualTo(1);
      assertThat(variable(loaded, object, "doff")).isEqualTo(9);
      assertThat(variable(loaded, object, "rest")).isEqualTo(10);
    }
  }

  @Test
  void headersOfTheKernelStandIn() throws IOException {
    Path source = folder.resolve("old.bpf.c");
    Files.writeString(
        source,
        """
        #define BPF_NO_GLOBAL_DATA
        #include <linux/bpf.h>
        #include <linux/if_ether.h>
        #include <linux/ip.h>
        #include <linux/in.h>
        #include <linux/pkt_cls.h>
        #include <linux/ptrace.h>
        #include <bpf/bpf_helpers.h>
        #include <bpf/bpf_endian.h>
        SEC("tc") int ingress(struct __sk_buff *skb)
        {
          void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
          struct ethhdr *ethernet = data;
          struct iphdr *ip = data + sizeof(*ethernet);
          if ((void *)(ip + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP))
            return TC_ACT_OK;
          bpf_printk("%d", ip->ttl);
          return ip->protocol == IPPROTO_ICMP ? TC_ACT_SHOT : TC_ACT_OK;
        }
        char LICENSE[] SEC("license") = "GPL";
        """);
    Path object = folder.resolve("old.bpf.o");
    assertThat(Clang.find().compile(source, object, new Headers(cache), List.of("-Wall")))
        .isEmpty();
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(BpfObject.read(object))) {
      assertThat(loaded.programs()).hasSize(1);
    }
  }

  @Test
  void clangsOwnWordsSayWhatIsWrong() throws IOException {
    Path source = folder.resolve("wrong.bpf.c");
    Files.writeString(source, "int f(void) { return nothing; }\n");
    assertThatThrownBy(
            () ->
                Clang.find().compile(source, folder.resolve("x.o"), new Headers(cache), List.of()))
        .isInstanceOf(CompileException.class)
        .hasMessageContaining("wrong.bpf.c:1:22")
        .hasMessageContaining("undeclared identifier 'nothing'");
    assertThatThrownBy(
            () ->
                Clang.find()
                    .compile(
                        folder.resolve("none.c"),
                        folder.resolve("x.o"),
                        new Headers(cache),
                        List.of()))
        .hasMessageContaining("there is no file");
  }

  @Test
  void whatIsNoClangIsRefused() throws IOException {
    assertThatThrownBy(() -> Clang.of(Path.of("/bin/true")))
        .isInstanceOf(ClangMissingException.class)
        .hasMessageContaining("/bin/true is no clang")
        .hasMessageContaining("package clang");
    Path old = folder.resolve("clang");
    Files.writeString(old, "#!/bin/sh\necho clang version 9.0.1\n");
    assertThat(old.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(() -> Clang.of(old)).hasMessageContaining("is clang 9;");
    assertThatThrownBy(() -> Clang.of(folder.resolve("missing")))
        .hasMessageContaining("cannot be started");
  }

  private BpfObject compile(String body) throws IOException {
    Path source = folder.resolve("program.bpf.c");
    Path object = folder.resolve("program.bpf.o");
    Files.writeString(source, HEADERS + body);
    assertThat(Clang.find().compile(source, object, new Headers(cache), List.of("-Wall")))
        .isEmpty();
    return BpfObject.read(object);
  }

  private static long variable(LoadedObject loaded, BpfObject object, String name) {
    var variable =
        object.variables().stream()
            .filter(its -> its.name().equals(name))
            .findFirst()
            .orElseThrow();
    LoadedMap map = loaded.map(variable.map());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(map.valueBytes(), 8);
      map.lookup(arena.allocate(4, 4), value);
      return value.get(ValueLayout.JAVA_LONG_UNALIGNED, variable.offset());
    }
  }
}
