package io.waggle.script.check;

import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Functions that read or compare text and bytes. */
final class TextCalls {
  /** Bytes that {@code buf()} copies at most. */
  private static final int MOST_BYTES = 1024 - 4;

  private TextCalls() {}

  static Term value(CallSite call) {
    return switch (call.function()) {
      case STR -> str(call);
      case BUF -> buf(call);
      case STRLEN -> {
        Term text = call.text(0);
        yield Types.isUnknown(text.type()) ? text : new Term.TextLength(call.span(), text);
      }
      case STRNCMP -> strncmp(call);
      case MEMCMP -> memcmp(call);
      case STRSTR -> find(call);
      case STRCONTAINS -> contains(call);
      case STR_CONCAT -> concat(call);
      case STRCAP -> {
        Term text = call.text(0);
        yield Types.isUnknown(text.type())
            ? text
            : text instanceof Term.ReadText
                ? new Term.TextLength(call.span(), text)
                : Term.size(call.span(), text.type());
      }
      case DEFAULT_STR_LENGTH ->
          new Term.Number(call.span(), Int.UINT64, call.context().options().maxText());
      default -> throw new IllegalStateException("no function of texts: " + call.name());
    };
  }

  private static Term str(CallSite call) {
    Expr first = call.argument(0);
    if (first instanceof Expr.Positional(Span span, int index)) {
      // str($1) is the parameter as text, whatever it looks like.
      List<String> parameters = call.context().options().parameters();
      return ExpressionChecker.text(
          span, index <= parameters.size() ? parameters.get(index - 1) : "");
    }
    if (first
            instanceof
            Expr.Binary(Span span, Expr.BinaryOp op, Expr.Positional text, Expr.Number by)
        && op == Expr.BinaryOp.ADD) {
      return rest(call, span, text.index(), by);
    }
    Term address = call.term(0);
    if (address.type() instanceof Type.Text || Types.isUnknown(address.type())) {
      return address;
    }
    if (address.type() instanceof Type.Array) {
      return Texts.of(call, address)
          .orElseGet(
              () ->
                  call.error(
                      0,
                      "str() expects an integer or a pointer type as first argument ("
                          + Types.name(address.type())
                          + " provided)"));
    }
    if (!(address.type() instanceof Int) && !(address.type() instanceof Type.Pointer)) {
      return call.error(
          "str() expects an integer or a pointer type as first argument ("
              + Types.name(address.type())
              + " provided)");
    }
    int size = call.context().options().maxText();
    Optional<Term> limit = Optional.empty();
    if (call.has(1)) {
      Term length = call.integer(1, "str() expects a length");
      if (Types.isUnknown(length.type())) {
        return length;
      }
      if (length instanceof Term.Number(Span _, Type.Plain _, long known)) {
        if (known < 0) {
          return call.error(1, "str() cannot use negative length (" + known + ")");
        }
        if (known > size) {
          call.context()
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
  private static Term rest(CallSite call, Span span, int index, Expr.Number by) {
    List<String> parameters = call.context().options().parameters();
    String text = index <= parameters.size() ? parameters.get(index - 1) : "";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (by.unsigned() || by.value() > bytes.length) {
      return call.context()
          .error(
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

  private static Term buf(CallSite call) {
    Term address = Texts.array(call.term(0));
    if (Types.isUnknown(address.type())) {
      return address;
    }
    boolean text = address.type() instanceof Type.Text || address.type() instanceof Type.Array;
    if (!text && !(address.type() instanceof Int) && !(address.type() instanceof Type.Pointer)) {
      return call.error(
          "buf() expects an integer, string or a pointer type but saw "
              + Types.name(address.type()));
    }
    int most = Math.min(MOST_BYTES, call.context().options().maxText());
    if (!call.has(1)) {
      return text
          ? wholeBuffer(call.span(), address, most)
          : call.error("buf() expects a length argument for non-array type");
    }
    Term length = call.integer(1, "buf() expects a length");
    if (Types.isUnknown(length.type())) {
      return length;
    }
    int capacity = text ? Math.min(most, address.type().size()) : most;
    if (length instanceof Term.Number(Span _, Type.Plain _, long known)) {
      if (known < 1) {
        return call.error(1, "buf() needs a positive length (" + known + ")");
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

  private static Term strncmp(CallSite call) {
    Term left = call.text(0);
    Term right = call.text(1);
    Term count = call.term(2);
    if (Types.isUnknown(left.type())
        || Types.isUnknown(right.type())
        || Types.isUnknown(count.type())) {
      return call.unknown();
    }
    if (!(count instanceof Term.Number(Span _, Int _, long bytes))) {
      return call.error(2, "Builtin strncmp requires a literal length");
    }
    if (bytes < 0) {
      return call.error(2, "Builtin strncmp requires a non-negative length");
    }
    return new Term.CompareText(call.span(), left, right, (int) Math.min(bytes, 1 << 16));
  }

  /** {@code assert_str}: nothing happens where the argument is text. */
  static Optional<Statement> statement(CallSite call) {
    Term text = call.term(0);
    if (Texts.of(call, text).isEmpty()) {
      call.error(0, "string-like values must be either strings, arrays or pointers");
    }
    return Optional.empty();
  }

  private static Term memcmp(CallSite call) {
    Term left = call.term(0);
    Term right = call.term(1);
    Optional<Long> count = call.constant(2);
    if (Types.isUnknown(left.type()) || Types.isUnknown(right.type()) || count.isEmpty()) {
      return call.unknown();
    }
    int most = Math.min(left.type().size(), right.type().size());
    if (count.get() < 0 || count.get() > most) {
      return call.error(
          2, "memcmp() can compare 0 to " + most + " bytes of these values (" + count.get() + ")");
    }
    return new Term.Compute(
        call.span(),
        Int.INT64,
        new Operation.CompareBytes(count.get().intValue()),
        List.of(left, right));
  }

  private static Term find(CallSite call) {
    Term haystack = call.text(0);
    Term needle = call.text(1);
    return Types.isUnknown(haystack.type()) || Types.isUnknown(needle.type())
        ? call.unknown()
        : new Term.Compute(
            call.span(), Int.INT64, new Operation.FindText(), List.of(haystack, needle));
  }

  private static Term contains(CallSite call) {
    Term place = find(call);
    return Types.isUnknown(place.type())
        ? place
        : new Term.Compare(
            call.span(), Expr.BinaryOp.GE, place, new Term.Number(call.span(), Int.INT64, 0));
  }

  private static Term concat(CallSite call) {
    Term first = call.text(0);
    Term second = call.text(1);
    return Types.isUnknown(first.type()) || Types.isUnknown(second.type())
        ? call.unknown()
        : new Term.Compute(
            call.span(),
            new Type.Text(first.type().size() + second.type().size() - 1),
            new Operation.JoinTexts(),
            List.of(first, second));
  }
}
