package io.waggle.script.check;

import io.waggle.script.syntax.Expr;
import io.waggle.script.types.Type;
import java.util.List;
import java.util.Optional;

/** Functions on maps: entries, sizes, clearing. */
final class MapCalls {
  private MapCalls() {}

  static Term value(CallSite call) {
    return switch (call.function()) {
      case DELETE -> delete(call);
      case FIND -> find(call);
      case HAS_KEY -> hasKey(call);
      case LEN -> length(call);
      default -> throw new IllegalStateException("no function of maps: " + call.name());
    };
  }

  static Optional<Statement> statement(CallSite call) {
    return switch (call.function()) {
      case CLEAR -> call.map(0).map(map -> new Statement.Clear(call.span(), map));
      case ZERO -> call.map(0).map(map -> new Statement.Zero(call.span(), map));
      default -> throw new IllegalStateException("no action on maps: " + call.name());
    };
  }

  private static Term delete(CallSite call) {
    List<Expr> arguments = call.arguments();
    if (!(arguments.getFirst() instanceof Expr.MapAccess access)) {
      return call.error(0, "delete() expects a map argument");
    }
    if (arguments.size() == 2 && access.key().isPresent()) {
      return call.error(0, "delete() expects a map with no keys for the first argument");
    }
    Optional<MapSymbol> map = call.maps().whole(access);
    if (arguments.size() == 1) {
      MapChecker.Entry entry = call.maps().entry(access, call.scope());
      return map.isEmpty()
          ? call.unknown()
          : new Term.Delete(call.span(), entry.map(), entry.key());
    }
    if (map.isPresent() && map.get().isScalar()) {
      return call.error(
          "call to delete() with two arguments expects a map with explicit keys (non-scalar map)");
    }
    return keyed(call, map)
        .<Term>map(key -> new Term.Delete(call.span(), map.get(), Optional.of(key)))
        .orElseGet(call::unknown);
  }

  private static Term hasKey(CallSite call) {
    Optional<MapSymbol> map = keyedMap(call);
    return keyed(call, map)
        .<Term>map(key -> new Term.HasKey(call.span(), map.get(), key))
        .orElseGet(call::unknown);
  }

  /** The first argument: a map with keys. */
  static Optional<MapSymbol> keyedMap(CallSite call) {
    if (!(call.argument(0) instanceof Expr.MapAccess access) || access.key().isPresent()) {
      call.error(0, call.name() + " expects a map argument");
      return Optional.empty();
    }
    Optional<MapSymbol> map = call.maps().whole(access);
    if (map.isPresent() && map.get().isScalar()) {
      call.error("call to " + call.name() + " expects a map with explicit keys (non-scalar map)");
      return Optional.empty();
    }
    return map;
  }

  /** The second argument: a key of the map. */
  static Optional<Term> keyed(CallSite call, Optional<MapSymbol> map) {
    Term key = call.term(1);
    if (map.isEmpty() || Types.isUnknown(key.type())) {
      return Optional.empty();
    }
    Term learned = call.maps().learnKey(map.get(), call.argument(1).span(), key);
    return Types.isUnknown(learned.type()) ? Optional.empty() : Optional.of(learned);
  }

  /** {@code find(@map, key, $variable)}: the variable gets the value where there is one. */
  private static Term find(CallSite call) {
    Optional<MapSymbol> map = keyedMap(call);
    Optional<Term> key = keyed(call, map);
    if (!(call.argument(2) instanceof Expr.Variable variable)) {
      return call.error(2, "find() expects a scratch variable for the value");
    }
    Optional<LocalVariable> result = call.scope().find(variable.name());
    if (result.isEmpty()) {
      return call.error(2, "Undefined or undeclared variable: $" + variable.name());
    }
    if (map.isEmpty() || key.isEmpty()) {
      return call.unknown();
    }
    if (!(map.get().value() instanceof Type.Plain value)) {
      return call.error(
          0, "find() does not support values of type " + Types.name(map.get().value()));
    }
    Optional<Type.Plain> joined =
        Types.isUnknown(result.get().type())
            ? Optional.of(value)
            : Types.join(result.get().type(), value);
    if (!joined.equals(Optional.of(value))) {
      return call.error(
          2,
          "Type mismatch for "
              + result.get()
              + ": the map's values are of type '"
              + Types.name(value)
              + "' when the variable has the type '"
              + Types.name(result.get().type())
              + "'");
    }
    if (!result.get().type().equals(value)) {
      result.get().type(value);
      call.context().report().changed();
    }
    result.get().fromMore();
    return new Term.Compute(
        call.span(),
        new Type.Bool(),
        new Operation.FindEntry(map.get(), result.get()),
        List.of(key.get()));
  }

  private static Term length(CallSite call) {
    if (!(call.argument(0) instanceof Expr.MapAccess access)
        || access.key().isPresent()
        || isStack(call, access)) {
      return depth(call);
    }
    Optional<MapSymbol> map = call.map(0);
    if (map.isEmpty()) {
      return call.unknown();
    }
    if (map.get().isScalar()) {
      return call.error("call to len() expects a map with explicit keys (non-scalar map)");
    }
    return new Term.MapLength(call.span(), map.get());
  }

  private static boolean isStack(CallSite call, Expr.MapAccess access) {
    return call.context()
        .symbols()
        .knownMap(access.name())
        .filter(map -> map.hasValue() && map.isScalar() && map.value() instanceof Type.Stack)
        .isPresent();
  }

  private static Term depth(CallSite call) {
    Term stack = call.term(0);
    if (Types.isUnknown(stack.type())) {
      return stack;
    }
    return stack.type() instanceof Type.Stack
        ? new Term.Compute(call.span(), Type.Int.INT64, new Operation.StackDepth(), List.of(stack))
        : call.error(0, "call to len() expects a map, ustack, or kstack");
  }
}
