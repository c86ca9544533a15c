package io.waggle.script.check;

import io.waggle.script.check.Checker.Context;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Functions that read or compare text and bytes, or tell the time. */
final class TextCalls {
  /** Bytes that {@code buf()} copies at most. */
  private static final int MOST_BYTES = 1024 - 4;

  private final Context context;
  private final ExpressionChecker expressions;

  TextCalls(Context context, ExpressionChecker expressions) {
    this.context = context;
    this.expressions = expressions;
  }

  /** An argument that must be written as text. */
  Optional<String> literal(Expr.Call call, int index) {
    if (call.arguments().get(index) instanceof Expr.Text(Span _, String value)) {
      return Optional.of(value);
    }
    context.error(
        call.arguments().get(index).span(), call.function() + "() expects a string literal");
    return Optional.empty();
  }

  Term value(Expr.Call call, Scope scope) {
    return switch (call.function()) {
      case "str" -> str(call, scope);
      case "buf" -> buf(call, scope);
      case "strlen" -> {
        Term text = text(call, 0, scope);
        yield Types.isUnknown(text.type()) ? text : new Term.TextLength(call.span(), text);
      }
      case "strncmp" -> strncmp(call, scope);
      case "strftime" -> strftime(call, scope);
      case "nsecs" -> nsecs(call);
      default -> throw new IllegalStateException("no function " + call.function());
    };
  }

  private Term text(Expr.Call call, int index, Scope scope) {
    Term term = expressions.check(call.arguments().get(index), scope);
    if (term.type() instanceof Type.Text || Types.isUnknown(term.type())) {
      return term;
    }
    return context.error(
        call.arguments().get(index).span(),
        call.function()
            + "() only supports string arguments ("
            + Types.name(term.type())
            + " provided)");
  }

  private Term str(Expr.Call call, Scope scope) {
    Expr first = call.arguments().getFirst();
    if (first instanceof Expr.Positional(Span span, int index)) {
      // str($1) is the parameter as text, whatever it looks like.
      List<String> parameters = context.options().parameters();
      return ExpressionChecker.text(
          span, index <= parameters.size() ? parameters.get(index - 1) : "");
    }
    if (first
            instanceof
            Expr.Binary(Span span, Expr.BinaryOp op, Expr.Positional text, Expr.Number by)
        && op == Expr.BinaryOp.ADD) {
      return rest(span, text.index(), by);
    }
    Term address = expressions.check(first, scope);
    if (address.type() instanceof Type.Text || Types.isUnknown(address.type())) {
      return address;
    }
    boolean text = address.type() instanceof Type.Text;
    if (!text && !(address.type() instanceof Int) && !(address.type() instanceof Type.Pointer)) {
      return context.error(
          call.span(),
          "str() expects an integer or a pointer type as first argument ("
              + Types.name(address.type())
              + " provided)");
    }
    int size = context.options().maxText();
    Optional<Term> limit = Optional.empty();
    if (call.arguments().size() > 1) {
      Term length = expressions.integer(call.arguments().get(1), scope, "str() expects a length");
      if (Types.isUnknown(length.type())) {
        return length;
      }
      if (length instanceof Term.Number(Span _, Type.Plain _, long known)) {
        if (known < 0) {
          return context.error(
              call.arguments().get(1).span(), "str() cannot use negative length (" + known + ")");
        }
        if (known > size) {
          context
              .report()
              .warning(
                  call.span(),
                  "length param ("
                      + known
                      + ") is too long and will be shortened to "
                      + size
                      + " bytes (see BPFTRACE_MAX_STRLEN)");
        }
        size = (int) Math.clamp(known, 1, size);
      } else {
        limit = Optional.of(Conversion.to(length, Int.UINT64));
      }
    }
    return new Term.ReadText(
        call.span(),
        new Type.Text(size),
        Conversion.to(wide(address), Int.UINT64),
        space(address),
        limit);
  }

  /** {@code str($1 + n)}: a parameter without its first {@code n} bytes. */
  private Term rest(Span span, int index, Expr.Number by) {
    List<String> parameters = context.options().parameters();
    String text = index <= parameters.size() ? parameters.get(index - 1) : "";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (by.unsigned() || by.value() > bytes.length) {
      return context.error(
          span,
          "cannot use offset that exceeds string length ("
              + Long.toUnsignedString(by.value())
              + " > "
              + bytes.length
              + ")");
    }
    int skipped = (int) by.value();
    return ExpressionChecker.text(
        span, new String(bytes, skipped, bytes.length - skipped, StandardCharsets.UTF_8));
  }

  private static Term wide(Term address) {
    return address.type() instanceof Int(int _, boolean signed)
        ? Conversion.to(address, new Int(8, signed))
        : address;
  }

  private static Type.AddressSpace space(Term address) {
    return address.type() instanceof Type.Pointer(Type.Plain _, Type.AddressSpace space)
        ? space
        : Type.AddressSpace.UNKNOWN;
  }

  private Term buf(Expr.Call call, Scope scope) {
    Term address = expressions.check(call.arguments().getFirst(), scope);
    if (Types.isUnknown(address.type())) {
      return address;
    }
    boolean text = address.type() instanceof Type.Text;
    if (!text && !(address.type() instanceof Int) && !(address.type() instanceof Type.Pointer)) {
      return context.error(
          call.span(),
          "buf() expects an integer, string or a pointer type but saw "
              + Types.name(address.type()));
    }
    int most = Math.min(MOST_BYTES, context.options().maxText());
    if (call.arguments().size() == 1) {
      return text
          ? wholeBuffer(call.span(), address, most)
          : context.error(call.span(), "buf() expects a length argument for non-array type");
    }
    Term length = expressions.integer(call.arguments().get(1), scope, "buf() expects a length");
    if (Types.isUnknown(length.type())) {
      return length;
    }
    int capacity = text ? Math.min(most, address.type().size()) : most;
    if (length instanceof Term.Number(Span _, Type.Plain _, long known)) {
      if (known < 1) {
        return context.error(
            call.arguments().get(1).span(), "buf() needs a positive length (" + known + ")");
      }
      capacity = (int) Math.min(known, capacity);
      length = new Term.Number(length.span(), Int.UINT64, capacity);
    }
    if (text) {
      capacity = Math.min(capacity, address.type().size());
    }
    return new Term.ReadBuffer(
        call.span(),
        new Type.Buffer(capacity),
        text ? address : Conversion.to(wide(address), Int.UINT64),
        space(address),
        Conversion.to(length, Int.UINT64));
  }

  /** All bytes of a text, its NUL included as in C's arrays. */
  private static Term wholeBuffer(Span span, Term text, int most) {
    int size = Math.min(most, text.type().size());
    return new Term.ReadBuffer(
        span,
        new Type.Buffer(size),
        text,
        Type.AddressSpace.UNKNOWN,
        new Term.Number(span, Int.UINT64, size));
  }

  private Term strncmp(Expr.Call call, Scope scope) {
    Term left = text(call, 0, scope);
    Term right = text(call, 1, scope);
    Term count = expressions.check(call.arguments().get(2), scope);
    if (Types.isUnknown(left.type())
        || Types.isUnknown(right.type())
        || Types.isUnknown(count.type())) {
      return context.unknown(call.span());
    }
    if (!(count instanceof Term.Number(Span _, Int _, long bytes))) {
      return context.error(
          call.arguments().get(2).span(), "Builtin strncmp requires a literal length");
    }
    if (bytes < 0) {
      return context.error(
          call.arguments().get(2).span(), "Builtin strncmp requires a non-negative length");
    }
    return new Term.CompareText(call.span(), left, right, (int) Math.min(bytes, 1 << 16));
  }

  private Term strftime(Expr.Call call, Scope scope) {
    Optional<String> format = literal(call, 0);
    Expr second = call.arguments().get(1);
    Term.Clock clock = Term.Clock.BOOT;
    if (second instanceof Expr.Call timed
        && timed.function().equals("nsecs")
        && timed.arguments().size() == 1) {
      Optional<Term.Clock> named = clock(timed);
      if (named.isEmpty()) {
        return context.unknown(call.span());
      }
      clock = named.get();
    }
    Term nanoseconds = expressions.integer(second, scope, "strftime() only supports int arguments");
    if (format.isEmpty() || Types.isUnknown(nanoseconds.type())) {
      return context.unknown(call.span());
    }
    return new Term.FormatTime(
        call.span(), context.symbols().timeFormat(format.get()), clock, nanoseconds);
  }

  private Term nsecs(Expr.Call call) {
    if (call.arguments().isEmpty()) {
      return new Term.ReadBuiltin(call.span(), Int.UINT64, Builtin.NSECS);
    }
    return clock(call)
        .<Term>map(clock -> new Term.ReadClock(call.span(), clock))
        .orElseGet(() -> context.unknown(call.span()));
  }

  private Optional<Term.Clock> clock(Expr.Call call) {
    if (call.arguments().getFirst() instanceof Expr.Name(Span _, String name)) {
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
      context.error(
          call.span(),
          "Invalid timestamp mode: " + name,
          "monotonic, boot, tai and sw_tai are known");
      return Optional.empty();
    }
    context.error(call.span(), "nsecs() expects a clock: monotonic, boot or tai");
    return Optional.empty();
  }
}
