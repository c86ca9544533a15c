package io.waggle.script.check;

import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type.Int;
import java.util.Optional;

/** Functions that tell the time. */
final class TimeCalls {
  private TimeCalls() {}

  static Term value(CallSite call) {
    return switch (call.function()) {
      case NSECS -> nsecs(call);
      case STRFTIME -> strftime(call);
      default -> throw new IllegalStateException("no function of time: " + call.name());
    };
  }

  private static Term strftime(CallSite call) {
    Optional<String> format = call.literal(0);
    Expr second = call.argument(1);
    Term.Clock clock = Term.Clock.BOOT;
    if (second instanceof Expr.Call timed
        && timed.function().equals("nsecs")
        && timed.arguments().size() == 1) {
      Optional<Term.Clock> named = clock(call, timed);
      if (named.isEmpty()) {
        return call.unknown();
      }
      clock = named.get();
    }
    Term nanoseconds = call.integer(1, "strftime() only supports int arguments");
    if (format.isEmpty() || Types.isUnknown(nanoseconds.type())) {
      return call.unknown();
    }
    if (nanoseconds instanceof Term.Number(Span _, Int(int _, boolean signed), long value)
        && signed
        && value < 0) {
      return call.error(1, "strftime() can not take a negative value (" + value + ")");
    }
    return new Term.FormatTime(
        call.span(), call.context().symbols().timeFormat(format.get()), clock, nanoseconds);
  }

  private static Term nsecs(CallSite call) {
    if (!call.has(0)) {
      return new Term.ReadBuiltin(call.span(), Int.UINT64, Builtin.NSECS);
    }
    return clock(call, call.call())
        .<Term>map(clock -> new Term.ReadClock(call.span(), clock))
        .orElseGet(call::unknown);
  }

  private static Optional<Term.Clock> clock(CallSite call, Expr.Call timed) {
    if (timed.arguments().getFirst() instanceof Expr.Name(Span _, String name)) {
      switch (name) {
        case "monotonic" -> {
          return Optional.of(Term.Clock.MONOTONIC);
        }
        case "boot" -> {
          return Optional.of(Term.Clock.BOOT);
        }
        // The kernel's own clock is at least as good as the approximation that sw_tai asks for.
        case "tai", "sw_tai" -> {
          return Optional.of(Term.Clock.TAI);
        }
        default -> {}
      }
      call.context()
          .error(
              timed.span(),
              "Invalid timestamp mode: " + name,
              "monotonic, boot, tai and sw_tai are known");
      return Optional.empty();
    }
    call.context().error(timed.span(), "nsecs() expects a clock: monotonic, boot or tai");
    return Optional.empty();
  }
}
