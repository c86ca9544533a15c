package io.waggle.script.check;

import io.waggle.bpf.Nearest;
import io.waggle.script.check.Checker.Context;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.List;
import java.util.Optional;

/** Maps: keys and values of one type each over the whole script. */
final class MapChecker {
  private final Context context;
  private final ExpressionChecker expressions;

  MapChecker(Context context, ExpressionChecker expressions) {
    this.context = context;
    this.expressions = expressions;
  }

  /** The map with its key brought to the map's type; learns the key's type. */
  record Entry(MapSymbol map, Optional<Term> key) {}

  Entry entry(Expr.MapAccess access, Scope scope) {
    MapSymbol map = context.symbols().map(access.name());
    if (access.key().isEmpty()) {
      if (map.key().isPresent()) {
        context.error(
            access.span(),
            map
                + " used as a map without an explicit key (scalar map), previously used with an"
                + " explicit key (non-scalar map)");
      }
      map.scalar(true);
      return new Entry(map, Optional.empty());
    }
    Term key = expressions.check(access.key().get(), scope);
    if (map.isScalar()) {
      context.error(
          access.span(),
          map
              + " used as a map with an explicit key (non-scalar map), previously used without an"
              + " explicit key (scalar map)");
      return new Entry(map, Optional.empty());
    }
    if (Types.isUnknown(key.type())) {
      return new Entry(map, Optional.of(key));
    }
    return new Entry(map, Optional.of(learnKey(map, access.key().get().span(), key)));
  }

  /** The key as the map's type, which grows to hold it. */
  Term learnKey(MapSymbol map, Span span, Term key) {
    Type.Plain known = map.key().orElse(key.type());
    boolean plain = Types.isPlainNumber(key);
    Optional<Type.Plain> joined =
        !plain && map.keyFromNumbers() ? Types.joinNumbers(known, key.type()) : join(known, key);
    if (!plain) {
      map.keyFromMore();
    }
    if (joined.isEmpty()) {
      return context.error(
          span,
          "Type mismatch for "
              + map
              + ": trying to assign key of type '"
              + Types.name(key.type())
              + "' when map already has a key type '"
              + Types.name(known)
              + "'");
    }
    if (!map.key().equals(joined)) {
      map.key(joined.get());
      context.report().changed();
    }
    return Conversion.to(key, joined.get());
  }

  /** A type for both what is there and what comes; a plain number adapts to an integer. */
  static Optional<Type.Plain> join(Type.Plain known, Term term) {
    if (term instanceof Term.Number(Span _, Int type, long value)
        && known instanceof Int wanted
        && Types.fits(value, type.equals(Int.UINT64), wanted)) {
      return Optional.of(wanted);
    }
    if (term instanceof Term.MakeTuple tuple
        && known instanceof Type.Tuple wanted
        && tuple.elements().size() == wanted.elements().size()
        && tuple.type().names().equals(wanted.names())) {
      List<Type.Plain> elements = new java.util.ArrayList<>();
      for (int i = 0; i < tuple.elements().size(); i++) {
        Optional<Type.Plain> element = join(wanted.elements().get(i), tuple.elements().get(i));
        if (element.isEmpty()) {
          return Optional.empty();
        }
        elements.add(element.get());
      }
      return Optional.of(wanted.with(elements));
    }
    return Types.join(known, term.type());
  }

  Term read(Expr.MapAccess access, Scope scope) {
    Entry entry = entry(access, scope);
    MapSymbol map = entry.map();
    if (!map.hasValue()) {
      // Whether anything assigns to it shows at the end of the pass.
      return context.error(access.span(), "Undefined map: " + map, hint(access.name()));
    }
    if (entry.key().isPresent() && Types.isUnknown(entry.key().get().type())) {
      return context.unknown(access.span());
    }
    return switch (map.value()) {
      case Type.Plain plain -> new Term.ReadMap(access.span(), plain, map, entry.key());
      case Type.Aggregation aggregation ->
          Types.asNumber(aggregation)
              .<Term>map(type -> new Term.ReadMap(access.span(), type, map, entry.key()))
              .orElseGet(
                  () ->
                      context.error(
                          access.span(),
                          "Map value '" + Types.name(aggregation) + "' cannot be used as a value",
                          "print(" + map + ") prints it"));
    };
  }

  private String hint(String name) {
    return Nearest.hint(
        "@" + name,
        context.symbols().maps().stream()
            .filter(MapSymbol::hasValue)
            .map(MapSymbol::name)
            .toList());
  }

  Term step(Expr.Step step, Expr.MapAccess access, Scope scope) {
    Entry entry = entry(access, scope);
    MapSymbol map = entry.map();
    Type value = map.hasValue() ? map.value() : Int.INT64;
    if (value instanceof Type.Pointer pointer) {
      return stepPointer(step, entry, pointer);
    }
    if (!(value instanceof Int(int _, boolean signed))) {
      return context.error(
          step.span(),
          "The "
              + (step.increment() ? "++" : "--")
              + " operator can not be used on a map of type '"
              + Types.name(value)
              + "'");
    }
    learnValue(map, new Int(8, signed), step.span());
    return new Term.StepMap(
        step.span(), new Int(8, signed), map, entry.key(), step.increment(), step.postfix());
  }

  /** A pointer goes on by what it points to: an assignment, then the value before or after it. */
  private Term stepPointer(Expr.Step step, Entry entry, Type.Pointer type) {
    Span span = step.span();
    long size = Math.max(1, type.target().size());
    Term read = new Term.ReadMap(span, type, entry.map(), entry.key());
    Term moved = moved(read, step.increment() ? size : -size, type);
    Statement assign = new Statement.AssignMap(span, entry.map(), entry.key(), moved);
    Term result = step.postfix() ? moved(read, step.increment() ? -size : size, type) : read;
    return new Term.Block(span, List.of(assign), result);
  }

  private static Term moved(Term pointer, long bytes, Type.Pointer type) {
    Span span = pointer.span();
    Term distance = new Term.Number(span, Int.INT64, bytes);
    Term address = Conversion.to(pointer, Int.INT64);
    return Conversion.to(
        new Term.Arithmetic(span, Int.INT64, Expr.BinaryOp.ADD, address, distance), type);
  }

  /** Makes the map's values wide enough for {@code type}; integers always get 64 bits. */
  boolean learnValue(MapSymbol map, Type value, Span span) {
    Type type = value instanceof Int(int _, boolean signed) ? new Int(8, signed) : value;
    Optional<Type> joined = map.hasValue() ? joinValues(map.value(), type) : Optional.of(type);
    if (joined.isEmpty()) {
      context.error(
          span,
          "Type mismatch for "
              + map
              + ": trying to assign value of type '"
              + Types.name(type)
              + "' when map already has a value type '"
              + Types.name(map.value())
              + "'");
      return false;
    }
    if (!map.hasValue() || !map.value().equals(joined.get())) {
      map.value(joined.get());
      context.report().changed();
    }
    return true;
  }

  private static Optional<Type> joinValues(Type a, Type b) {
    if (a instanceof Type.Plain x && b instanceof Type.Plain y) {
      return Types.join(x, y).map(type -> type);
    }
    if (a instanceof Type.Aggregation x && b instanceof Type.Aggregation y) {
      return Types.join(x, y).map(type -> type);
    }
    return Optional.empty();
  }

  /** A value assigned to the map, as the map's type. */
  Optional<Term> assigned(MapSymbol map, Term value, Span span) {
    if (Types.isUnknown(value.type())) {
      return Optional.empty();
    }
    Type.Plain type = value.type();
    boolean plain = Types.isPlainNumber(value);
    if (map.hasValue() && map.value() instanceof Type.Plain known) {
      type =
          (!plain && map.valueFromNumbers() ? Types.joinNumbers(known, type) : join(known, value))
              .orElse(type);
      if (known instanceof Int && type instanceof Int && map.valueFromNumbers()) {
        if (!type.equals(known)) {
          context.report().changed();
        }
        map.value(type);
      }
    }
    if (!plain) {
      map.valueFromMore();
    }
    if (!learnValue(map, type, span) || !(map.value() instanceof Type.Plain joined)) {
      return Optional.empty();
    }
    return Optional.of(Conversion.to(value, joined));
  }

  /** A map named as a whole, as {@code print(@x)} does. */
  Optional<MapSymbol> whole(Expr.MapAccess access) {
    MapSymbol map = context.symbols().map(access.name());
    if (!map.hasValue()) {
      context.error(access.span(), "Undefined map: " + map, hint(access.name()));
      return Optional.empty();
    }
    return Optional.of(map);
  }
}
