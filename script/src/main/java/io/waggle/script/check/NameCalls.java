package io.waggle.script.check;

import io.waggle.script.syntax.Expr.BinaryOp;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.List;

/** Numbers of the kernel as text: errors, signals, system calls. */
final class NameCalls {
  private NameCalls() {}

  static Term value(CallSite call) {
    return switch (call.function()) {
      case STRERROR -> name(call, NumberNames.ERRORS);
      case SIGNAL_NAME -> name(call, NumberNames.SIGNALS);
      case SYSCALL_NAME ->
          name(call, NumberNames.syscalls(call.context().options().machine().architecture()));
      default -> throw new IllegalStateException("no name of a number: " + call.name());
    };
  }

  private static Term name(CallSite call, NumberNames names) {
    Term number = call.integer(0, call.name() + " only supports int arguments");
    if (Types.isUnknown(number.type())) {
      return number;
    }
    List<String> rows = names.rows();
    if (number instanceof Term.Number(Span span, Type.Plain _, long value)) {
      long known = names == NumberNames.ERRORS ? Math.abs(value) : value;
      int row = known >= 0 && known < rows.size() ? (int) known : rows.size() - 1;
      return ExpressionChecker.text(span, rows.get(row));
    }
    if (names == NumberNames.ERRORS) {
      number = magnitude(call.span(), Conversion.to(number, Int.INT64));
    }
    return new Term.Compute(
        call.span(),
        new Type.Text(NumberNames.room(rows)),
        new Operation.NameNumber(names),
        List.of(Conversion.to(number, Int.UINT64)));
  }

  /** Functions of the kernel give errors as negative numbers: {@code (x ^ x >> 63) - (x >> 63)}. */
  private static Term magnitude(Span span, Term number) {
    Term sign = arithmetic(span, BinaryOp.SHR, number, constant(span, 63));
    Term flipped = arithmetic(span, BinaryOp.BIT_XOR, number, sign);
    return arithmetic(span, BinaryOp.SUB, flipped, sign);
  }

  private static Term arithmetic(Span span, BinaryOp op, Term left, Term right) {
    return new Term.Arithmetic(span, Int.INT64, op, left, right);
  }

  private static Term constant(Span span, long value) {
    return new Term.Number(span, Int.INT64, value);
  }
}
