package io.waggle.script.check;

import io.waggle.linux.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Names of registers, in the order in which the kernel saves them, 8 bytes each: {@code struct
 * pt_regs} of x86-64 (arch/x86/include/asm/ptrace.h) and {@code struct user_pt_regs} of arm64
 * (arch/arm64/include/uapi/asm/ptrace.h).
 */
final class Registers {
  private static final List<String> X86_64 =
      List.of(
          "r15",
          "r14",
          "r13",
          "r12",
          "bp",
          "bx",
          "r11",
          "r10",
          "r9",
          "r8",
          "ax",
          "cx",
          "dx",
          "si",
          "di",
          "orig_rax",
          "ip",
          "cs",
          "flags",
          "sp",
          "ss");

  private Registers() {}

  static List<String> names(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> X86_64;
      case ARM64 -> {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 31; i++) {
          names.add("r" + i);
        }
        names.addAll(List.of("sp", "pc", "pstate"));
        yield names;
      }
    };
  }

  /** Where a register lies in what the kernel saved, in bytes. */
  static OptionalInt offset(Architecture architecture, String name) {
    int index = names(architecture).indexOf(name);
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(8 * index);
  }
}
