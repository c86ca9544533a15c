package io.waggle.bpf;

import io.waggle.bpf.Instruction.Alu;
import io.waggle.bpf.Instruction.Order;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the notation that {@link Disassembler} prints, a line each: {@code r0 = *(u32 *)(r1 +4)},
 * {@code if r0 s> 0x5 goto pc+2}, {@code call bpf_ktime_get_ns#5}.
 *
 * <p>Slot numbers and opcodes in front are skipped, as are empty lines and comments after a
 * semicolon. A line {@code name:} marks a place that {@code goto name} and {@code call name} go to.
 */
public final class Assembler {
  private final List<Instruction> code = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final List<Pending> pending = new ArrayList<>();
  private int slot;
  private AssemblyLine line;

  /** A jump to a label that may stand further down. */
  private record Pending(int index, int slot, String label, AssembleException unknown) {}

  private Assembler() {}

  /**
   * Reads a program.
   *
   * @throws AssembleException at the first line that is no instruction
   */
  public static List<Instruction> assemble(String text) {
    Assembler assembler = new Assembler();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      int comment = line.indexOf(';');
      assembler.line(new AssemblyLine(comment < 0 ? line : line.substring(0, comment), number));
    }
    assembler.resolve();
    return List.copyOf(assembler.code);
  }

  private void line(AssemblyLine next) {
    line = next;
    if (line.atEnd()) {
      return;
    }
    String first = line.word();
    if (!first.isEmpty() && line.accept(":")) {
      boolean number = first.chars().allMatch(Character::isDigit);
      if (!number) {
        labels.put(first, slot);
      }
      if (line.atEnd()) {
        return;
      }
    } else {
      line.position(0);
    }
    opcode();
    Instruction instruction = instruction();
    if (!line.atEnd()) {
      throw line.wrong("expected the end of the line");
    }
    code.add(instruction);
    slot += instruction.slots();
  }

  /** Skips {@code (b7)}. */
  private void opcode() {
    line.skip();
    int start = line.position();
    if (line.accept("(")) {
      String digits = line.word();
      if (digits.length() == 2 && line.accept(")")) {
        return;
      }
      line.position(start);
    }
  }

  private Instruction instruction() {
    if (line.accept("exit")) {
      return Instruction.Exit.EXIT;
    }
    if (line.accept("goto") || line.accept("gotol")) {
      return new Instruction.Goto(target());
    }
    if (line.accept("may_goto")) {
      return new Instruction.MayGoto(target());
    }
    if (line.accept("call")) {
      return new Instruction.Call(call());
    }
    if (line.accept("if")) {
      return condition();
    }
    if (line.accept("lock")) {
      return lock();
    }
    if (line.accept("store_release")) {
      line.expect("(");
      Address address = pointer();
      line.expect(",");
      Register source = register(true);
      line.expect(")");
      return new Instruction.Atomic(
          address.size, AtomicOp.STORE_RELEASE, false, address.base, address.offset, source);
    }
    if (line.accept("*")) {
      Address address = pointer();
      line.expect("=");
      return new Instruction.Store(address.size, address.base, address.offset, operand(true));
    }
    return assignment();
  }

  private Instruction assignment() {
    boolean wide = isWide();
    Register dst = register(wide);
    if (line.accept("=")) {
      return value(dst, wide);
    }
    for (AluOp op : AluOp.values()) {
      if (op != AluOp.MOV && op != AluOp.NEG && line.accept(Disassembler.symbol(op))) {
        return new Alu(wide, op, dst, operand(wide));
      }
    }
    throw line.wrong("expected an operator");
  }

  private Instruction value(Register dst, boolean wide) {
    int start = line.position();
    if (line.accept("-")) {
      if (isRegister()) {
        Register source = register(wide);
        if (source != dst) {
          throw line.wrong("expected the same register on both sides");
        }
        return new Alu(wide, AluOp.NEG, dst, new Immediate(0));
      }
      line.position(start);
    }
    if (line.accept("*")) {
      return load(dst);
    }
    if (line.accept("(")) {
      int bits =
          switch (line.word()) {
            case "s8" -> 8;
            case "s16" -> 16;
            case "s32" -> 32;
            default -> throw line.wrong("expected s8, s16 or s32");
          };
      line.expect(")");
      return new Alu(wide, AluOp.MOV, dst, register(wide), bits);
    }
    if (isRegister()) {
      return new Alu(wide, AluOp.MOV, dst, register(wide));
    }
    String word = line.word();
    Instruction named = named(dst, word);
    if (named != null) {
      return named;
    }
    line.position(start);
    line.skip();
    boolean hexadecimal = line.accept("0x") || hexadecimalAhead();
    line.position(start);
    if (hexadecimal && wide || line.accept("ll")) {
      line.position(start);
      return new Instruction.LoadWide(dst, line.number());
    }
    long number = line.number();
    if (line.accept("ll") || number != (int) number && wide) {
      return new Instruction.LoadWide(dst, number);
    }
    line.position(start);
    return new Alu(wide, AluOp.MOV, dst, new Immediate(line.number(32)));
  }

  private boolean hexadecimalAhead() {
    int start = line.position();
    boolean hexadecimal = line.word().startsWith("0x");
    line.position(start);
    return hexadecimal;
  }

  /**
   * Values that start with a word; null when it is none of them, a private matter of this class.
   */
  private Instruction named(Register dst, String word) {
    switch (word) {
      case "map" -> {
        line.expect("[");
        String name = line.until("]");
        if (!line.accept("[")) {
          return new Instruction.LoadWide(dst, new WideSource.Map(name));
        }
        line.expect("0");
        line.expect("]");
        return new Instruction.LoadWide(dst, new WideSource.MapValue(name, line.number(32)));
      }
      case "subprog" -> {
        line.expect("[");
        int offset = line.number(32);
        line.expect("]");
        return new Instruction.LoadWide(dst, new WideSource.Function(offset));
      }
      case "pseudo" -> {
        int[] parts = new int[3];
        for (int i = 0; i < parts.length; i++) {
          line.expect("[");
          parts[i] = line.number(32);
          line.expect("]");
        }
        return new Instruction.LoadWide(dst, new WideSource.Pseudo(parts[0], parts[1], parts[2]));
      }
      case "addr_space_cast" -> {
        line.expect("(");
        Register source = register(true);
        line.expect(",");
        int to = line.number(16);
        line.expect(",");
        int from = line.number(16);
        line.expect(")");
        return new Instruction.AddressCast(dst, source, to & 0xffff, from & 0xffff);
      }
      case "load_acquire" -> {
        line.expect("(");
        Address address = pointer();
        line.expect(")");
        return new Instruction.Atomic(
            address.size, AtomicOp.LOAD_ACQUIRE, false, address.base, address.offset, dst);
      }
      default -> {
        if (word.startsWith("atomic")) {
          return fetch(dst, word);
        }
        for (Order order : Order.values()) {
          String prefix =
              switch (order) {
                case TO_LITTLE -> "le";
                case TO_BIG -> "be";
                case SWAP -> "bswap";
              };
          if (word.equals(prefix + "16")
              || word.equals(prefix + "32")
              || word.equals(prefix + "64")) {
            register(true);
            return new Instruction.ByteSwap(
                order, dst, Integer.parseInt(word, prefix.length(), word.length(), 10));
          }
        }
        return null;
      }
    }
  }

  private Instruction fetch(Register dst, String word) {
    String name = word.substring(word.indexOf('_') + 1);
    line.expect("(");
    Address address = pointer();
    line.expect(",");
    if (name.equals("cmpxchg")) {
      line.expect("r0");
      line.expect(",");
    }
    Register source = register(true);
    line.expect(")");
    AtomicOp op =
        switch (name) {
          case "xchg" -> AtomicOp.XCHG;
          case "cmpxchg" -> AtomicOp.CMPXCHG;
          case "fetch_add" -> AtomicOp.ADD;
          case "fetch_or" -> AtomicOp.OR;
          case "fetch_and" -> AtomicOp.AND;
          case "fetch_xor" -> AtomicOp.XOR;
          default -> throw line.wrong("no atomic operation '" + word + "'");
        };
    if (op != AtomicOp.CMPXCHG && source != dst || op == AtomicOp.CMPXCHG && dst != Register.R0) {
      throw line.wrong("the old value goes to the operand's register, or to r0 for cmpxchg");
    }
    return new Instruction.Atomic(address.size, op, true, address.base, address.offset, source);
  }

  private Instruction lock() {
    line.expect("*");
    Address address = pointer();
    for (AtomicOp op : new AtomicOp[] {AtomicOp.ADD, AtomicOp.OR, AtomicOp.AND, AtomicOp.XOR}) {
      if (line.accept(Disassembler.symbol(op))) {
        return new Instruction.Atomic(
            address.size, op, false, address.base, address.offset, register(true));
      }
    }
    throw line.wrong("expected += |= &= or ^=");
  }

  private Instruction load(Register dst) {
    line.expect("(");
    String type = line.word();
    boolean signed = type.startsWith("s");
    Size size = size(type);
    line.expect("*");
    line.expect(")");
    if (line.accept("skb")) {
      line.expect("[");
      boolean indirect = isRegister();
      Register index = indirect ? register(true) : Register.R0;
      if (indirect) {
        line.expect("+");
      }
      int offset = line.number(32);
      line.expect("]");
      if (dst != Register.R0) {
        throw line.wrong("packets are loaded into r0");
      }
      return new Instruction.PacketLoad(size, indirect, index, offset);
    }
    line.expect("(");
    Register base = register(true);
    int offset = line.number(16);
    line.expect(")");
    return new Instruction.Load(size, signed, dst, base, offset);
  }

  private Instruction condition() {
    boolean wide = isWide();
    Register left = register(wide);
    // Longest first, so that s>= is not taken for s>.
    JumpOp[] ops = {
      JumpOp.SGE,
      JumpOp.SLE,
      JumpOp.SGT,
      JumpOp.SLT,
      JumpOp.EQ,
      JumpOp.NE,
      JumpOp.GE,
      JumpOp.LE,
      JumpOp.GT,
      JumpOp.LT,
      JumpOp.SET
    };
    for (JumpOp op : ops) {
      if (line.accept(Disassembler.symbol(op))) {
        Operand right = operand(wide);
        line.expect("goto");
        return new Instruction.Jump(wide, op, left, right, target());
      }
    }
    throw line.wrong("expected a comparison");
  }

  private CallTarget call() {
    int start = line.position();
    if (isRegister()) {
      return new CallTarget.Indirect(register(true));
    }
    if (line.accept("pc")) {
      return new CallTarget.Local(line.number(32));
    }
    if (line.accept("kernel-function")) {
      line.expect("#");
      int id = line.number(32);
      return new CallTarget.KernelFunction(id, line.accept("@") ? line.number(16) : 0);
    }
    String word = line.word();
    if (line.accept("#")) {
      return new CallTarget.Helper(line.number(32));
    }
    if (!word.isEmpty() && Character.isDigit(word.charAt(0))) {
      line.position(start);
      return new CallTarget.Helper(line.number(32));
    }
    var helper = Helpers.named(word);
    if (helper.isPresent()) {
      return new CallTarget.Helper(helper.get().id());
    }
    line.position(start);
    AssembleException unknown = line.wrong("no helper or label '" + word + "'");
    line.word();
    pending.add(new Pending(code.size(), slot, word, unknown));
    return new CallTarget.Local(0);
  }

  /** Offset of a jump; a label's is put in when all lines are read. */
  private int target() {
    if (line.accept("pc")) {
      return line.number(32);
    }
    line.skip();
    AssembleException unknown = line.wrong("no such label");
    String label = line.word();
    if (label.isEmpty()) {
      return line.number(32);
    }
    pending.add(new Pending(code.size(), slot, label, unknown));
    return 0;
  }

  private void resolve() {
    for (Pending jump : pending) {
      Integer target = labels.get(jump.label);
      if (target == null) {
        throw jump.unknown;
      }
      int offset = target - jump.slot - 1;
      code.set(
          jump.index,
          switch (code.get(jump.index)) {
            case Instruction.Jump(boolean wide, JumpOp op, Register dst, Operand src, int _) ->
                new Instruction.Jump(wide, op, dst, src, offset);
            case Instruction.Goto _ -> new Instruction.Goto(offset);
            case Instruction.MayGoto _ -> new Instruction.MayGoto(offset);
            default -> new Instruction.Call(new CallTarget.Local(offset));
          });
    }
  }

  private record Address(Size size, Register base, int offset) {}

  /** {@code (u32 *)(r1 +4)}. */
  private Address pointer() {
    line.expect("(");
    Size size = size(line.word());
    line.expect("*");
    line.expect(")");
    line.expect("(");
    Register base = register(true);
    int offset = line.number(16);
    line.expect(")");
    return new Address(size, base, offset);
  }

  private Size size(String type) {
    return switch (type) {
      case "u8", "s8" -> Size.BYTE;
      case "u16", "s16" -> Size.HALF;
      case "u32", "s32" -> Size.WORD;
      case "u64", "s64" -> Size.DOUBLE;
      default -> throw line.wrong("expected u8, u16, u32 or u64");
    };
  }

  private Operand operand(boolean wide) {
    return isRegister() ? register(wide) : new Immediate(line.number(32));
  }

  private boolean isWide() {
    int start = line.position();
    boolean wide = !line.word().startsWith("w");
    line.position(start);
    return wide;
  }

  private boolean isRegister() {
    int start = line.position();
    String word = line.word();
    line.position(start);
    return word.length() >= 2
        && word.length() <= 3
        && (word.charAt(0) == 'r' || word.charAt(0) == 'w')
        && word.substring(1).chars().allMatch(Character::isDigit);
  }

  private Register register(boolean wide) {
    int start = line.position();
    if (isRegister()) {
      String word = line.word();
      int number = Integer.parseInt(word, 1, word.length(), 10);
      if (number <= 10 && word.charAt(0) == (wide ? 'r' : 'w')) {
        return Register.of(number);
      }
      line.position(start);
    }
    throw line.wrong("expected a register " + (wide ? "r0 to r10" : "w0 to w10"));
  }
}
