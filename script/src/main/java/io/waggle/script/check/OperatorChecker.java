package io.waggle.script.check;

import io.waggle.script.check.Checker.Context;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Expr.BinaryOp;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.Optional;

/**
 * Operators: what they take, what they give, and their value where all is known.
 *
 * <p>Arithmetic has 64 bits. It is signed when an operand is signed and no plain positive number,
 * and for subtraction always.
 */
final class OperatorChecker {
  private final Context context;

  OperatorChecker(Context context) {
    this.context = context;
  }

  Term not(Span span, Term operand) {
    if (operand instanceof Term.Number(Span _, Type.Plain type, long value)) {
      return new Term.Number(span, type, value ^ 1);
    }
    return new Term.Unary(span, new Type.Bool(), Expr.UnaryOp.NOT, operand);
  }

  Term unary(Expr.Unary unary, Term written) {
    Term operand = Types.integer(written);
    boolean negate = unary.op() == Expr.UnaryOp.NEGATE;
    if (operand instanceof Term.Number(Span _, Int type, long value)) {
      long result = negate ? -value : ~value;
      boolean unsigned = type.equals(Int.UINT64) && !negate;
      return new Term.Number(unary.span(), Types.ofLiteral(result, unsigned), result);
    }
    return switch (operand.type()) {
      case Int(int _, boolean signed) -> {
        Int type = new Int(8, signed || negate);
        Term wide = Conversion.to(operand, new Int(8, signed));
        yield new Term.Unary(unary.span(), type, unary.op(), Conversion.to(wide, type));
      }
      case Type.None _ -> operand;
      default ->
          context.error(
              unary.span(),
              "The "
                  + unary.op().text()
                  + " operator can not be used on expressions of type '"
                  + Types.name(operand.type())
                  + "'");
    };
  }

  Term logic(Span span, BinaryOp op, Term left, Term right) {
    if (left instanceof Term.Number(Span _, Type.Plain _, long value)) {
      boolean decided = (value != 0) == (op == BinaryOp.OR);
      return decided ? left : right;
    }
    return new Term.Logic(span, op, left, right);
  }

  Term binary(Span span, BinaryOp op, Term one, Term other) {
    if (Types.isUnknown(one.type()) || Types.isUnknown(other.type())) {
      return context.unknown(span);
    }
    Term left = Types.integer(one);
    Term right = Types.integer(other);
    if (left instanceof Term.Number(Span _, Int a, long x)
        && right instanceof Term.Number(Span _, Int b, long y)) {
      return fold(span, op, a, x, b, y);
    }
    if (op.isComparison()) {
      return compare(span, op, left, right);
    }
    if (left.type() instanceof Type.Pointer && right.type() instanceof Int) {
      return pointer(span, op, left, right);
    }
    if (left.type() instanceof Int && right.type() instanceof Type.Pointer && op == BinaryOp.ADD) {
      return pointer(span, op, right, left);
    }
    if (!isNumber(left) || !isNumber(right)) {
      return mismatch(span, op, left, right);
    }
    Int type = arithmetic(op, left, right);
    Term a = Conversion.to(left, widened(left, type));
    Term b = Conversion.to(right, widened(right, type));
    if (op == BinaryOp.DIV
        && b instanceof Term.Number(Span _, Type.Plain _, long zero)
        && zero == 0) {
      context.report().error(right.span(), "unable to fold: divide by zero");
    }
    return new Term.Arithmetic(span, type, op, Conversion.to(a, type), Conversion.to(b, type));
  }

  private static boolean isNumber(Term term) {
    return term.type() instanceof Int || term.type() instanceof Type.Bool;
  }

  /** Extended by its own sign first; then the bits are taken as the other type's. */
  private static Type.Plain widened(Term term, Int type) {
    return term.type() instanceof Int(int _, boolean signed) ? new Int(8, signed) : type;
  }

  private static Int arithmetic(BinaryOp op, Term left, Term right) {
    if (op == BinaryOp.SHL || op == BinaryOp.SHR) {
      return left.type() instanceof Int(int _, boolean signed) ? new Int(8, signed) : Int.UINT64;
    }
    return new Int(8, op == BinaryOp.SUB || isSigned(left) || isSigned(right));
  }

  /** A plain number that is not negative takes the other side's sign. */
  private static boolean isSigned(Term term) {
    if (term instanceof Term.Number(Span _, Type.Plain _, long value) && value >= 0) {
      return false;
    }
    return term.type() instanceof Int(int _, boolean signed) && signed;
  }

  private Term pointer(Span span, BinaryOp op, Term left, Term right) {
    if (op != BinaryOp.ADD && op != BinaryOp.SUB) {
      return mismatch(span, op, left, right);
    }
    Type.Pointer type = (Type.Pointer) left.type();
    long step = Math.max(1, type.target().size());
    Term distance = Conversion.to(right, Int.INT64);
    Term bytes =
        step == 1
            ? distance
            : new Term.Arithmetic(
                right.span(),
                Int.INT64,
                BinaryOp.MUL,
                distance,
                new Term.Number(right.span(), Int.INT64, step));
    Term address = Conversion.to(left, Int.INT64);
    return Conversion.to(new Term.Arithmetic(span, Int.INT64, op, address, bytes), type);
  }

  private Term compare(Span span, BinaryOp op, Term left, Term right) {
    boolean equality = op == BinaryOp.EQ || op == BinaryOp.NE;
    if (left instanceof Term.Text a && right instanceof Term.Text b && equality) {
      boolean holds = a.value().equals(b.value()) == (op == BinaryOp.EQ);
      return new Term.Number(span, new Type.Bool(), holds ? 1 : 0);
    }
    if (hasBytes(left.type()) && equality) {
      Optional<Type.Plain> type = Types.join(left.type(), right.type());
      return type.isPresent()
          ? new Term.Compare(
              span, op, Conversion.to(left, type.get()), Conversion.to(right, type.get()))
          : mismatch(span, op, left, right);
    }
    boolean addresses = left.type() instanceof Type.Pointer || right.type() instanceof Type.Pointer;
    if (!addresses && !(isNumber(left) && isNumber(right))
        || addresses && !(isScalar(left) && isScalar(right))) {
      return mismatch(span, op, left, right);
    }
    Int type = new Int(8, !addresses && (isSigned(left) || isSigned(right)));
    Term a = Conversion.to(Conversion.to(left, widened(left, type)), type);
    Term b = Conversion.to(Conversion.to(right, widened(right, type)), type);
    return new Term.Compare(span, op, a, b);
  }

  /** Equal where its bytes are, once both sides have one size. */
  private static boolean hasBytes(Type type) {
    return switch (type) {
      case Type.Text _, Type.Buffer _, Type.Tuple _, Type.Array _, Type.Structure _ -> true;
      default -> false;
    };
  }

  private static boolean isScalar(Term term) {
    return isNumber(term) || term.type() instanceof Type.Pointer;
  }

  private Term mismatch(Span span, BinaryOp op, Term left, Term right) {
    if (left.type() instanceof Type.Text && right.type() instanceof Type.Text) {
      return context.error(
          span, "The " + op.text() + " operator can not be used on expressions of type 'string'");
    }
    return context.error(
        span,
        "Type mismatch for '"
            + op.text()
            + "': comparing "
            + Types.name(left.type())
            + " with "
            + Types.name(right.type()));
  }

  /** The type both sides of a choice come to. */
  Optional<Type.Plain> common(Term left, Term right) {
    Int forLeft = literalType(left, right);
    Int forRight = literalType(right, left);
    return Types.join(
        forLeft == null ? left.type() : forLeft, forRight == null ? right.type() : forRight);
  }

  /** A plain number beside an integer takes that one's type where it fits. */
  private static Int literalType(Term number, Term other) {
    return number instanceof Term.Number(Span _, Int type, long value)
            && !(other instanceof Term.Number)
            && other.type() instanceof Int wanted
            && Types.fits(value, type.equals(Int.UINT64), wanted)
        ? wanted
        : null;
  }

  private Term fold(Span span, BinaryOp op, Int a, long x, Int b, long y) {
    boolean unsigned = a.equals(Int.UINT64) || b.equals(Int.UINT64);
    if (op.isComparison()) {
      int order = unsigned ? Long.compareUnsigned(x, y) : Long.compare(x, y);
      boolean holds =
          switch (op) {
            case EQ -> order == 0;
            case NE -> order != 0;
            case LT -> order < 0;
            case GT -> order > 0;
            case LE -> order <= 0;
            default -> order >= 0;
          };
      return new Term.Number(span, new Type.Bool(), holds ? 1 : 0);
    }
    if ((op == BinaryOp.DIV || op == BinaryOp.MOD) && y == 0) {
      return context.error(span, "unable to fold: divide by zero");
    }
    long result =
        switch (op) {
          case ADD -> x + y;
          case SUB -> x - y;
          case MUL -> x * y;
          case DIV -> unsigned ? Long.divideUnsigned(x, y) : x / y;
          case MOD -> unsigned ? Long.remainderUnsigned(x, y) : x % y;
          case BIT_AND -> x & y;
          case BIT_OR -> x | y;
          case BIT_XOR -> x ^ y;
          case SHL -> x << y;
          case SHR -> unsigned ? x >>> y : x >> y;
          default -> throw new IllegalStateException(op.toString());
        };
    return new Term.Number(
        span, Types.ofLiteral(result, unsigned && op != BinaryOp.SUB && result < 0), result);
  }
}
