package io.waggle.script.check;

import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.syntax.TypeName;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.List;
import java.util.Optional;

/** What is asked of types and of values known when compiled: no program is left of these calls. */
final class TypeCalls {
  private TypeCalls() {}

  static Term value(CallSite site) {
    return switch (site.function()) {
      case COMPTIME -> comptime(site);
      case TYPEINFO -> typeinfo(site);
      case IS_LITERAL -> truth(site, isLiteral(site.argument(0)));
      default -> {
        Optional<Type> type = type(site);
        yield type.isEmpty() ? site.unknown() : truth(site, is(site.function(), type.get()));
      }
    };
  }

  /** The type of the argument; of a map, that of its values. */
  private static Optional<Type> type(CallSite site) {
    if (site.argument(0) instanceof Expr.MapAccess access) {
      Optional<MapSymbol> map = site.context().symbols().knownMap(access.name());
      if (map.isPresent() && map.get().hasValue()) {
        return Optional.of(map.get().value());
      }
    }
    Type.Plain type = site.term(0).type();
    return Types.isUnknown(type) ? Optional.empty() : Optional.of(type);
  }

  private static boolean is(Function function, Type type) {
    return switch (function) {
      case IS_ARRAY -> type instanceof Type.Array;
      case IS_INTEGER -> type instanceof Int;
      case IS_UNSIGNED_INTEGER -> type instanceof Int(int _, boolean signed) && !signed;
      case IS_PTR -> type instanceof Type.Pointer;
      case IS_STR -> type instanceof Type.Text;
      default -> throw new IllegalStateException("no question of types: " + function.text());
    };
  }

  private static boolean isLiteral(Expr expr) {
    return switch (expr) {
      case Expr.Number _, Expr.Text _, Expr.Bool _, Expr.Positional _ -> true;
      case Expr.Unary(Span _, Expr.UnaryOp op, Expr operand) ->
          op == Expr.UnaryOp.NEGATE && isLiteral(operand);
      default -> false;
    };
  }

  private static Term truth(CallSite site, boolean holds) {
    return new Term.Number(site.span(), new Type.Bool(), holds ? 1 : 0);
  }

  private static Term comptime(CallSite site) {
    Term term = site.term(0);
    return switch (term) {
      case Term.Number _, Term.Text _ -> term;
      default -> site.error(0, "Unable to evaluate at compile time.");
    };
  }

  /** A record of the type's kind and its full name, as text. */
  private static Term typeinfo(CallSite site) {
    Optional<Type> type =
        site.argument(0) instanceof Expr.TypeOf(Span _, TypeName name)
            ? site.expressions().type(name, site.scope()).map(known -> known)
            : type(site);
    if (type.isEmpty() || Types.isUnknown(type.get())) {
      return site.unknown();
    }
    Term.Text base = ExpressionChecker.text(site.span(), kind(type.get()));
    Term.Text full = ExpressionChecker.text(site.span(), Types.name(type.get()));
    return new Term.MakeTuple(
        site.span(),
        new Type.Tuple(List.of(base.type(), full.type()), List.of("base_type", "full_type")),
        List.of(base, full));
  }

  private static String kind(Type type) {
    return switch (type) {
      case Int _, Type.Enumeration _ -> "int";
      case Type.Text _ -> "string";
      case Type.Pointer _ -> "pointer";
      case Type.Array _ -> "array";
      case Type.Structure _ -> "c_struct";
      case Type.Tuple tuple -> tuple.isRecord() ? "record" : "tuple";
      default -> {
        String name = Types.name(type);
        int bracket = name.indexOf('[');
        yield bracket < 0 ? name : name.substring(0, bracket);
      }
    };
  }
}
