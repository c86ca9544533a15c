package io.waggle.bpf;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Random instructions, each valid by itself. */
final class Programs {
  private Programs() {}

  static Arbitrary<List<Instruction>> programs() {
    return instructions().list().ofMaxSize(40);
  }

  static Arbitrary<Instruction> instructions() {
    return Arbitraries.oneOf(
        List.of(
            alu(),
            negate(),
            extend(),
            swap(),
            cast(),
            wide(),
            load(),
            store(),
            atomic(),
            packet(),
            jump(),
            Arbitraries.integers().map(Instruction.Goto::new),
            offsets().map(Instruction.MayGoto::new),
            call(),
            Arbitraries.just(Instruction.Exit.EXIT)));
  }

  private static Arbitrary<Register> registers() {
    return Arbitraries.of(Register.class);
  }

  private static Arbitrary<Operand> operands() {
    return Arbitraries.oneOf(
        registers().map(register -> register), Arbitraries.integers().map(Immediate::new));
  }

  private static Arbitrary<Integer> offsets() {
    return Arbitraries.integers().between(Short.MIN_VALUE, Short.MAX_VALUE);
  }

  private static Arbitrary<Boolean> flags() {
    return Arbitraries.of(true, false);
  }

  private static Arbitrary<Instruction> alu() {
    return Combinators.combine(
            flags(),
            Arbitraries.of(AluOp.class).filter(op -> op != AluOp.NEG),
            registers(),
            operands())
        .as(Instruction.Alu::new);
  }

  private static Arbitrary<Instruction> negate() {
    return Combinators.combine(flags(), registers())
        .as((wide, dst) -> new Instruction.Alu(wide, AluOp.NEG, dst, new Immediate(0)));
  }

  private static Arbitrary<Instruction> extend() {
    return Combinators.combine(registers(), registers(), Arbitraries.of(8, 16, 32))
        .as((dst, src, bits) -> new Instruction.Alu(true, AluOp.MOV, dst, src, bits));
  }

  private static Arbitrary<Instruction> swap() {
    return Combinators.combine(
            Arbitraries.of(Instruction.Order.class), registers(), Arbitraries.of(16, 32, 64))
        .as(Instruction.ByteSwap::new);
  }

  private static Arbitrary<Instruction> cast() {
    Arbitrary<Integer> spaces = Arbitraries.integers().between(0, 0x7fff);
    return Combinators.combine(registers(), registers(), spaces, spaces)
        .as(Instruction.AddressCast::new);
  }

  private static Arbitrary<Instruction> wide() {
    Arbitrary<WideSource> sources =
        Arbitraries.oneOf(
            Arbitraries.longs().map(WideSource.Constant::new),
            Arbitraries.integers().map(WideSource.Function::new),
            Combinators.combine(
                    Arbitraries.integers().between(5, 9),
                    Arbitraries.integers(),
                    Arbitraries.integers())
                .as(WideSource.Pseudo::new));
    return Combinators.combine(registers(), sources)
        .as((dst, source) -> new Instruction.LoadWide(dst, source));
  }

  private static Arbitrary<Instruction> load() {
    return Combinators.combine(
            Arbitraries.of(Size.class), flags(), registers(), registers(), offsets())
        .as(
            (size, signed, dst, base, offset) ->
                new Instruction.Load(size, signed && size != Size.DOUBLE, dst, base, offset));
  }

  private static Arbitrary<Instruction> store() {
    return Combinators.combine(Arbitraries.of(Size.class), registers(), offsets(), operands())
        .as(Instruction.Store::new);
  }

  private static Arbitrary<Instruction> atomic() {
    return Combinators.combine(
            Arbitraries.of(Size.WORD, Size.DOUBLE),
            Arbitraries.of(AtomicOp.class),
            flags(),
            registers(),
            offsets(),
            registers())
        .as(
            (size, op, fetch, base, offset, src) ->
                new Instruction.Atomic(
                    size,
                    op,
                    switch (op) {
                      case XCHG, CMPXCHG -> true;
                      case LOAD_ACQUIRE, STORE_RELEASE -> false;
                      default -> fetch;
                    },
                    base,
                    offset,
                    src));
  }

  private static Arbitrary<Instruction> packet() {
    return Combinators.combine(
            Arbitraries.of(Size.BYTE, Size.HALF, Size.WORD),
            flags(),
            registers(),
            Arbitraries.integers())
        .as(
            (size, indirect, index, offset) ->
                new Instruction.PacketLoad(size, indirect, indirect ? index : Register.R0, offset));
  }

  private static Arbitrary<Instruction> jump() {
    return Combinators.combine(
            flags(), Arbitraries.of(JumpOp.class), registers(), operands(), offsets())
        .as(Instruction.Jump::new);
  }

  private static Arbitrary<Instruction> call() {
    Arbitrary<CallTarget> targets =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 300).map(CallTarget.Helper::new),
            Arbitraries.integers().map(CallTarget.Local::new),
            Combinators.combine(
                    Arbitraries.integers().greaterOrEqual(0),
                    Arbitraries.integers().between(0, Short.MAX_VALUE))
                .as(CallTarget.KernelFunction::new),
            registers().map(CallTarget.Indirect::new));
    return targets.map(Instruction.Call::new);
  }
}
