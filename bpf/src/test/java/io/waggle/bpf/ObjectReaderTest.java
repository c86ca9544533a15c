package io.waggle.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.testing.BpfCompiler;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectReaderTest {
  private static final String HEADER =
      """
      #define SEC(name) __attribute__((section(name), used))
      typedef unsigned int u32;
      typedef unsigned long long u64;
      static void *(*lookup)(void *, const void *) = (void *) 1;
      char _license[] SEC("license") = "GPL";
      """;

  @TempDir Path folder;

  @Test
  void readsProgramsMapsAndVariables() {
    BpfObject object =
        read(
            """
            struct {
              int (*type)[1];
              u32 *key;
              u64 *value;
              int (*max_entries)[64];
            } counts SEC(".maps");
            const volatile int wanted = 7;
            u64 before, total;
            static __attribute__((noinline)) int twice(int x) { total += x; return x * 2; }
            SEC("tracepoint/syscalls/sys_enter_write") int first(void *context) {
              u32 key = 0;
              lookup(&counts, &key);
              return twice(wanted);
            }
            SEC("uprobe.multi.s") int second(void *context) { return twice(3); }
            """);
    assertThat(object.license()).isEqualTo("GPL");
    assertThat(object.map("counts").map(its -> its.with(MapSpec.Traits.NONE)))
        .hasValue(new MapSpec("counts", MapType.HASH, 4, 8, 64));
    assertThat(object.map(".rodata").map(its -> its.with(MapSpec.Traits.NONE)))
        .hasValue(
            new MapSpec(
                ".rodata", MapType.ARRAY, 4, 4, 1, 1 << 7, Bytes.of(new byte[] {7, 0, 0, 0})));
    assertThat(object.map(".bss").map(its -> its.with(MapSpec.Traits.NONE)))
        .map(MapSpec::flags)
        .hasValue(1 << 10);
    ProgramSpec first = object.program("first").orElseThrow();
    assertThat(first.type()).isEqualTo(ProgramType.TRACEPOINT);
    assertThat(first.code())
        .contains(new Instruction.LoadWide(Register.R1, new WideSource.Map("counts")))
        .anyMatch(
            instruction ->
                instruction instanceof Instruction.LoadWide load
                    && load.source().equals(new WideSource.MapValue(".rodata", 0)));
    ProgramSpec second = object.program("second").orElseThrow();
    assertThat(second.expectedAttach()).hasValue(AttachType.TRACE_UPROBE_MULTI);
    assertThat(second.flags()).isEqualTo(1 << 4);
    // Its own three slots, then the function it calls.
    assertThat(second.code().subList(1, 3))
        .containsExactly(new Instruction.Call(new CallTarget.Local(1)), Instruction.Exit.EXIT);
    assertThat(second.code()).last().isEqualTo(Instruction.Exit.EXIT);
    assertThat(Encoder.encode(second.code()).fixups()).hasSize(1);
  }

  @Test
  void linksAFunctionOnceHoweverOftenItIsCalled() {
    BpfObject object =
        read(
            """
            static __attribute__((noinline)) int inner(int x) { return x * x + 3; }
            __attribute__((noinline)) int outer(int x) { return inner(x) + inner(x + 1); }
            SEC("raw_tp/sys_enter") int program(void *context) { return outer(1) + inner(2); }
            """);
    long exits =
        object.program("program").orElseThrow().code().stream()
            .filter(Instruction.Exit.class::isInstance)
            .count();
    assertThat(exits).isEqualTo(3);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertRefused("SEC(\"nonsense/x\") int p(void *c) { return 0; }", "no such kind of program");
    assertRefused(
        "int there(void); SEC(\"xdp\") int p(void *c) { return there(); }",
        "symbol there: it is not defined in this object");
    assertRefused(
        "struct bpf_map_def { u32 type; } old SEC(\"maps\") = { 1 };",
        "maps: maps of the old form (struct bpf_map_def). Declare each as struct {"
            + " __uint(type, BPF_MAP_TYPE_HASH);");
    assertRefused(
        "struct { int (*type)[99]; } m SEC(\".maps\");", "map m: there is no map type 99");
    assertRefused(
        "struct { int (*type)[1]; char (*value_size)[0x80000000]; } m SEC(\".maps\");",
        "map m: a size is not below 2^31");
  }

  @Test
  void wantsTypesForMaps() {
    String source = "struct { int (*type)[2]; } m SEC(\".maps\");";
    assertThatThrownBy(() -> read(source, "-g0"))
        .isInstanceOf(ObjectException.class)
        .hasMessageContaining(".maps: needs BTF: compile with -g");
  }

  private void assertRefused(String source, String message) {
    assertThatThrownBy(() -> read(source))
        .isInstanceOf(ObjectException.class)
        .hasMessageContaining(message);
  }

  private BpfObject read(String source, String... flags) {
    String[] all = Arrays.copyOf(flags, flags.length + 1);
    all[flags.length] = "-mcpu=v3";
    return BpfObject.read(BpfCompiler.compile(folder, "object", HEADER + source, all));
  }
}
