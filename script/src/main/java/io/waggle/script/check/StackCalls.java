package io.waggle.script.check;

import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.StackMode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Call stacks, and addresses shown by their names. */
final class StackCalls {
  /** Frames where the script does not say: what the kernel collects (perf_event_max_stack). */
  private static final int USUAL_LIMIT = 127;

  private static final int MOST_FRAMES = 1024;

  private StackCalls() {}

  static Term value(CallSite call) {
    return switch (call.function()) {
      case KSTACK -> stack(call, false);
      case USTACK -> stack(call, true);
      case KSYM -> symbol(call, false);
      case USYM -> symbol(call, true);
      default -> throw new IllegalStateException("no function of stacks: " + call.name());
    };
  }

  /** What a word such as {@code perf} means. */
  static Optional<StackMode> mode(String word) {
    for (StackMode mode : StackMode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(word)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }

  private static Term stack(CallSite call, boolean user) {
    StackMode mode = call.context().options().stackMode();
    int at = 0;
    if (call.has(0) && call.argument(0) instanceof Expr.Name(Span span, String word)) {
      Optional<StackMode> named = mode(word);
      if (named.isEmpty()) {
        return call.context()
            .error(
                span,
                "Invalid value for stack_mode: '" + word + "'",
                "bpftrace, perf, raw and build_id are known");
      }
      mode = named.get();
      at = 1;
    } else if (call.count() == 2) {
      return call.error(0, "Expected stack mode as first argument");
    }
    long limit = USUAL_LIMIT;
    if (call.has(at)) {
      Optional<Long> given = call.constant(at);
      if (given.isEmpty()) {
        return call.unknown();
      }
      limit = given.get();
    }
    if (limit < 1 || limit > MOST_FRAMES) {
      return call.error(
          call.function().text()
              + "([int limit]): limit "
              + (limit < 1 ? "must be at least 1, " : "shouldn't exceed " + MOST_FRAMES + ", ")
              + limit
              + " given");
    }
    if (mode == StackMode.BUILD_ID && !user) {
      return call.error("'build_id' stack mode can only be used for ustack");
    }
    Type.Stack type = new Type.Stack(user, mode, (int) limit);
    return new Term.Compute(call.span(), type, new Operation.ReadStack(), List.of());
  }

  private static Term symbol(CallSite call, boolean user) {
    Term address = call.integer(0, call.name() + " expects an integer or a pointer");
    return Types.isUnknown(address.type())
        ? address
        : new Term.Compute(
            call.span(), new Type.Symbol(user), new Operation.NameAddress(), List.of(address));
  }
}
