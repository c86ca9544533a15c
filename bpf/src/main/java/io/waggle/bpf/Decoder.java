package io.waggle.bpf;

import io.waggle.bpf.Instruction.Alu;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Bytes to instructions: the inverse of {@link Encoder}. Never trusts a field. */
public final class Decoder {
  private static final AluOp[] ALU = {
    AluOp.ADD,
    AluOp.SUB,
    AluOp.MUL,
    AluOp.DIV,
    AluOp.OR,
    AluOp.AND,
    AluOp.LSH,
    AluOp.RSH,
    AluOp.NEG,
    AluOp.MOD,
    AluOp.XOR,
    AluOp.MOV,
    AluOp.ARSH
  };
  private static final Size[] SIZES = {Size.WORD, Size.HALF, Size.BYTE, Size.DOUBLE};
  private static final JumpOp[] JUMPS = JumpOp.values();
  private static final AtomicOp[] ATOMICS = AtomicOp.values();

  private final ByteBuffer in;
  private final boolean little;
  private final List<Instruction> out = new ArrayList<>();

  // The slot at hand.
  private int slot;
  private int opcode;
  private int dst;
  private int src;
  private int offset;
  private int immediate;

  private Decoder(byte[] bytes, ByteOrder order) {
    this.in = ByteBuffer.wrap(bytes).order(order);
    this.little = order == ByteOrder.LITTLE_ENDIAN;
  }

  /** Decodes this machine's byte order. */
  public static List<Instruction> decode(byte[] bytes) {
    return decode(bytes, ByteOrder.nativeOrder());
  }

  /**
   * Decodes a program.
   *
   * @throws DecodeException at the first slot that is no instruction
   */
  public static List<Instruction> decode(byte[] bytes, ByteOrder order) {
    if (bytes.length % 8 != 0) {
      throw new DecodeException(bytes.length / 8, 0, "half a slot at the end");
    }
    return new Decoder(bytes, order).all();
  }

  private List<Instruction> all() {
    while (in.hasRemaining()) {
      slot = in.position() / 8;
      read();
      out.add(instruction());
    }
    return List.copyOf(out);
  }

  private void read() {
    opcode = in.get() & 0xff;
    int registers = in.get() & 0xff;
    dst = little ? registers & 15 : registers >> 4;
    src = little ? registers >> 4 : registers & 15;
    offset = in.getShort();
    immediate = in.getInt();
  }

  private Instruction instruction() {
    return switch (opcode & 7) {
      case 0 -> opcode == 0x18 ? wide() : packet();
      case 1 -> load();
      case 2 -> {
        require((opcode & 0xe0) == 0x60, "no such mode of a store");
        unused(src == 0);
        yield new Instruction.Store(size(), register(dst), offset, new Immediate(immediate));
      }
      case 3 -> store();
      case 4 -> alu(false);
      case 7 -> alu(true);
      case 5 -> jump(true);
      default -> jump(false);
    };
  }

  private Instruction wide() {
    int low = immediate;
    int pseudo = src;
    Register to = register(dst);
    unused(offset == 0);
    require(in.hasRemaining(), "the second half of a 64-bit constant is missing");
    int first = slot;
    read();
    if (opcode != 0 || dst != 0 || src != 0 || offset != 0) {
      throw new DecodeException(first + 1, opcode, "no second half of a 64-bit constant");
    }
    return new Instruction.LoadWide(
        to,
        switch (pseudo) {
          case 0 -> new WideSource.Constant((long) immediate << 32 | low & 0xffffffffL);
          case 4 -> {
            if (immediate != 0) {
              throw new DecodeException(first, 0x18, "a function's address has one half");
            }
            yield new WideSource.Function(low);
          }
          default -> new WideSource.Pseudo(pseudo, low, immediate);
        });
  }

  private Instruction packet() {
    int mode = opcode & 0xe0;
    require(mode == 0x20 || mode == 0x40, "no such mode of a load");
    require(size() != Size.DOUBLE, "packets are loaded by up to 4 bytes");
    unused(dst == 0 && offset == 0 && (mode == 0x40 || src == 0));
    return new Instruction.PacketLoad(size(), mode == 0x40, register(src), immediate);
  }

  private Instruction load() {
    int mode = opcode & 0xe0;
    require(mode == 0x60 || mode == 0x80, "no such mode of a load");
    require(mode == 0x60 || size() != Size.DOUBLE, "8 bytes have no sign to extend");
    unused(immediate == 0);
    return new Instruction.Load(size(), mode == 0x80, register(dst), register(src), offset);
  }

  private Instruction store() {
    int mode = opcode & 0xe0;
    if (mode == 0x60) {
      unused(immediate == 0);
      return new Instruction.Store(size(), register(dst), offset, register(src));
    }
    require(mode == 0xc0, "no such mode of a store");
    boolean fetch = (immediate & 1) != 0;
    for (AtomicOp op : ATOMICS) {
      if (op.code() == (immediate & ~1)) {
        boolean ordered = op == AtomicOp.LOAD_ACQUIRE || op == AtomicOp.STORE_RELEASE;
        boolean exchange = op == AtomicOp.XCHG || op == AtomicOp.CMPXCHG;
        require(!ordered || !fetch, "no such atomic operation");
        require(!exchange || fetch, "an exchange always fetches");
        require(
            ordered || size() == Size.WORD || size() == Size.DOUBLE,
            "atomic operations take 4 or 8 bytes");
        boolean load = op == AtomicOp.LOAD_ACQUIRE;
        Register base = register(load ? src : dst);
        Register value = register(load ? dst : src);
        return new Instruction.Atomic(size(), op, fetch, base, offset, value);
      }
    }
    throw new DecodeException(slot, opcode, "no atomic operation 0x%x".formatted(immediate));
  }

  private Instruction alu(boolean wide) {
    int code = opcode >> 4;
    boolean fromRegister = (opcode & 8) != 0;
    if (code == 13) {
      return swap(wide, fromRegister);
    }
    require(code < ALU.length, "no such operation");
    AluOp op = ALU[code];
    if (op == AluOp.NEG) {
      unused(!fromRegister && src == 0 && offset == 0 && immediate == 0);
      return new Alu(wide, op, register(dst), new Immediate(0));
    }
    if (offset == 1 && (op == AluOp.DIV || op == AluOp.MOD)) {
      op = op == AluOp.DIV ? AluOp.SDIV : AluOp.SMOD;
      offset = 0;
    }
    int signExtend = 0;
    if (op == AluOp.MOV && wide && fromRegister && offset == 1) {
      return new Instruction.AddressCast(
          register(dst), register(src), immediate >>> 16, immediate & 0xffff);
    }
    if (op == AluOp.MOV && offset != 0) {
      require(
          fromRegister && (offset == 8 || offset == 16 || offset == 32 && wide),
          "no such sign extension");
      signExtend = offset;
      offset = 0;
    }
    unused(offset == 0 && (fromRegister ? immediate == 0 : src == 0));
    return new Alu(wide, op, register(dst), operand(fromRegister), signExtend);
  }

  private Instruction swap(boolean wide, boolean fromRegister) {
    require(!wide || !fromRegister, "no such byte swap");
    require(
        immediate == 16 || immediate == 32 || immediate == 64, "bytes of 16, 32 or 64 bits swap");
    unused(src == 0 && offset == 0);
    Instruction.Order order =
        wide
            ? Instruction.Order.SWAP
            : fromRegister ? Instruction.Order.TO_BIG : Instruction.Order.TO_LITTLE;
    return new Instruction.ByteSwap(order, register(dst), immediate);
  }

  private Instruction jump(boolean wide) {
    int code = opcode & 0xf0;
    boolean fromRegister = (opcode & 8) != 0;
    switch (code) {
      case 0x00 -> {
        unused(!fromRegister && dst == 0 && src == 0 && (wide ? immediate == 0 : offset == 0));
        int distance = wide ? offset : immediate;
        require(
            wide || distance != (short) distance, "a long jump over a distance that a short takes");
        return new Instruction.Goto(distance);
      }
      case 0x80 -> {
        return call(wide, fromRegister);
      }
      case 0x90 -> {
        require(wide, "no such jump");
        unused(!fromRegister && dst == 0 && src == 0 && offset == 0 && immediate == 0);
        return Instruction.Exit.EXIT;
      }
      case 0xe0 -> {
        require(wide, "no such jump");
        unused(!fromRegister && dst == 0 && src == 0 && immediate == 0);
        return new Instruction.MayGoto(offset);
      }
      default -> {
        for (JumpOp op : JUMPS) {
          if (op.code() == code) {
            unused(fromRegister ? immediate == 0 : src == 0);
            return new Instruction.Jump(wide, op, register(dst), operand(fromRegister), offset);
          }
        }
        throw new DecodeException(slot, opcode, "no such jump");
      }
    }
  }

  private Instruction call(boolean wide, boolean fromRegister) {
    require(wide, "no such jump");
    if (fromRegister) {
      unused(src == 0 && offset == 0 && immediate == 0);
      return new Instruction.Call(new CallTarget.Indirect(register(dst)));
    }
    unused(dst == 0 && (offset == 0 || src == 2));
    return new Instruction.Call(
        switch (src) {
          case 0 -> new CallTarget.Helper(immediate);
          case 1 -> new CallTarget.Local(immediate);
          case 2 -> new CallTarget.KernelFunction(immediate, offset);
          default -> throw new DecodeException(slot, opcode, "no kind " + src + " of call");
        });
  }

  private Size size() {
    return SIZES[opcode >> 3 & 3];
  }

  private Operand operand(boolean fromRegister) {
    return fromRegister ? register(src) : new Immediate(immediate);
  }

  private Register register(int number) {
    if (number > 10) {
      throw new DecodeException(slot, opcode, "there is no register " + number);
    }
    return Register.of(number);
  }

  private void require(boolean condition, String problem) {
    if (!condition) {
      throw new DecodeException(slot, opcode, problem);
    }
  }

  private void unused(boolean zero) {
    require(zero, "a field that the instruction does not use is not zero");
  }
}
