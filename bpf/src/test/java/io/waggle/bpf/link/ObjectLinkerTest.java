package io.waggle.bpf.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Bytes;
import io.waggle.bpf.GlobalVariable;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.SourceLine;
import io.waggle.formats.FormatException;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requires(Feature.CLANG)
class ObjectLinkerTest {
  private static final String HEADER =
      """
      #define SEC(name) __attribute__((section(name), used))
      #define __weak __attribute__((weak))
      #define __hidden __attribute__((visibility("hidden")))
      #define __noinline __attribute__((noinline))
      #define __ksym __attribute__((section(".ksyms")))
      typedef unsigned int u32;
      typedef unsigned long long u64;
      static void *(*lookup)(void *, const void *) = (void *) 1;
      char LICENSE[] SEC("license") = "GPL";
      """;
  private static final String MAP =
      "struct { int (*type)[1]; int (*max_entries)[16]; u32 *key; u64 *value; } shared"
          + " SEC(\".maps\");\n";
  private static final String FIRST =
      MAP
          + """
          struct task_struct { int pid; } __attribute__((preserve_access_index));
          struct event { int pid; struct event *next; };
          struct event event;
          const volatile int base = 5;
          extern int tail;
          static volatile int local = 3;
          extern int add(int x);
          __weak __noinline int chosen(int x) { asm volatile(""); return x + 1; }
          static __noinline int twice(int x) { return x * 2 + local; }
          SEC("raw_tp") int first(struct task_struct *task) {
            event.pid = add(twice(base)) + tail + chosen(1) + task->pid;
            return 0;
          }
          """;
  private static final String SECOND =
      "extern "
          + MAP
          + """
          struct task_struct { int pid; } __attribute__((preserve_access_index));
          struct event { int pid; struct event *next; };
          extern struct event event;
          int tail = 100;
          static volatile int local = 4;
          __noinline int chosen(int x) { asm volatile(""); return x + 1000; }
          static __noinline int twice(int x) { return x * 3 + local; }
          __hidden __noinline int add(int x) { return x + twice(1); }
          SEC("raw_tp") int second(struct task_struct *task) {
            u32 key = 1;
            u64 *value = lookup(&shared, &key);
            if (value) *value = add(task->pid) + event.pid;
            return 0;
          }
          """;

  @TempDir Path folder;

  @Test
  void resolvesWhatTheFilesShare() {
    BpfObject object = BpfObject.read("linked", link(FIRST, SECOND));
    assertThat(object.license()).isEqualTo("GPL");
    assertThat(object.programs()).extracting(ProgramSpec::name).containsExactly("first", "second");
    assertThat(object.maps())
        .extracting(MapSpec::name)
        .containsExactlyInAnyOrder("shared", ".bss", ".data", ".rodata");
    assertThat(object.variables())
        .extracting(GlobalVariable::name)
        .containsExactlyInAnyOrder("event", "base", "tail", "local", "local");
    ProgramSpec first = object.program("first").orElseThrow();
    // Its own code, add and twice of each file, and the chosen one of two.
    assertThat(first.functions()).hasSize(5);
    assertThat(first.lines()).extracting(SourceLine::file).anyMatch(its -> its.contains("second"));
    assertThat(first.lines()).extracting(SourceLine::text).anyMatch(its -> its.contains("1000"));
    assertThat(first.relocations()).hasSize(1);
    var types = object.types().orElseThrow();
    int add = types.find(BtfKind.FUNC, "add").orElseThrow();
    assertThat(types.type(add)).isInstanceOf(BtfType.Function.class);
    assertThat(((BtfType.Function) types.type(add)).linkage()).as("hidden, so static").isZero();
    long structures = 0;
    for (int type = 1; type < types.count(); type++) {
      structures += types.name(type).equals("event") && types.kind(type) == BtfKind.STRUCT ? 1 : 0;
    }
    assertThat(structures).isEqualTo(1);
  }

  @Test
  void linksInEitherOrderAndInSteps() {
    Bytes once = link(SECOND, FIRST);
    Bytes alone = new ObjectLinker().add("second", compile("alone", SECOND)).link();
    Bytes steps =
        new ObjectLinker().add("second", alone).add("first", compile("rest", FIRST)).link();
    for (String program : new String[] {"first", "second"}) {
      assertThat(BpfObject.read("steps", steps).program(program).orElseThrow().code())
          .isEqualTo(BpfObject.read("once", once).program(program).orElseThrow().code());
    }
  }

  @Test
  void linksForBigEndianMachines() {
    Bytes a = compile("a", FIRST, "-target", "bpfeb");
    Bytes b = compile("b", SECOND, "-target", "bpfeb");
    BpfObject object = BpfObject.read("linked", new ObjectLinker().add("a", a).add("b", b).link());
    assertThat(object.program("first").orElseThrow().functions()).hasSize(5);
    assertThatThrownBy(() -> new ObjectLinker().add("a", a).add("b", compile("c", SECOND)))
        .hasMessage("b is little endian, a is not; compile both for one target, bpfel or bpfeb");
  }

  @Test
  void leavesWhatNoFileDefinesToTheKernel() {
    String source =
        """
        extern const int bpf_prog_active __ksym;
        int seen%d;
        SEC("raw_tp") int program%d(void *c) { seen%d = bpf_prog_active; return 0; }
        """;
    BpfObject object =
        BpfObject.read("linked", link(source.replace("%d", "1"), source.replace("%d", "2")));
    assertThat(object.programs()).hasSize(2);
  }

  @Test
  void saysWhatContradicts() {
    refused(
        "int twice_there;",
        "int twice_there;",
        "symbol 'twice_there': it is defined in both first and second; make one of them static");
    refused(
        MAP,
        MAP.replace("[16]", "[32]"),
        "symbol 'shared': it is defined in both first and second, differently (max_entries is 16"
            + " and 32); define the map in one file, and declare it extern in the others");
    refused(
        "extern " + MAP + use("shared"),
        MAP.replace("u64", "u32"),
        "symbol 'shared': first and second disagree about it: value_size is 8 and 4");
    refused(
        "extern long number;" + use("number"),
        "int number = 1;",
        "symbol 'number': first and second disagree about it: long against int");
    refused(
        "extern int f(int a, long b); SEC(\"raw_tp\") int p(void *c) { return f(1, 2); }",
        "__noinline int f(int a) { return a; }",
        "symbol 'f': first and second disagree about it: 2 parameters against 1");
    refused(
        "struct s { int a, b; }; extern struct s s;" + use("s"),
        "struct s { int a; long b; }; struct s s = { 1 };",
        "symbol 's': first and second disagree about it: struct s of 8 bytes against 16");
    refused(
        "extern int k __ksym;" + use("k"),
        "int k = 1;",
        "symbol 'k': first and second disagree about it: section .ksyms against section .data");
  }

  private static String use(String symbol) {
    return " SEC(\"raw_tp\") long use(void *c) { return *(volatile char *) &" + symbol + "; }";
  }

  private void refused(String first, String second, String message) {
    assertThatThrownBy(() -> link(first, second))
        .isInstanceOf(LinkException.class)
        .hasMessageContaining(message);
  }

  @Test
  void wantsOneLicence() {
    Bytes gpl = compile("a", "");
    Bytes other =
        Bytes.of(
            new String(gpl.toArray(), StandardCharsets.ISO_8859_1)
                .replace("GPL\0", "MIT\0")
                .getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> new ObjectLinker().add("a", gpl).add("b", other))
        .hasMessage("section license: another one in a than in b");
  }

  @Test
  void takesBpfObjectsOnly() throws IOException {
    Path self = Path.of(ProcessHandle.current().info().command().orElseThrow());
    assertThatThrownBy(() -> new ObjectLinker().add(self))
        .isInstanceOf(LinkException.class)
        .hasMessageContaining("it is no BPF object");
    Path text = Files.writeString(folder.resolve("text"), "no object, but text of some length");
    assertThatThrownBy(() -> new ObjectLinker().add(text)).isInstanceOf(FormatException.class);
  }

  /** The same tool of libbpf's makes the same programs. */
  @Test
  @Requires(Feature.BPFTOOL)
  void linksAsBpftoolDoes() throws Exception {
    Files.write(folder.resolve("1.o"), compile("first", FIRST).toArray());
    Files.write(folder.resolve("2.o"), compile("second", SECOND).toArray());
    bpftool(
        "gen",
        "object",
        folder.resolve("theirs.o") + "",
        folder.resolve("1.o") + "",
        folder.resolve("2.o") + "");
    BpfObject theirs = BpfObject.read(folder.resolve("theirs.o"));
    Files.write(folder.resolve("ours.o"), link(FIRST, SECOND).toArray());
    BpfObject ours = BpfObject.read(folder.resolve("ours.o"));
    for (ProgramSpec program : theirs.programs()) {
      ProgramSpec own = ours.program(program.name()).orElseThrow();
      assertThat(own.code()).isEqualTo(program.code());
      assertThat(own.lines()).isEqualTo(program.lines());
    }
    for (MapSpec map : theirs.maps()) {
      assertThat(ours.map(map.name()).orElseThrow().with(MapSpec.Traits.NONE))
          .isEqualTo(map.with(MapSpec.Traits.NONE));
    }
    // And libbpf opens ours.
    bpftool("gen", "skeleton", folder.resolve("ours.o") + "", "name", "ours");
  }

  private static void bpftool(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "bpftool";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private Bytes link(String first, String second) {
    return new ObjectLinker()
        .add("first", compile("first", first))
        .add("second", compile("second", second))
        .link();
  }

  private Bytes compile(String name, String source, String... flags) {
    try {
      Path object = BpfCompiler.compile(folder, name, HEADER + source, flags);
      return Bytes.of(Files.readAllBytes(object));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }
}
