package io.waggle.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Bytes;
import io.waggle.c.Clang;
import io.waggle.c.CompileException;
import io.waggle.c.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageBuildTest {
  private static final String HEADER =
      """
      #ifndef SNOOP_H
      #define SNOOP_H
      struct event { int pid; char comm[16]; };
      struct other { long x; };
      #endif
      """;
  private static final String SOURCE =
      """
      #include "snoop.h"
      #define SEC(name) __attribute__((section(name), used))
      /// "Process ID to trace"
      const volatile int pid_target = 0;
      struct { int (*type)[27]; int (*max_entries)[4096]; } rb SEC(".maps");
      SEC("tp/sched/sched_process_exec") int on_exec(void *ctx) {
        return pid_target + *(int *)&rb;
      }
      char LICENSE[] SEC("license") = "GPL";
      """;

  @TempDir private Path folder;
  private final List<String> said = new ArrayList<>();
  private List<Path> others = List.of();
  private final List<String> warned = new ArrayList<>();
  private BuildOptions.Form form = BuildOptions.Form.JSON;
  private Path source;
  private Path header;

  @BeforeEach
  void write() throws IOException {
    source = Files.writeString(folder.resolve("snoop.bpf.c"), SOURCE);
    header = Files.writeString(folder.resolve("snoop.h"), HEADER);
  }

  private PackageBuild build(Optional<Path> exported, boolean headerOnly, Path file) {
    BuildOptions options =
        new BuildOptions(
            file,
            others,
            exported,
            folder.resolve("out"),
            form,
            headerOnly,
            List.of("-DX=1", "-Wall"));
    Headers headers = new Headers(folder.resolve("headers"));
    return new PackageBuild(options, Clang.find(), headers, said::add, warned::add, "9.9");
  }

  @Test
  void writesObjectDescriptionAndPackage() throws IOException {
    Path file = build(Optional.of(header), false, source).write();
    assertThat(said)
        .containsExactly(
            "Compiling bpf object...",
            "Generating export types...",
            "Packing ebpf object and config into " + folder.resolve("out/package.json") + "...");
    try (var files = Files.list(folder.resolve("out"))) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("snoop.bpf.o", "snoop.skel.json", "package.json");
    }
    BpfPackage made = BpfPackage.read("package.json", Files.readAllBytes(file));
    assertThat(made.meta().version()).contains("9.9");
    assertThat(made.meta().exportTypes())
        .extracting(Meta.ExportType::name)
        .containsExactly("event", "other");
    assertThat(made.object().toArray())
        .isEqualTo(Files.readAllBytes(folder.resolve("out/snoop.bpf.o")));
    Packaged packaged = Packaged.read("package.json", Files.readAllBytes(file));
    assertThat(packaged.help())
        .contains("--pid_target <pid_target>  Process ID to trace")
        .doesNotContain("dummy");
  }

  @Test
  void leavesOutWhatDebuggersRead() {
    BpfPackage made = build(Optional.empty(), false, source).make();
    assertThat(said).containsExactly("Compiling bpf object...");
    assertThat(made.meta().exportTypes()).isEmpty();
    assertThat(made.meta().skeleton().programs())
        .extracting(Meta.ProgramMeta::name)
        .containsExactly("on_exec");
    assertThat(made.object().size()).isLessThan(6_000);
  }

  @Test
  void whatIsLeftLoadsTheSame() {
    Bytes whole = ClangObject.compile(SOURCE.replace("#include \"snoop.h\"", ""));
    Bytes stripped = StrippedObject.of("snoop.bpf.o", whole);
    assertThat(stripped.size()).isLessThan(whole.size());
    BpfObject object = BpfObject.read("snoop.bpf.o", stripped);
    assertThat(object.programs()).isEqualTo(BpfObject.read("snoop.bpf.o", whole).programs());
    assertThat(object.maps()).isEqualTo(BpfObject.read("snoop.bpf.o", whole).maps());
  }

  @Test
  void takesAHeaderAlone() {
    BpfPackage made = build(Optional.empty(), true, header).make();
    assertThat(made.meta().exportTypes())
        .extracting(Meta.ExportType::name)
        .containsExactly("event", "other");
    assertThat(made.meta().skeleton().programs()).isEmpty();
  }

  @Test
  void findsTheHeaderBesideTheSource() throws IOException {
    assertThat(PackageBuild.headerOf(source)).contains(header);
    Files.writeString(source, SOURCE.replace("#include \"snoop.h\"", ""));
    assertThat(PackageBuild.headerOf(source)).isEmpty();
    assertThatThrownBy(() -> build(Optional.empty(), false, folder.resolve("none.bpf.c")).make())
        .isInstanceOf(PackageException.class)
        .hasMessageContaining("there is no file '");
  }

  @Test
  void clangNamesTheUsersFile() throws IOException {
    Files.writeString(source, SOURCE.replace("pid_target +", "pid_targt +"));
    assertThatThrownBy(() -> build(Optional.of(header), false, source).make())
        .isInstanceOf(CompileException.class)
        .hasMessageStartingWith(source + ":7:")
        .hasMessageContaining("undeclared identifier 'pid_targt'");
    Files.writeString(source, SOURCE.replace("return pid", "int unused; return pid"));
    build(Optional.of(header), false, source).make();
    assertThat(warned).singleElement().asString().startsWith(source + ":7:").contains("unused");
  }

  @Test
  void writesTheObjectAlone() throws IOException {
    form = BuildOptions.Form.OBJECT;
    Path file = build(Optional.of(header), false, source).write();
    assertThat(file).isEqualTo(folder.resolve("out/snoop.bpf.o"));
    assertThat(BpfObject.read(file).programs()).hasSize(1);
    try (var files = Files.list(folder.resolve("out"))) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void writesYaml() throws IOException {
    form = BuildOptions.Form.YAML;
    assertThat(build(Optional.of(header), false, source).write())
        .isEqualTo(folder.resolve("out/package.yaml"));
    assertThat(Files.readString(folder.resolve("out/snoop.skel.yaml")))
        .startsWith(
            """
            bpf_skel:
              data_sections:
                - name: ".rodata"
                  variables:
                    - name: "pid_target"
                      type: "int"
                      description: "Process ID to trace"
            """)
        .contains("\nexport_types:\n  - members:\n      - name: \"pid\"\n        type: \"int\"\n")
        .endsWith("eunomia_version: \"9.9\"\n");
  }

  @Test
  void linksSeveralSources() throws IOException {
    Path second =
        Files.writeString(
            folder.resolve("second.bpf.c"),
            """
            #define SEC(name) __attribute__((section(name), used))
            extern struct { int (*type)[27]; int (*max_entries)[4096]; } rb SEC(".maps");
            /// "Exits to count"
            const volatile int most = 5;
            SEC("tp/sched/sched_process_exit") int on_exit(void *ctx) {
              return most + *(int *)&rb;
            }
            """);
    others = List.of(second);
    BpfPackage made = build(Optional.of(header), false, source).make();
    assertThat(made.meta().skeleton().programs())
        .extracting(Meta.ProgramMeta::name)
        .containsExactlyInAnyOrder("on_exec", "on_exit");
    assertThat(Packaged.of("snoop", made).help())
        .contains("--most <most>", "Exits to count [default: 5]", "Process ID to trace");
    assertThat(BpfObject.read("snoop.bpf.o", made.object()).map("rb")).isPresent();
  }
}
