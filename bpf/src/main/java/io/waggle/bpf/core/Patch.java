package io.waggle.bpf.core;

import io.waggle.bpf.CallTarget;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.Size;
import io.waggle.bpf.WideSource;
import java.util.List;

/** Puts an answer into an instruction. */
final class Patch {
  private Patch() {}

  /**
   * The instruction with the kernel's number in place of the compiler's.
   *
   * @param size bytes to load or store from now on; 0 to leave that as it is
   * @throws CoreException if the instruction has no such number, or not the one it should have
   */
  static Instruction apply(Instruction instruction, int slot, Answer local, long value, long size) {
    return switch (instruction) {
      case Instruction.Alu(boolean wide, var op, var dst, Immediate(int number), int extend) -> {
        expect(instruction, slot, local, number, (int) local.value());
        yield new Instruction.Alu(wide, op, dst, new Immediate(immediate(slot, value)), extend);
      }
      case Instruction.Load(Size old, boolean signed, var dst, var base, int offset) -> {
        expect(instruction, slot, local, offset, local.value());
        yield new Instruction.Load(size(slot, old, size), signed, dst, base, offset(slot, value));
      }
      case Instruction.Store(Size old, var base, int offset, var source) -> {
        expect(instruction, slot, local, offset, local.value());
        yield new Instruction.Store(size(slot, old, size), base, offset(slot, value), source);
      }
      case Instruction.LoadWide(var dst, WideSource.Constant(long number)) -> {
        expect(instruction, slot, local, number, local.value());
        yield new Instruction.LoadWide(dst, value);
      }
      default ->
          throw new CoreException("slot " + slot + ": no number to relocate in " + instruction);
    };
  }

  /** What stands in for an instruction that must not run, slot for slot. */
  static List<Instruction> poison(Instruction instruction) {
    Instruction call = new Instruction.Call(new CallTarget.Helper(Relocated.POISON));
    return instruction.slots() == 2 ? List.of(call, call) : List.of(call);
  }

  static boolean isMemory(Instruction instruction) {
    return instruction instanceof Instruction.Load || instruction instanceof Instruction.Store;
  }

  private static void expect(
      Instruction instruction, int slot, Answer local, long found, long computed) {
    if (local.certain() && found != computed) {
      throw new CoreException(
          "slot " + slot + ": expected the number " + computed + " in " + instruction);
    }
  }

  /** An offset or size is small; what an enumeration says may be any 32 bits. */
  private static int immediate(int slot, long value) {
    if (value != (int) value && value >>> 32 != 0) {
      throw new CoreException("slot " + slot + ": " + value + " does not fit into 32 bits");
    }
    return (int) value;
  }

  private static int offset(int slot, long value) {
    if (value < 0 || value > Short.MAX_VALUE) {
      throw new CoreException("slot " + slot + ": a field " + value + " bytes away is too far");
    }
    return (int) value;
  }

  private static Size size(int slot, Size old, long bytes) {
    if (bytes == 0) {
      return old;
    }
    if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8) {
      throw new CoreException("slot " + slot + ": no instruction moves " + bytes + " bytes");
    }
    return Size.ofBytes((int) bytes);
  }
}
