package io.waggle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.CHeader;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BtfCommandTest {
  @TempDir Path folder;
  private String object;

  @BeforeEach
  void compile() {
    object =
        BpfCompiler.compile(
                folder,
                "types",
                """
                enum color { RED, GREEN = 7 };
                typedef unsigned long long u64;
                struct inner { char name[16]; };
                struct event { int pid; enum color color; struct inner inner; struct event *next; };
                struct task { u64 start; struct event *last; };
                struct task kept;
                u64 twice(struct event *event, u64 times) { return kept.start + times; }
                """)
            .toString();
  }

  private record Run(int status, String out, String err) {}

  private static Run run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(
            arguments,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void printsTypesWithWhatTheyNeed() {
    assertThat(run("btf", object, "struct event"))
        .isEqualTo(
            new Run(
                0,
                """
                enum color {
                \tRED = 0,
                \tGREEN = 7,
                };

                struct inner {
                \tchar name[16];
                };

                struct event {
                \tint pid;
                \tenum color color;
                \tstruct inner inner;
                \tstruct event *next;
                };

                """,
                ""));
    assertThat(run("btf", object, "twice", "kept").out())
        .isEqualTo(
            """
            typedef unsigned long long u64;

            struct event;

            u64 twice(struct event *event, u64 times);

            struct task {
            \tu64 start;
            \tstruct event *last;
            };

            extern struct task kept;

            """);
  }

  @Test
  void listsTypesByNumber() {
    assertThat(run("btf", "--format", "raw", object, "color").out())
        .matches(
            "\\[\\d+\\] ENUM 'color' encoding=UNSIGNED size=4 vlen=2\n\t'RED' val=0\n\t'GREEN' val=7\n");
    assertThat(run("btf", "-f", "raw", object).out())
        .startsWith("[1] ")
        .contains(" DATASEC '.bss'");
  }

  @Test
  void writesToAFile() throws Exception {
    Path file = folder.resolve("out.h");
    assertThat(run("btf", "-o", file.toString(), object)).isEqualTo(new Run(0, "", ""));
    StringBuilder header = new StringBuilder();
    try (var elf = io.waggle.formats.elf.ElfFile.open(Path.of(object))) {
      CHeader.write(Btf.of(elf).orElseThrow(), header);
    }
    assertThat(file).hasContent(header.toString());
  }

  @Test
  @Requires(Feature.KERNEL_BTF)
  void knowsTheRunningKernel() {
    StringBuilder header = new StringBuilder();
    CHeader.write(Btf.ofKernel(), header);
    Run whole = run("btf", "vmlinux.h");
    assertThat(whole.status()).isZero();
    assertThat(whole.out().contentEquals(header)).isTrue();
    assertThat(run("btf", "vmlinux", "list_head").out()).startsWith("struct list_head {\n");
    assertThat(run("btf", "vmlinux", "tsk_struct").err())
        .isEqualTo(
            "waggle btf: no type, function or variable 'tsk_struct' in vmlinux"
                + " (did you mean task_struct, tss_struct?)\n");
  }

  @Test
  void refusesWhatItCannotRead() throws Exception {
    refused(object + ".none: no such file or module\n", object + ".none");
    refused("'evnt' in " + object + " (did you mean event?)\n", object, "evnt");
    refused("'union event' in " + object, object, "union event");
    refused(folder + " is a folder\n", folder.toString());
    String text = Files.writeString(folder.resolve("text"), "some text").toString();
    refused("text: file at 0x0: expected BTF (magic eb9f), found 6f73\n", text);
    Path bare = folder.resolve("bare.o");
    Process clang =
        new ProcessBuilder("clang", "-target", "bpf", "-c", "-x", "c", "/dev/null", "-o", bare + "")
            .start();
    assertThat(clang.waitFor()).isZero();
    refused("has no section .BTF; for a BPF object compile it with clang -g\n", bare.toString());
    refused("no/such/folder/file", "-o", folder + "/no/such/folder/file", object);
  }

  private static void refused(String message, String... arguments) {
    Run run = run(arguments(arguments));
    assertThat(run.err()).startsWith("waggle btf: ").contains(message).hasLineCount(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(1);
  }

  private static String[] arguments(String... rest) {
    String[] all = new String[rest.length + 1];
    all[0] = "btf";
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  @Test
  void refusesMisuse() {
    misused("no source; name vmlinux, a module or a file");
    misused("unknown format 'x'; there are c and raw", "-f", "x", object);
    misused("vmlinux.h is all of the kernel as C; for parts name vmlinux", "vmlinux.h", "pid_t");
  }

  private static void misused(String message, String... arguments) {
    Run run = run(arguments(arguments));
    assertThat(run.err()).isEqualTo("waggle btf: " + message + "\nTry 'waggle btf --help'.\n");
    assertThat(run.status()).isEqualTo(2);
  }
}
