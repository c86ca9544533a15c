package io.waggle.bpf.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AluOp;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.Register;
import io.waggle.formats.FormatException;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfField;
import io.waggle.formats.btf.BtfKind;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several candidates, modules, damage, and the kernel that runs. */
class RelocatorDecisionTest {
  private static final Instruction ZERO =
      new Instruction.Alu(true, AluOp.MOV, Register.R0, new Immediate(0));

  @TempDir Path folder;

  private static CoreRelocation offset(Btf local, String access) {
    return new CoreRelocation(0, local.named("s")[0], access, CoreKind.FIELD_BYTE_OFFSET);
  }

  private static String fit(Btf local, CoreTargets targets, CoreRelocation relocation) {
    return Fitting.number(
        new Relocator(local, targets).apply(List.of(ZERO), List.of(relocation)).code().getFirst());
  }

  @Test
  void wantsAllCandidatesToAgree() {
    Fitting fitting = new Fitting(folder);
    Btf local = fitting.types("struct s { int a; int b; };", "struct s");
    Btf agreeing =
        fitting.types(
            "struct s { long x; int a; }; struct s___2 { int y; int z; int a; int b; };",
            "struct s",
            "struct s___2");
    assertThat(fit(local, CoreTargets.of(agreeing), offset(local, "0:0"))).isEqualTo("8");
    Btf disagreeing =
        fitting.types(
            "struct s { long x; int a; }; struct s___2 { int a; int b; };",
            "struct s",
            "struct s___2");
    assertThatThrownBy(() -> fit(local, CoreTargets.of(disagreeing), offset(local, "0:0")))
        .isInstanceOf(CoreException.class)
        .hasMessageContaining("the kernel has more than one type named s")
        .hasMessageContaining("they disagree: ");
  }

  @Test
  void forgetsCandidatesThatDidNotMatchOnce() {
    Fitting fitting = new Fitting(folder);
    Btf local = fitting.types("struct s { int a; int b; };", "struct s");
    Btf target =
        fitting.types(
            "struct s { long x; int a; }; struct s___2 { int a; int b; };",
            "struct s",
            "struct s___2");
    Relocator relocator = new Relocator(local, CoreTargets.of(target));
    List<Instruction> code =
        List.of(new Instruction.Alu(true, AluOp.MOV, Register.R0, new Immediate(4)));
    relocator.apply(code, List.of(offset(local, "0:1")));
    // Only the second has b, so only it can be the program's s.
    assertThat(
            Fitting.number(
                relocator.apply(List.of(ZERO), List.of(offset(local, "0:0"))).code().getFirst()))
        .isEqualTo("0");
  }

  @Test
  void looksIntoModulesForWhatTheKernelLacks() {
    Fitting fitting = new Fitting(folder);
    Btf local = fitting.types("struct s { int a; };", "struct s");
    Btf kernel = fitting.types("struct other { int a; };", "struct other");
    Btf module = fitting.types("struct s { char x[12]; int a; };", "struct s");
    CoreTargets targets = new CoreTargets(() -> kernel, () -> List.of(module));
    assertThat(fit(local, targets, offset(local, "0:0"))).isEqualTo("12");
    CoreTargets unneeded =
        new CoreTargets(
            () -> module,
            () -> {
              throw new AssertionError("the modules are not asked");
            });
    assertThat(fit(local, unneeded, offset(local, "0:0"))).isEqualTo("12");
  }

  @Test
  void asksNobodyWithoutRelocations() {
    Btf local = new Fitting(folder).types("struct s { int a; };", "struct s");
    CoreTargets targets =
        new CoreTargets(
            () -> {
              throw new AssertionError("the kernel is not asked");
            },
            List::of);
    Relocated relocated = new Relocator(local, targets).apply(List.of(ZERO), List.of());
    assertThat(relocated).isEqualTo(new Relocated(List.of(ZERO), List.of()));
  }

  @Test
  void poisonsBothHalvesOfAWideLoad() {
    Btf local = new Fitting(folder).types("enum s { A }; struct x { enum s y; };", "struct x");
    Btf kernel = new Fitting(folder).types("struct x { int y; };", "struct x");
    Relocated relocated =
        new Relocator(local, CoreTargets.of(kernel))
            .apply(
                List.of(new Instruction.LoadWide(Register.R0, 0), Instruction.Exit.EXIT),
                List.of(new CoreRelocation(0, local.named("s")[0], "0", CoreKind.ENUM_VALUE)));
    assertThat(relocated.code())
        .containsExactly(Patch.poison(), Patch.poison(), Instruction.Exit.EXIT);
    assertThat(relocated.messages()).containsEntry(0, "the kernel has no enum s");
  }

  @Test
  void refusesDamage() {
    Btf local = new Fitting(folder).types("struct s { int a; int b[2]; };", "struct s");
    refused(local, offset(local, ""), "'' is no access");
    refused(local, offset(local, "0:x"), "'0:x' is no access");
    refused(local, offset(local, "0:-1"), "'0:-1' is no access");
    refused(local, offset(local, "0:4294967295"), "is no access");
    refused(local, offset(local, "0:2"), "access 0:2 leaves type");
    refused(local, offset(local, "0:0:0"), "access 0:0:0 leaves type");
    refused(local, offset(local, "0:1:2"), "access 0:1:2 leaves type");
    refused(local, offset(local, "0:1"), "the instruction holds 0, but by the object's types");
    refused(
        local,
        new CoreRelocation(3, local.named("s")[0], "0:0", CoreKind.FIELD_BYTE_OFFSET),
        "no instruction begins there");
    refused(
        local,
        new CoreRelocation(0, local.named("s")[0], "0", CoreKind.ENUM_VALUE),
        "it names no value of an enumeration");
    refused(
        local,
        new CoreRelocation(0, local.named("s")[0], "0:0", CoreKind.TYPE_SIZE),
        "'0:0' is no access to a type");
    refused(
        local,
        new CoreRelocation(0, 0, "0", CoreKind.TYPE_SIZE),
        "type 0 has no name to search the kernel for");
    assertThatThrownBy(
            () ->
                new Relocator(local, CoreTargets.of(local))
                    .apply(List.of(Instruction.Exit.EXIT), List.of(offset(local, "0:0"))))
        .isInstanceOf(CoreException.class)
        .hasMessageContaining("cannot hold it");
  }

  private static void refused(Btf local, CoreRelocation relocation, String message) {
    assertThatThrownBy(() -> fit(local, CoreTargets.of(local), relocation))
        .isInstanceOf(CoreException.class)
        .hasMessageContaining(message);
  }

  @Test
  @Requires(Feature.KERNEL_BTF)
  void fitsCodeToTheRunningKernel() {
    BpfObject object =
        new Fitting(folder)
            .programs(
                """
                struct list_head { struct list_head *next; };
                struct s { int x; };
                struct task_struct { int pid; char comm[4]; struct list_head tasks; };
                """,
                List.of(
                    "__builtin_preserve_field_info(((struct task_struct *)p)->comm, 0)",
                    "__builtin_preserve_field_info(((struct task_struct *)p)->tasks.next, 0)",
                    "__builtin_preserve_field_info(((struct task_struct *)p)->comm, 1)"));
    Btf kernel = Btf.ofKernel();
    int task = kernel.find(BtfKind.STRUCT, "task_struct").orElseThrow();
    List<String> numbers = new ArrayList<>();
    Relocator relocator = new Relocator(object.types().orElseThrow(), CoreTargets.of(kernel));
    for (ProgramSpec program : object.programs()) {
      Relocated relocated = relocator.apply(program.code(), program.relocations());
      numbers.add(Fitting.number(Fitting.instruction(relocated, program)));
    }
    BtfField comm = kernel.field(task, "comm").orElseThrow();
    assertThat(numbers)
        .containsExactly(
            comm.offset() + "", kernel.field(task, "tasks").orElseThrow().offset() + "", "16");
  }

  private static final class Damaged {
    private static final String SOURCE =
        """
        enum e { A, B = 7 };
        struct in { int x; struct in *next; };
        struct s {
          int a; struct in in[3]; struct { long b; int flag : 3; }; enum e e;
          int (*call)(struct s *, enum e); struct in open[];
        };
        """;
    private static final Btf LOCAL = types();
    private static final byte[] BYTES = LOCAL.content();
    private static final String[] ACCESS = {"0", "0:0", "0:1:2:0", "0:2:1", "0:3", "1", "0:5:9:1"};

    private static Btf types() {
      try {
        Path folder = Files.createTempDirectory("fitting");
        Btf types = new Fitting(folder).types(SOURCE, "struct s");
        try (Stream<Path> files = Files.list(folder)) {
          for (Path file : files.toList()) {
            Files.delete(file);
          }
        }
        Files.delete(folder);
        return types;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Whatever the types and relocations, the answer is code or one of two clear errors. */
  @Property(tries = 3000)
  void survivesDamagedTypes(@ForAll long seed) {
    Random random = new Random(seed);
    try {
      Btf local = mutated(random);
      Btf target = mutated(random);
      CoreRelocation relocation =
          new CoreRelocation(
              0,
              random.nextInt(local.count()),
              Damaged.ACCESS[random.nextInt(Damaged.ACCESS.length)],
              CoreKind.of(random.nextInt(13)).orElseThrow());
      Instruction instruction =
          random.nextBoolean()
              ? ZERO
              : new Instruction.Load(io.waggle.bpf.Size.WORD, false, Register.R0, Register.R1, 0);
      new Relocator(local, CoreTargets.of(target))
          .apply(List.of(instruction), List.of(relocation))
          .messages();
    } catch (CoreException | FormatException e) {
      // The clear errors that damaged content is for.
    }
  }

  private static Btf mutated(Random random) {
    byte[] bytes = Damaged.BYTES.clone();
    for (int i = random.nextInt(6); i > 0; i--) {
      bytes[24 + random.nextInt(bytes.length - 24)] = (byte) random.nextInt(32);
    }
    return Btf.of("fuzz", bytes);
  }
}
