package io.waggle.script.check;

import io.waggle.script.check.Checker.Context;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.syntax.TypeName;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Bits;
import io.waggle.script.types.Type.Int;
import java.util.Optional;

/** {@code (type)value}: what can be taken as what. */
final class CastChecker {
  private final Context context;

  CastChecker(Context context) {
    this.context = context;
  }

  Term cast(Expr.Cast cast, Type.Plain type, Term operand) {
    if (Types.isUnknown(operand.type())) {
      return operand;
    }
    if (Types.isUnknown(type)) {
      return context.unknown(cast.span());
    }
    Optional<Term> made =
        switch (type) {
          case Int _, Type.Bool _, Type.Enumeration _ -> number(cast.span(), type, operand);
          case Type.Pointer pointer -> pointer(cast.span(), pointer, operand);
          case Type.Array array -> array(cast, array, operand);
          case Type.Text text -> text(cast.span(), text, operand);
          case Type.Buffer buffer -> buffer(cast.span(), buffer, operand);
          default -> same(type, operand);
        };
    return made.orElseGet(
        () ->
            context.error(
                cast.span(),
                "Cannot cast from \""
                    + Types.name(operand.type())
                    + "\" to \""
                    + cast.type()
                    + "\""));
  }

  private static Optional<Term> same(Type.Plain type, Term operand) {
    return operand.type().equals(type) ? Optional.of(operand) : Optional.empty();
  }

  private static boolean isScalar(Type.Plain type) {
    return switch (type) {
      case Int _, Type.Bool _, Type.Pointer _, Type.Enumeration _ -> true;
      default -> false;
    };
  }

  private static Optional<Term> number(Span span, Type.Plain type, Term operand) {
    if (isScalar(operand.type())) {
      // A fresh node even where nothing changes: a cast number is no literal, its type stays.
      return Optional.of(
          operand instanceof Term.Number number && !(type instanceof Type.Enumeration)
              ? new Term.Convert(span, type, number)
              : Conversion.to(operand, type));
    }
    boolean bytes = operand.type() instanceof Type.Array array && isScalar(array.element());
    return bytes && operand.type().size() == type.size()
        ? Optional.of(reinterpret(span, type, operand))
        : Optional.empty();
  }

  /** A pointer keeps what is known of its memory; a number's is the probe's. */
  private Optional<Term> pointer(Span span, Type.Pointer type, Term operand) {
    Type.AddressSpace space =
        operand.type() instanceof Type.Pointer(Type.Plain _, Type.AddressSpace known)
            ? known
            : context.space();
    return isScalar(operand.type())
        ? Optional.of(
            new Term.Convert(span, new Type.Pointer(type.target(), space), address(operand)))
        : Optional.empty();
  }

  private Optional<Term> array(Expr.Cast cast, Type.Array type, Term operand) {
    int element = type.element().size();
    boolean open = cast.type().suffixes().getLast() == TypeName.UNSIZED;
    int size = operand.type().size();
    if (element == 0 || open && size % element != 0) {
      return Optional.of(
          context.error(
              cast.span(),
              element == 0
                  ? "Could not determine size of the array"
                  : "Cannot determine array size: the element size is incompatible with the cast"
                      + " integer size"));
    }
    Type.Array wanted = open ? new Type.Array(type.element(), size / element) : type;
    return switch (operand.type()) {
      case Int(int bytes, boolean signed)
          when isScalar(type.element())
              && (wanted.size() == bytes || wanted.size() > bytes && wanted.size() <= 8) ->
          Optional.of(
              new Term.Convert(
                  cast.span(), wanted, bytes == 8 ? operand : fit(operand, wanted, signed)));
      case Type.Bool _, Type.Text _, Type.Array _ when wanted.size() == size ->
          Optional.of(reinterpret(cast.span(), wanted, operand));
      default -> Optional.empty();
    };
  }

  /** A number of at least the array's bytes. */
  private static Term fit(Term operand, Type.Array wanted, boolean signed) {
    return wanted.size() > operand.type().size()
        ? Conversion.to(operand, new Int(8, signed))
        : operand;
  }

  private Optional<Term> text(Span span, Type.Text type, Term operand) {
    return switch (operand.type()) {
      case Type.Text text when type.size() >= text.size() ->
          Optional.of(Conversion.to(operand, type));
      case Type.Array(Int(int size, boolean _), int _)
          when size == 1 && operand.type().size() == type.size() ->
          Optional.of(reinterpret(span, type, operand));
      case Int _, Type.Pointer _ ->
          Optional.of(
              new Term.ReadText(
                  span,
                  type,
                  Conversion.to(wide(operand), Int.UINT64),
                  space(operand),
                  Optional.empty()));
      default -> Optional.empty();
    };
  }

  private Optional<Term> buffer(Span span, Type.Buffer type, Term operand) {
    return switch (operand.type()) {
      case Type.Buffer _ -> same(type, operand);
      case Int _, Type.Pointer _ ->
          Optional.of(
              new Term.ReadBuffer(
                  span,
                  type,
                  Conversion.to(wide(operand), Int.UINT64),
                  space(operand),
                  new Term.Number(span, Int.UINT64, type.capacity())));
      default -> Optional.empty();
    };
  }

  private Type.AddressSpace space(Term address) {
    return address.type() instanceof Type.Pointer pointer
        ? context.space(pointer)
        : context.space();
  }

  /** An address has no sign: one of a narrow number is filled up with zeros. */
  private static Term address(Term number) {
    return number.type() instanceof Int(int size, boolean signed) && size < 8 && signed
        ? Conversion.to(number, new Int(size, false))
        : number;
  }

  private static Term wide(Term number) {
    return number.type() instanceof Int(int size, boolean signed) && size < 8
        ? Conversion.to(number, new Int(8, signed))
        : number;
  }

  /** The same bytes as another type. */
  private static Term reinterpret(Span span, Type.Plain type, Term operand) {
    return operand instanceof Term.Load load && load.bits().count() == 0
        ? new Term.Load(span, type, load.address(), load.space(), Bits.ALL)
        : new Term.Part(span, type, operand, 0, Bits.ALL);
  }
}
