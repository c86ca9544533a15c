package io.waggle.script.check;

import io.waggle.script.syntax.Expr;
import java.util.List;
import java.util.Optional;

/** Functions on maps: entries, sizes, clearing. */
final class MapCalls {
  private MapCalls() {}

  static Term value(CallSite call) {
    return switch (call.function()) {
      case DELETE -> delete(call);
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

  private static Term length(CallSite call) {
    Optional<MapSymbol> map = call.map(0);
    if (map.isEmpty()) {
      return call.unknown();
    }
    if (map.get().isScalar()) {
      return call.error("call to len() expects a map with explicit keys (non-scalar map)");
    }
    return new Term.MapLength(call.span(), map.get());
  }
}
