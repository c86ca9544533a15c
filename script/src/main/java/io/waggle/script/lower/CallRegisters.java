package io.waggle.script.lower;

import io.waggle.linux.Architecture;
import java.util.List;

/**
 * Where a function's arguments and result lie in the registers that the kernel saved, in bytes from
 * the start of {@code struct pt_regs} (x86-64, arch/x86/include/asm/ptrace.h) or {@code struct
 * user_pt_regs} (arm64, arch/arm64/include/uapi/asm/ptrace.h). That is the context of uprobe
 * programs and the start of the context of perf_event programs (struct bpf_perf_event_data).
 *
 * @param arguments of the C calling convention, those passed in registers, first to last
 * @param result of the function, at return
 * @param stack the stack pointer
 * @param stackArguments bytes from the stack pointer at entry to the first argument in memory
 * @param mode the register that tells the privilege level
 * @param modeMask its bits that do
 * @param userMode what they are in user code
 */
record CallRegisters(
    List<Integer> arguments,
    int result,
    int stack,
    int stackArguments,
    int mode,
    int modeMask,
    int userMode) {

  // The privilege level is in the low bits of cs.
  // System V AMD64: rdi, rsi, rdx, rcx, r8, r9; the return address lies before stack arguments.
  private static final CallRegisters X86_64 =
      new CallRegisters(List.of(112, 104, 96, 88, 72, 64), 80, 152, 8, 136, 3, 3);

  // The mode is in the low bits of pstate, 0 for EL0.
  // AAPCS64: x0 to x7; the return address is in x30.
  private static final CallRegisters ARM64 =
      new CallRegisters(List.of(0, 8, 16, 24, 32, 40, 48, 56), 0, 248, 0, 264, 15, 0);

  static CallRegisters of(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> X86_64;
      case ARM64 -> ARM64;
    };
  }
}
