package io.waggle.bpf.core;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.WideSource;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.elf.ElfFile;
import io.waggle.testing.BpfCompiler;
import java.nio.file.Path;
import java.util.List;

/** Compiles expressions against types of one source, and fits them to those of another. */
final class Fitting {
  private static final String MACROS =
      """
      #define FIELD(field, kind) __builtin_preserve_field_info(field, kind)
      #define OFFSET(field) FIELD(field, 0)
      #define SIZE(field) FIELD(field, 1)
      #define EXISTS(field) FIELD(field, 2)
      #define SIGNED(field) FIELD(field, 3)
      #define LEFT(field) FIELD(field, 4)
      #define RIGHT(field) FIELD(field, 5)
      #define TYPE_EXISTS(type) __builtin_preserve_type_info(*(typeof(type) *)0, 0)
      #define TYPE_SIZE(type) __builtin_preserve_type_info(*(typeof(type) *)0, 1)
      #define LOCAL_ID(type) __builtin_btf_type_id(*(typeof(type) *)0, 0)
      #define TARGET_ID(type) __builtin_btf_type_id(*(typeof(type) *)0, 1)
      #define VALUE_EXISTS(type, value) __builtin_preserve_enum_value(*(typeof(type) *)value, 0)
      #define VALUE(type, value) __builtin_preserve_enum_value(*(typeof(type) *)value, 1)
      #pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
      """;

  private final Path folder;

  Fitting(Path folder) {
    this.folder = folder;
  }

  /**
   * The types of a source; {@code kept} are variables' types, so that the compiler tells of all.
   */
  Btf types(String source, String... kept) {
    StringBuilder code = new StringBuilder(source);
    for (int i = 0; i < kept.length; i++) {
      code.append("\n").append(kept[i]).append(" *kept").append(i).append(";\n");
      // A pointer alone would leave a structure a mere name.
      code.append("int size").append(i).append("(").append(kept[i]).append(" *x) { return ");
      code.append("sizeof(*x) + *(char *)x; }\n");
    }
    try (ElfFile elf = ElfFile.open(BpfCompiler.compile(folder, "types", code.toString()))) {
      return Btf.of(elf).orElseThrow();
    }
  }

  /** Programs that give the values of expressions about {@code p}, and their types. */
  BpfObject programs(String source, List<String> expressions) {
    StringBuilder code = new StringBuilder(MACROS).append(source);
    code.append("\n#pragma clang attribute pop\n");
    for (int i = 0; i < expressions.size(); i++) {
      code.append("__attribute__((section(\"raw_tp/p%d\"), used)) long p%d".formatted(i, i));
      code.append("(struct s *p) { ");
      String expression = expressions.get(i);
      code.append(expression.endsWith(";") ? expression : "return " + expression + ";");
      code.append(" }\n");
    }
    return BpfObject.read(BpfCompiler.compile(folder, "programs", code.toString(), "-mcpu=v3"));
  }

  /** The instruction that each program's only relocation made. */
  static Instruction instruction(Relocated relocated, ProgramSpec program) {
    int wanted = program.relocations().getFirst().slot();
    int slot = 0;
    for (Instruction instruction : relocated.code()) {
      if (slot == wanted) {
        return instruction;
      }
      slot += instruction.slots();
    }
    throw new AssertionError("no instruction at slot " + wanted);
  }

  /** The number in an instruction that a relocation may change. */
  static String number(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Alu alu when alu.src() instanceof Immediate(int value) -> value + "";
      case Instruction.LoadWide wide
          when wide.source() instanceof WideSource.Constant(long value) ->
          value + "";
      case Instruction.Load load -> load.offset() + "/" + load.size().bytes();
      case Instruction.Store store -> store.offset() + "/" + store.size().bytes();
      default -> instruction.equals(Patch.poison()) ? "poison" : instruction.toString();
    };
  }
}
