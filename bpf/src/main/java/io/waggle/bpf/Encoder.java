package io.waggle.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Instructions to bytes, 8 a slot: opcode, registers (source in the upper half on little-endian
 * machines), 16-bit offset, 32-bit immediate
 * (Documentation/bpf/standardization/instruction-set.rst).
 */
public final class Encoder {
  // Instruction classes and modes.
  private static final int LD = 0x00;
  private static final int LDX = 0x01;
  private static final int ST = 0x02;
  private static final int STX = 0x03;
  private static final int ALU = 0x04;
  private static final int JMP = 0x05;
  private static final int JMP32 = 0x06;
  private static final int ALU64 = 0x07;
  private static final int SOURCE_REGISTER = 0x08;
  private static final int MOVE = 0xb0;
  private static final int MEM = 0x60;
  private static final int MEMSX = 0x80;
  private static final int ATOMIC = 0xc0;
  private static final int ABS = 0x20;
  private static final int IND = 0x40;
  private static final int END = 0xd0;
  private static final int CALL = 0x80;
  private static final int EXIT = 0x90;
  private static final int MAY_GOTO = 0xe0;
  private static final int FETCH = 0x01;

  private static final int PSEUDO_FUNCTION = 4;
  private static final int PSEUDO_LOCAL = 1;
  private static final int PSEUDO_KERNEL_FUNCTION = 2;

  private final ByteBuffer out;
  private final boolean little;
  private final List<Fixup> fixups = new ArrayList<>();

  private Encoder(int slots, ByteOrder order) {
    this.out = ByteBuffer.allocate(slots * 8).order(order);
    this.little = order == ByteOrder.LITTLE_ENDIAN;
  }

  /** A place for the loader to fill in: the wide load at {@code slot} means {@code source}. */
  public record Fixup(int slot, WideSource source) {}

  /** Machine code with maps and variables of the kernel still to be named. */
  public record Encoded(byte[] bytes, List<Fixup> fixups) {}

  /** Encodes for this machine. */
  public static Encoded encode(List<Instruction> code) {
    return encode(code, ByteOrder.nativeOrder());
  }

  /** Encodes in the given byte order. */
  public static Encoded encode(List<Instruction> code, ByteOrder order) {
    int slots = 0;
    for (Instruction instruction : code) {
      slots += instruction.slots();
    }
    Encoder encoder = new Encoder(slots, order);
    for (Instruction instruction : code) {
      encoder.put(instruction);
    }
    return new Encoded(encoder.out.array(), List.copyOf(encoder.fixups));
  }

  private void put(Instruction instruction) {
    switch (instruction) {
      case Instruction.Alu i -> alu(i);
      case Instruction.ByteSwap(Instruction.Order order, Register dst, int bits) -> {
        int opcode = order == Instruction.Order.SWAP ? ALU64 | END : ALU | END;
        int source = order == Instruction.Order.TO_BIG ? SOURCE_REGISTER : 0;
        slot(opcode | source, dst, 0, 0, bits);
      }
      case Instruction.AddressCast(Register dst, Register src, int to, int from) ->
          slot(ALU64 | MOVE | SOURCE_REGISTER, dst, src.ordinal(), 1, to << 16 | from & 0xffff);
      case Instruction.LoadWide(Register dst, WideSource source) -> wide(dst, source);
      case Instruction.Load(Size size, boolean signed, Register dst, Register base, int offset) ->
          slot(LDX | (signed ? MEMSX : MEM) | code(size), dst, base.ordinal(), offset, 0);
      case Instruction.Store(Size size, Register base, int offset, Immediate(int value)) ->
          slot(ST | MEM | code(size), base, 0, offset, value);
      case Instruction.Store(Size size, Register base, int offset, Register value) ->
          slot(STX | MEM | code(size), base, value.ordinal(), offset, 0);
      case Instruction.Atomic i -> {
        // An atomic load is a load in its operands: the address is the source.
        boolean load = i.op() == AtomicOp.LOAD_ACQUIRE;
        slot(
            STX | ATOMIC | code(i.size()),
            load ? i.src() : i.base(),
            load ? i.base().ordinal() : i.src().ordinal(),
            i.offset(),
            i.op().code() | (i.fetch() ? FETCH : 0));
      }
      case Instruction.PacketLoad(Size size, boolean indirect, Register index, int offset) ->
          slot(
              LD | (indirect ? IND : ABS) | code(size),
              Register.R0,
              indirect ? index.ordinal() : 0,
              0,
              offset);
      case Instruction.Jump(boolean wide, JumpOp op, Register dst, Operand src, int offset) ->
          slot(
              (wide ? JMP : JMP32) | op.code() | source(src),
              dst,
              register(src),
              offset,
              immediate(src));
      case Instruction.Goto(int offset) -> {
        if (offset == (short) offset) {
          slot(JMP, Register.R0, 0, offset, 0);
        } else {
          slot(JMP32, Register.R0, 0, 0, offset);
        }
      }
      case Instruction.MayGoto(int offset) -> slot(JMP | MAY_GOTO, Register.R0, 0, offset, 0);
      case Instruction.Call(CallTarget target) -> call(target);
      case Instruction.Exit() -> slot(JMP | EXIT, Register.R0, 0, 0, 0);
    }
  }

  private void alu(Instruction.Alu i) {
    boolean signed = i.op() == AluOp.SDIV || i.op() == AluOp.SMOD;
    slot(
        (i.wide() ? ALU64 : ALU) | i.op().code() | source(i.src()),
        i.dst(),
        register(i.src()),
        signed ? 1 : i.signExtend(),
        immediate(i.src()));
  }

  private void wide(Register dst, WideSource source) {
    int slot = out.position() / 8;
    switch (source) {
      case WideSource.Constant(long value) -> wide(dst, 0, (int) value, (int) (value >>> 32));
      case WideSource.Function(int offset) -> wide(dst, PSEUDO_FUNCTION, offset, 0);
      case WideSource.Pseudo(int pseudo, int low, int high) -> wide(dst, pseudo, low, high);
      case WideSource.Map _, WideSource.MapValue _, WideSource.KernelSymbol _ -> {
        fixups.add(new Fixup(slot, source));
        wide(dst, 0, 0, 0);
      }
    }
  }

  private void wide(Register dst, int pseudo, int low, int high) {
    slot(LD | 0x18, dst, pseudo, 0, low);
    slot(0, Register.R0, 0, 0, high);
  }

  private void call(CallTarget target) {
    switch (target) {
      case CallTarget.Helper(int id) -> slot(JMP | CALL, Register.R0, 0, 0, id);
      case CallTarget.Local(int offset) -> slot(JMP | CALL, Register.R0, PSEUDO_LOCAL, 0, offset);
      case CallTarget.KernelFunction(int btfId, int module) ->
          slot(JMP | CALL, Register.R0, PSEUDO_KERNEL_FUNCTION, module, btfId);
      case CallTarget.KernelSymbol(String name, boolean _) ->
          throw new IllegalArgumentException("no kernel was asked for function " + name);
      case CallTarget.Indirect(Register register) ->
          slot(JMP | CALL | SOURCE_REGISTER, register, 0, 0, 0);
    }
  }

  private void slot(int opcode, Register dst, int src, int offset, int immediate) {
    if (offset != (short) offset) {
      throw new IllegalArgumentException("offset " + offset + " needs more than 16 bits");
    }
    out.put((byte) opcode);
    int to = dst.ordinal();
    out.put((byte) (little ? src << 4 | to : to << 4 | src));
    out.putShort((short) offset);
    out.putInt(immediate);
  }

  private static int source(Operand operand) {
    return operand instanceof Register ? SOURCE_REGISTER : 0;
  }

  private static int register(Operand operand) {
    return operand instanceof Register register ? register.ordinal() : 0;
  }

  private static int immediate(Operand operand) {
    return operand instanceof Immediate(int value) ? value : 0;
  }

  private static int code(Size size) {
    return switch (size) {
      case WORD -> 0x00;
      case HALF -> 0x08;
      case BYTE -> 0x10;
      case DOUBLE -> 0x18;
    };
  }
}
