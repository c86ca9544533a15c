package io.waggle.compiler;

import io.waggle.bpf.AluOp;
import io.waggle.bpf.AtomicOp;
import io.waggle.bpf.CallTarget;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.Operand;
import io.waggle.bpf.Register;
import io.waggle.bpf.Size;
import io.waggle.bpf.WideSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Runs instructions, slowly and strictly, to compare with what the source meant. */
final class Machine {

  /** What a helper gives for its five argument registers. */
  interface Helper {
    long call(int id, long... arguments);
  }

  static final long CONTEXT = 0x1_0000;
  private static final long STACK = 0x10_0000;
  private static final int FRAME = 512;
  private static final int FRAMES = 8;
  private static final long GARBAGE = 0xdead_beef_dead_beefL;

  private final Instruction[] slots;
  private final ByteBuffer context;
  private final ByteBuffer stack =
      ByteBuffer.allocate(FRAME * FRAMES).order(ByteOrder.LITTLE_ENDIAN);
  private final Helper helper;
  private long steps;

  Machine(List<Instruction> code, long[] context, Helper helper) {
    int count = 0;
    for (Instruction instruction : code) {
      count += instruction.slots();
    }
    slots = new Instruction[count];
    int slot = 0;
    for (Instruction instruction : code) {
      slots[slot] = instruction;
      slot += instruction.slots();
    }
    this.context = ByteBuffer.allocate(8 * context.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : context) {
      this.context.putLong(word);
    }
    this.helper = helper;
  }

  long run() {
    return call(0, 0, CONTEXT, GARBAGE, GARBAGE, GARBAGE, GARBAGE);
  }

  private long call(int pc, int depth, long... arguments) {
    long[] r = new long[11];
    java.util.Arrays.fill(r, GARBAGE);
    System.arraycopy(arguments, 0, r, 1, 5);
    r[10] = STACK + (long) FRAME * (FRAMES - depth);
    while (true) {
      if (++steps > 1_000_000) {
        throw new IllegalStateException("no end");
      }
      Instruction at = slots[pc];
      if (at == null) {
        throw new IllegalStateException("inside a wide load: " + pc);
      }
      pc += at.slots();
      switch (at) {
        case Instruction.Alu alu -> r[alu.dst().ordinal()] = alu(alu, r);
        case Instruction.ByteSwap(Instruction.Order order, Register dst, int bits) ->
            r[dst.ordinal()] = swap(r[dst.ordinal()], bits, order != Instruction.Order.TO_LITTLE);
        case Instruction.AddressCast cast ->
            throw new IllegalStateException("no arenas here: " + cast);
        case Instruction.LoadWide(Register dst, WideSource source) ->
            r[dst.ordinal()] =
                switch (source) {
                  case WideSource.Constant(long value) -> value;
                  case WideSource.Function(int offset) -> pc - 1 + offset;
                  default -> GARBAGE;
                };
        case Instruction.Load(Size size, boolean signed, Register dst, Register base, int o) -> {
          long value = load(size, r[base.ordinal()] + o);
          int unused = 64 - 8 * size.bytes();
          r[dst.ordinal()] = signed ? value << unused >> unused : value;
        }
        case Instruction.Store(Size size, Register base, int o, Operand value) ->
            store(size, r[base.ordinal()] + o, operand(value, r));
        case Instruction.Atomic atomic -> atomic(atomic, r);
        case Instruction.Jump jump -> pc += taken(jump, r) ? jump.offset() : 0;
        case Instruction.Goto(int offset) -> pc += offset;
        case Instruction.Call(CallTarget target) -> {
          r[0] =
              switch (target) {
                case CallTarget.Helper(int id) -> helper.call(id, r[1], r[2], r[3], r[4], r[5]);
                case CallTarget.Local(int offset) ->
                    call(pc + offset, depth + 1, r[1], r[2], r[3], r[4], r[5]);
                default -> throw new IllegalStateException("call of " + target);
              };
          java.util.Arrays.fill(r, 1, 6, GARBAGE);
        }
        case Instruction.Exit() -> {
          return r[0];
        }
        default -> throw new IllegalStateException("cannot run " + at);
      }
    }
  }

  private static long operand(Operand operand, long[] r) {
    return switch (operand) {
      case Register register -> r[register.ordinal()];
      case Immediate(int value) -> value;
    };
  }

  private static long alu(Instruction.Alu alu, long[] r) {
    long a = r[alu.dst().ordinal()];
    long b = operand(alu.src(), r);
    if (alu.op() == AluOp.MOV && alu.signExtend() != 0) {
      b = b << 64 - alu.signExtend() >> 64 - alu.signExtend();
    }
    if ((alu.op() == AluOp.DIV || alu.op() == AluOp.MOD) && alu.src() instanceof Immediate(int v)) {
      if (v == 0) {
        throw new IllegalStateException("the verifier refuses division by constant 0");
      }
    }
    return alu.wide() ? alu64(alu.op(), a, b) : alu64(alu.op(), (int) a, (int) b) & 0xffffffffL;
  }

  private static long alu64(AluOp op, long a, long b) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> b == 0 ? 0 : Long.divideUnsigned(a, b);
      case MOD -> b == 0 ? a : Long.remainderUnsigned(a, b);
      case SDIV -> b == 0 ? 0 : a / b;
      case SMOD -> b == 0 ? a : a % b;
      case OR -> a | b;
      case AND -> a & b;
      case XOR -> a ^ b;
      case NEG -> -a;
      case MOV -> b;
      case LSH -> a << checked(b);
      case RSH -> a >>> checked(b);
      case ARSH -> a >> checked(b);
    };
  }

  private static long checked(long count) {
    return count & 63;
  }

  private static long swap(long value, int bits, boolean reverse) {
    long low = bits == 64 ? value : value & (1L << bits) - 1;
    return reverse ? Long.reverseBytes(low) >>> 64 - bits : low;
  }

  private static boolean taken(Instruction.Jump jump, long[] r) {
    long left = r[jump.dst().ordinal()];
    long right = operand(jump.src(), r);
    long a = jump.wide() ? left : (int) left;
    long b = jump.wide() ? right : (int) right;
    return switch (jump.op()) {
      case EQ -> a == b;
      case NE -> a != b;
      case SET -> (a & b) != 0;
      case GT -> Long.compareUnsigned(a, b) > 0;
      case GE -> Long.compareUnsigned(a, b) >= 0;
      case LT -> Long.compareUnsigned(a, b) < 0;
      case LE -> Long.compareUnsigned(a, b) <= 0;
      case SGT -> a > b;
      case SGE -> a >= b;
      case SLT -> a < b;
      case SLE -> a <= b;
    };
  }

  private void atomic(Instruction.Atomic atomic, long[] r) {
    long address = r[atomic.base().ordinal()] + atomic.offset();
    long old = load(atomic.size(), address);
    long with = r[atomic.src().ordinal()];
    store(
        atomic.size(),
        address,
        switch (atomic.op()) {
          case ADD -> old + with;
          case OR -> old | with;
          case AND -> old & with;
          case XOR -> old ^ with;
          case XCHG -> with;
          default -> throw new IllegalStateException("cannot run " + atomic);
        });
    if (atomic.fetch() || atomic.op() == AtomicOp.XCHG) {
      r[atomic.src().ordinal()] = old;
    }
  }

  private long load(Size size, long address) {
    ByteBuffer memory = memory(size, address);
    int at = offset(address);
    return switch (size) {
      case BYTE -> memory.get(at) & 0xffL;
      case HALF -> memory.getShort(at) & 0xffffL;
      case WORD -> memory.getInt(at) & 0xffffffffL;
      case DOUBLE -> memory.getLong(at);
    };
  }

  private void store(Size size, long address, long value) {
    ByteBuffer memory = memory(size, address);
    int at = offset(address);
    switch (size) {
      case BYTE -> memory.put(at, (byte) value);
      case HALF -> memory.putShort(at, (short) value);
      case WORD -> memory.putInt(at, (int) value);
      case DOUBLE -> memory.putLong(at, value);
    }
  }

  private ByteBuffer memory(Size size, long address) {
    if (address % size.bytes() != 0) {
      throw new IllegalStateException("misaligned access");
    }
    return address >= STACK ? stack : context;
  }

  private static int offset(long address) {
    return (int) (address >= STACK ? address - STACK : address - CONTEXT);
  }
}
