package io.waggle.bpf;

import java.nio.ByteOrder;
import java.util.List;

/**
 * Prints instructions in the kernel's own notation (kernel/bpf/disasm.c), which bpftool and the
 * verifier's log use too. {@link Assembler} reads it back.
 */
public final class Disassembler {
  private Disassembler() {}

  /** The program with its slots, opcodes and source lines. */
  public static String print(ProgramSpec program) {
    StringBuilder out = new StringBuilder();
    int slot = 0;
    int line = 0;
    for (Instruction instruction : program.code()) {
      while (line < program.lines().size() && program.lines().get(line).slot() <= slot) {
        SourceLine source = program.lines().get(line++);
        if (!source.text().isEmpty()) {
          out.append("; ").append(source.text().strip()).append('\n');
        }
      }
      line(out, slot, instruction);
      slot += instruction.slots();
    }
    return out.toString();
  }

  /** The instructions with their slots and opcodes. */
  public static String print(List<Instruction> code) {
    StringBuilder out = new StringBuilder();
    int slot = 0;
    for (Instruction instruction : code) {
      line(out, slot, instruction);
      slot += instruction.slots();
    }
    return out.toString();
  }

  private static void line(StringBuilder out, int slot, Instruction instruction) {
    byte[] bytes = Encoder.encode(List.of(instruction), ByteOrder.LITTLE_ENDIAN).bytes();
    out.append("%4d: (%02x) ".formatted(slot, bytes[0] & 0xff));
    out.append(text(instruction)).append('\n');
  }

  /** One instruction, without slot and opcode. */
  public static String text(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Alu alu -> alu(alu);
      case Instruction.AddressCast(Register dst, Register src, int to, int from) ->
          r(dst) + " = addr_space_cast(" + r(src) + ", " + to + ", " + from + ")";
      case Instruction.ByteSwap(Instruction.Order order, Register dst, int bits) -> {
        String name =
            switch (order) {
              case TO_LITTLE -> "le";
              case TO_BIG -> "be";
              case SWAP -> "bswap";
            };
        yield r(dst) + " = " + name + bits + " " + r(dst);
      }
      case Instruction.LoadWide(Register dst, WideSource source) -> r(dst) + " = " + wide(source);
      case Instruction.Load(Size size, boolean signed, Register dst, Register base, int offset) ->
          r(dst) + " = " + memory(signed ? "s" : "u", size, base, offset);
      case Instruction.Store(Size size, Register base, int offset, Operand value) ->
          memory("u", size, base, offset) + " = " + operand(value, true);
      case Instruction.Atomic atomic -> atomic(atomic);
      case Instruction.PacketLoad(Size size, boolean indirect, Register index, int offset) ->
          "r0 = *(u%d *)skb[%s]"
              .formatted(size.bytes() * 8, indirect ? r(index) + " + " + offset : "" + offset);
      case Instruction.Jump(boolean wide, JumpOp op, Register dst, Operand src, int offset) ->
          "if "
              + register(dst, wide)
              + " "
              + symbol(op)
              + " "
              + (src instanceof Immediate(int value)
                  ? "0x" + Integer.toHexString(value)
                  : operand(src, wide))
              + " goto "
              + target(offset);
      case Instruction.Goto(int offset) ->
          (offset == (short) offset ? "goto " : "gotol ") + target(offset);
      case Instruction.MayGoto(int offset) -> "may_goto " + target(offset);
      case Instruction.Call(CallTarget target) -> "call " + call(target);
      case Instruction.Exit() -> "exit";
    };
  }

  private static String alu(Instruction.Alu alu) {
    String dst = register(alu.dst(), alu.wide());
    String src = operand(alu.src(), alu.wide());
    if (alu.op() == AluOp.NEG) {
      return dst + " = -" + dst;
    }
    return alu.signExtend() != 0
        ? dst + " = (s" + alu.signExtend() + ")" + src
        : dst + " " + symbol(alu.op()) + " " + src;
  }

  private static String atomic(Instruction.Atomic atomic) {
    String pointer =
        "(u%d *)(%s %s)"
            .formatted(atomic.size().bytes() * 8, r(atomic.base()), signed(atomic.offset()));
    String src = r(atomic.src());
    String bits = atomic.size() == Size.DOUBLE ? "64" : "";
    return switch (atomic.op()) {
      case LOAD_ACQUIRE -> src + " = load_acquire(" + pointer + ")";
      case STORE_RELEASE -> "store_release(" + pointer + ", " + src + ")";
      case XCHG -> src + " = atomic" + bits + "_xchg(" + pointer + ", " + src + ")";
      case CMPXCHG -> "r0 = atomic" + bits + "_cmpxchg(" + pointer + ", r0, " + src + ")";
      default -> {
        String name = atomic.op().name().toLowerCase(java.util.Locale.ROOT);
        yield atomic.fetch()
            ? src + " = atomic" + bits + "_fetch_" + name + "(" + pointer + ", " + src + ")"
            : "lock *" + pointer + " " + symbol(atomic.op()) + " " + src;
      }
    };
  }

  private static String wide(WideSource source) {
    return switch (source) {
      case WideSource.Constant(long value) -> "0x" + Long.toHexString(value);
      case WideSource.Map(String name) -> "map[" + name + "]";
      case WideSource.MapValue(String name, int offset) -> "map[" + name + "][0]+" + offset;
      case WideSource.KernelSymbol(String name, boolean _, boolean _) -> "ksym[" + name + "]";
      case WideSource.Function(int offset) -> "subprog[" + signed(offset) + "]";
      case WideSource.Pseudo(int pseudo, int low, int high) ->
          "pseudo[" + pseudo + "][" + low + "][" + high + "]";
    };
  }

  private static String call(CallTarget target) {
    return switch (target) {
      case CallTarget.Helper(int id) ->
          Helpers.of(id).map(helper -> "bpf_" + helper.name()).orElse("unknown") + "#" + id;
      case CallTarget.Local(int offset) -> target(offset);
      case CallTarget.KernelFunction(int btfId, int module) ->
          "kernel-function#" + btfId + (module == 0 ? "" : "@" + module);
      case CallTarget.KernelSymbol(String name, boolean _) -> name;
      case CallTarget.Indirect(Register register) -> r(register);
    };
  }

  private static String memory(String sign, Size size, Register base, int offset) {
    return "*(%s%d *)(%s %s)".formatted(sign, size.bytes() * 8, r(base), signed(offset));
  }

  private static String target(int offset) {
    return "pc" + signed(offset);
  }

  private static String signed(int value) {
    return (value < 0 ? "" : "+") + value;
  }

  private static String r(Register register) {
    return register(register, true);
  }

  private static String register(Register register, boolean wide) {
    return (wide ? "r" : "w") + register.ordinal();
  }

  private static String operand(Operand operand, boolean wide) {
    return switch (operand) {
      case Register register -> register(register, wide);
      case Immediate(int value) -> Integer.toString(value);
    };
  }

  static String symbol(AluOp op) {
    return switch (op) {
      case ADD -> "+=";
      case SUB -> "-=";
      case MUL -> "*=";
      case DIV -> "/=";
      case OR -> "|=";
      case AND -> "&=";
      case LSH -> "<<=";
      case RSH -> ">>=";
      case NEG -> "neg";
      case MOD -> "%=";
      case XOR -> "^=";
      case MOV -> "=";
      case ARSH -> "s>>=";
      case SDIV -> "s/=";
      case SMOD -> "s%=";
    };
  }

  static String symbol(JumpOp op) {
    return switch (op) {
      case EQ -> "==";
      case GT -> ">";
      case GE -> ">=";
      case SET -> "&";
      case NE -> "!=";
      case SGT -> "s>";
      case SGE -> "s>=";
      case LT -> "<";
      case LE -> "<=";
      case SLT -> "s<";
      case SLE -> "s<=";
    };
  }

  static String symbol(AtomicOp op) {
    return switch (op) {
      case ADD -> "+=";
      case OR -> "|=";
      case AND -> "&=";
      case XOR -> "^=";
      default -> throw new IllegalArgumentException(op + " has no operator");
    };
  }
}
