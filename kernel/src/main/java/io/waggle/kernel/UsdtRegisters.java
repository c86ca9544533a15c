package io.waggle.kernel;

import io.waggle.linux.Architecture;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Where the registers that probes' arguments name lie in {@code struct pt_regs} (x86-64,
 * arch/x86/include/asm/ptrace.h) or {@code struct user_pt_regs} (arm64,
 * arch/arm64/include/uapi/asm/ptrace.h).
 */
public final class UsdtRegisters {
  /** In the order of the structure, 8 bytes each; all names of a register stand together. */
  private static final String X86_64 =
      """
      r15 r15d r15w r15b
      r14 r14d r14w r14b
      r13 r13d r13w r13b
      r12 r12d r12w r12b
      rbp ebp bp bpl
      rbx ebx bx bl
      r11 r11d r11w r11b
      r10 r10d r10w r10b
      r9 r9d r9w r9b
      r8 r8d r8w r8b
      rax eax ax al
      rcx ecx cx cl
      rdx edx dx dl
      rsi esi si sil
      rdi edi di dil
      orig_rax
      rip eip ip
      cs
      flags
      rsp esp sp spl
      """;

  private UsdtRegisters() {}

  /** Bytes from the start of the structure; empty for no register of the architecture. */
  public static OptionalInt offset(Architecture architecture, String register) {
    Integer found =
        switch (architecture) {
          case X86_64 -> x86().get(register);
          case ARM64 -> arm64(register);
        };
    return found == null ? OptionalInt.empty() : OptionalInt.of(found);
  }

  private static Map<String, Integer> x86() {
    Map<String, Integer> offsets = new HashMap<>();
    String[] lines = X86_64.split("\n");
    for (int i = 0; i < lines.length; i++) {
      for (String name : lines[i].split(" ")) {
        offsets.put(name, 8 * i);
      }
    }
    return offsets;
  }

  private static Integer arm64(String register) {
    if (register.equals("sp")) {
      return 8 * 31;
    }
    try {
      int number = Integer.parseInt(register.substring(1));
      return number >= 0 && number <= 30 ? 8 * number : null;
    } catch (NumberFormatException other) {
      return null;
    }
  }
}
