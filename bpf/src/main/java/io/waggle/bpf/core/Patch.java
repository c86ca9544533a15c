package io.waggle.bpf.core;

import io.waggle.bpf.CallTarget;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.Size;
import io.waggle.bpf.WideSource;
import java.util.Optional;

/** Puts an answer into an instruction. */
final class Patch {
  /** What a relocation's instruction becomes. */
  sealed interface Outcome {
    record Patched(Instruction instruction) implements Outcome {}

    /** It could not be written; {@code reason} completes "the program cannot use the field: ". */
    record Impossible(String reason) implements Outcome {}
  }

  private final CoreRelocation relocation;
  private final Value from;
  private final Value to;
  private final boolean resizable;

  /**
   * A patch.
   *
   * @param from what the instruction holds, by the object's types
   * @param to what it is to hold
   * @param resizable whether a load or store may become one of another size
   */
  Patch(CoreRelocation relocation, Value from, Value to, boolean resizable) {
    this.relocation = relocation;
    this.from = from;
    this.to = to;
    this.resizable = resizable;
  }

  Outcome apply(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Alu alu when alu.src() instanceof Immediate(int value) -> {
        expect((int) from.number(), value);
        yield patched(
            new Instruction.Alu(
                alu.wide(), alu.op(), alu.dst(), new Immediate((int) to.number()), 0));
      }
      case Instruction.LoadWide wide
          when wide.source() instanceof WideSource.Constant(long value) -> {
        expect(from.number(), value);
        yield patched(new Instruction.LoadWide(wide.dst(), to.number()));
      }
      case Instruction.Load load ->
          move(load.size(), load.offset())
              .map(
                  to ->
                      patched(
                          new Instruction.Load(
                              to.size(), load.signed(), load.dst(), load.base(), to.offset())))
              .orElseGet(this::impossible);
      case Instruction.Store store ->
          move(store.size(), store.offset())
              .map(
                  to ->
                      patched(
                          new Instruction.Store(
                              to.size(), store.base(), to.offset(), store.value())))
              .orElseGet(this::impossible);
      default ->
          throw CoreException.at(relocation, "the instruction " + instruction + " cannot hold it");
    };
  }

  /** A load or store as it will be. */
  private record Move(Size size, int offset) {}

  private Optional<Move> move(Size size, int offset) {
    expect(from.number(), offset);
    if (to.number() > Short.MAX_VALUE || from.accessSize() != to.accessSize() && !resizable) {
      return Optional.empty();
    }
    if (from.accessSize() == to.accessSize()) {
      return Optional.of(new Move(size, (int) to.number()));
    }
    if (size.bytes() != from.accessSize()) {
      throw CoreException.at(
          relocation,
          "the instruction moves " + size.bytes() + " bytes of a field of " + from.accessSize());
    }
    return switch ((int) to.accessSize()) {
      case 1, 2, 4, 8 ->
          Optional.of(new Move(Size.ofBytes((int) to.accessSize()), (int) to.number()));
      default -> Optional.empty();
    };
  }

  private Outcome impossible() {
    return new Outcome.Impossible(
        to.number() > Short.MAX_VALUE
            ? "it lies at byte "
                + to.number()
                + ", and an instruction reaches up to 32767: read it with bpf_core_read()"
            : "it has "
                + to.accessSize()
                + " bytes there and "
                + from.accessSize()
                + " here, and only pointers and unsigned numbers can be read in another size:"
                + " read it with bpf_core_read()");
  }

  private static Outcome patched(Instruction instruction) {
    return new Outcome.Patched(instruction);
  }

  private void expect(long expected, long found) {
    if (from.certain() && expected != found) {
      throw CoreException.at(
          relocation,
          "the instruction holds " + found + ", but by the object's types it is " + expected);
    }
  }

  /** What stands in place of an instruction that cannot be patched. */
  static Instruction poison() {
    return new Instruction.Call(new CallTarget.Helper(Poison.HELPER));
  }
}
