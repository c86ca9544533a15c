package io.waggle.pack;

import io.waggle.bpf.AluOp;
import io.waggle.bpf.CallTarget;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.Operand;
import io.waggle.bpf.Register;
import io.waggle.bpf.WideSource;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Follows a program's constants, instruction by instruction, up to its calls of {@code
 * bpf_trace_printk} and {@code bpf_trace_vprintk}, and reads the formats they are given: from a
 * section of constants, or from the stack, where older macros build them. Jumps are not followed.
 */
final class PrintkCalls {
  private static final int TRACE_PRINTK = 6;
  private static final int TRACE_VPRINTK = 177;
  private static final int STACK = 512;

  /** What a register holds, as far as is known. */
  private sealed interface Known {
    record Nothing() implements Known {}

    record Number(long value) implements Known {}

    /** An address on the stack, bytes from its lowest. */
    record OnStack(long place) implements Known {}

    record InSection(String section, long offset) implements Known {}
  }

  private static final Known NOTHING = new Known.Nothing();

  private final ObjectContents object;
  private final Known[] registers = new Known[11];
  private final byte[] stack = new byte[STACK];
  private final Set<String> formats = new LinkedHashSet<>();

  PrintkCalls(ObjectContents object) {
    this.object = object;
    Arrays.fill(registers, NOTHING);
    registers[10] = new Known.OnStack(STACK);
  }

  Set<String> formats() {
    return formats;
  }

  /** Whether the program prints at all. */
  boolean find(List<Instruction> code) {
    boolean prints = false;
    for (Instruction instruction : code) {
      switch (instruction) {
        case Instruction.LoadWide load -> set(load.dst(), wide(load.source()));
        case Instruction.Alu alu -> set(alu.dst(), result(alu));
        case Instruction.Load load -> set(load.dst(), NOTHING);
        case Instruction.ByteSwap swap -> set(swap.dst(), NOTHING);
        case Instruction.Store store -> store(store);
        case Instruction.Call call -> prints |= call(call.target());
        default -> {}
      }
    }
    return prints;
  }

  private static Known wide(WideSource source) {
    return switch (source) {
      case WideSource.Constant constant -> new Known.Number(constant.value());
      case WideSource.MapValue value -> new Known.InSection(value.name(), value.offset());
      default -> NOTHING;
    };
  }

  private void set(Register register, Known known) {
    registers[register.ordinal()] = known;
  }

  private Known get(Operand operand) {
    return switch (operand) {
      case Register register -> registers[register.ordinal()];
      case Immediate immediate -> new Known.Number(immediate.value());
    };
  }

  private Known result(Instruction.Alu alu) {
    Known source = get(alu.src());
    if (alu.op() == AluOp.MOV && alu.signExtend() == 0) {
      return alu.wide() || !(source instanceof Known.Number number)
          ? source
          : new Known.Number(number.value() & 0xffff_ffffL);
    }
    if (alu.op() != AluOp.ADD || !alu.wide() || !(source instanceof Known.Number number)) {
      return NOTHING;
    }
    return switch (get(alu.dst())) {
      case Known.Number sum -> new Known.Number(sum.value() + number.value());
      case Known.OnStack place -> new Known.OnStack(place.place() + number.value());
      case Known.InSection place ->
          new Known.InSection(place.section(), place.offset() + number.value());
      case Known.Nothing nothing -> nothing;
    };
  }

  private void store(Instruction.Store store) {
    int bytes = store.size().bytes();
    if (get(store.base()) instanceof Known.OnStack base) {
      long at = base.place() + store.offset();
      if (at >= 0 && at + bytes <= STACK) {
        long value = get(store.value()) instanceof Known.Number number ? number.value() : 0;
        for (int i = 0; i < bytes; i++) {
          stack[(int) at + i] = (byte) (value >>> 8 * i);
        }
      }
    }
  }

  private boolean call(CallTarget target) {
    boolean prints =
        target instanceof CallTarget.Helper(int id) && (id == TRACE_PRINTK || id == TRACE_VPRINTK);
    if (prints) {
      format(registers[1]).ifPresent(formats::add);
    }
    Arrays.fill(registers, 0, 6, NOTHING);
    return prints;
  }

  private Optional<String> format(Known address) {
    return switch (address) {
      case Known.OnStack place -> text(stack, place.place());
      case Known.InSection place ->
          object
              .section(place.section())
              .flatMap(section -> text(section.contents(), place.offset()));
      default -> Optional.empty();
    };
  }

  private static Optional<String> text(byte[] bytes, long from) {
    if (from < 0 || from >= bytes.length) {
      return Optional.empty();
    }
    int end = (int) from;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return end == from
        ? Optional.empty()
        : Optional.of(new String(bytes, (int) from, end - (int) from, StandardCharsets.UTF_8));
  }
}
