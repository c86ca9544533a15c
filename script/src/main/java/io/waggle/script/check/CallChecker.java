package io.waggle.script.check;

import io.waggle.bpf.Nearest;
import io.waggle.script.check.Checker.Context;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Calls of the library's functions: how many arguments, of what type, and what they mean. */
final class CallChecker {
  /** What a function is used as. */
  private enum Use {
    VALUE,
    ACTION,
    AGGREGATION
  }

  /** A function's use, and how few and how many arguments it takes. */
  private record Function(Use use, int least, int most) {}

  private static final int ANY = Integer.MAX_VALUE;

  private static final Map<String, Function> FUNCTIONS =
      Map.ofEntries(
          Map.entry("_", new Function(Use.ACTION, 1, 1)),
          Map.entry("avg", new Function(Use.AGGREGATION, 1, 1)),
          Map.entry("buf", new Function(Use.VALUE, 1, 2)),
          Map.entry("clear", new Function(Use.ACTION, 1, 1)),
          Map.entry("count", new Function(Use.AGGREGATION, 0, 0)),
          Map.entry("delete", new Function(Use.VALUE, 1, 2)),
          Map.entry("exit", new Function(Use.ACTION, 0, 1)),
          Map.entry("has_key", new Function(Use.VALUE, 2, 2)),
          Map.entry("hist", new Function(Use.AGGREGATION, 1, 2)),
          Map.entry("join", new Function(Use.ACTION, 1, 2)),
          Map.entry("len", new Function(Use.VALUE, 1, 1)),
          Map.entry("lhist", new Function(Use.AGGREGATION, 4, 4)),
          Map.entry("max", new Function(Use.AGGREGATION, 1, 1)),
          Map.entry("min", new Function(Use.AGGREGATION, 1, 1)),
          Map.entry("nsecs", new Function(Use.VALUE, 0, 1)),
          Map.entry("print", new Function(Use.ACTION, 1, 3)),
          Map.entry("printf", new Function(Use.ACTION, 1, ANY)),
          Map.entry("stats", new Function(Use.AGGREGATION, 1, 1)),
          Map.entry("str", new Function(Use.VALUE, 1, 2)),
          Map.entry("strftime", new Function(Use.VALUE, 2, 2)),
          Map.entry("strlen", new Function(Use.VALUE, 1, 1)),
          Map.entry("strncmp", new Function(Use.VALUE, 3, 3)),
          Map.entry("sum", new Function(Use.AGGREGATION, 1, 1)),
          Map.entry("time", new Function(Use.ACTION, 0, 1)),
          Map.entry("zero", new Function(Use.ACTION, 1, 1)));

  private final Context context;
  private final ExpressionChecker expressions;
  private final MapChecker maps;
  private final TextCalls texts;

  CallChecker(Context context, ExpressionChecker expressions, MapChecker maps) {
    this.context = context;
    this.expressions = expressions;
    this.maps = maps;
    this.texts = new TextCalls(context, expressions);
  }

  static boolean isAggregation(String name) {
    Function function = FUNCTIONS.get(name);
    return function != null && function.use() == Use.AGGREGATION;
  }

  static boolean isAction(String name) {
    Function function = FUNCTIONS.get(name);
    return function != null && function.use() == Use.ACTION;
  }

  /** Whether the call is of a known function with as many arguments as it takes; reports if not. */
  private boolean isSound(Expr.Call call) {
    Function function = FUNCTIONS.get(call.function());
    if (function == null) {
      unknown(call);
      return false;
    }
    int given = call.arguments().size();
    if (given >= function.least() && given <= function.most()) {
      return true;
    }
    String wants =
        function.least() == function.most()
            ? plural(function.least())
            : "at least " + plural(function.least());
    String rule =
        function.least() == function.most() || given < function.least()
            ? "requires " + wants
            : "takes up to " + plural(function.most());
    context.error(call.span(), call.function() + "() " + rule + " (" + given + " provided)");
    return false;
  }

  private void unknown(Expr.Call call) {
    String name = call.function();
    if (Unsupported.isKnown(name)) {
      context.error(call.span(), Unsupported.message(name));
    } else if (Builtin.named(name).isPresent()) {
      context.error(call.span(), Unsupported.message(name + "() with arguments"));
    } else {
      context.error(
          call.span(), "Unknown function: '" + name + "'", Nearest.hint(name, FUNCTIONS.keySet()));
    }
  }

  private static String plural(int count) {
    return switch (count) {
      case 0 -> "no arguments";
      case 1 -> "one argument";
      default -> count + " arguments";
    };
  }

  /**
   * The call that a bare name is: of a function that needs no arguments, for its value or effect.
   */
  static Optional<Expr.Call> bare(Expr expression) {
    return expression instanceof Expr.Name(Span span, String name)
            && Builtin.named(name).isEmpty()
            && FUNCTIONS.get(name) != null
            && FUNCTIONS.get(name).least() == 0
        ? Optional.of(new Expr.Call(span, name, List.of()))
        : Optional.empty();
  }

  /** A call whose value is used. */
  Term value(Expr.Call call, Scope scope) {
    if (call.arguments().isEmpty() && NameChecker.isBuiltin(call.function())) {
      return expressions.check(new Expr.Name(call.span(), call.function()), scope);
    }
    if (!isSound(call)) {
      return context.unknown(call.span());
    }
    switch (FUNCTIONS.get(call.function()).use()) {
      case AGGREGATION -> {
        return context.error(
            call.span(), call.function() + "() must be assigned directly to a map");
      }
      case ACTION -> {
        return context.error(call.span(), call.function() + "() does not return a value");
      }
      case VALUE -> {}
    }
    return switch (call.function()) {
      case "delete" -> delete(call, scope);
      case "has_key" -> hasKey(call, scope);
      case "len" -> length(call);
      default -> texts.value(call, scope);
    };
  }

  /** A call that stands alone, empty when it is one for its value. */
  Optional<Statement> statement(Expr.Call call, Scope scope) {
    if (!isAction(call.function()) || !isSound(call)) {
      return Optional.empty();
    }
    Span span = call.span();
    List<Expr> arguments = call.arguments();
    return switch (call.function()) {
      case "_" ->
          Optional.of(new Statement.Evaluate(span, expressions.check(arguments.getFirst(), scope)));
      case "printf" -> printf(call, scope);
      case "print" -> print(call, scope);
      case "clear" -> map(call).map(map -> new Statement.Clear(span, map));
      case "zero" -> map(call).map(map -> new Statement.Zero(span, map));
      case "exit" -> exit(call, scope);
      case "time" ->
          arguments.isEmpty()
              ? Optional.of(new Statement.Time(span, "%H:%M:%S\n"))
              : texts.literal(call, 0).map(format -> new Statement.Time(span, format));
      case "join" -> join(call, scope);
      default -> throw new IllegalStateException("no action " + call.function());
    };
  }

  private Optional<MapSymbol> map(Expr.Call call) {
    if (call.arguments().getFirst() instanceof Expr.MapAccess access && access.key().isEmpty()) {
      return maps.whole(access);
    }
    context.error(
        call.arguments().getFirst().span(), call.function() + "() expects a map to be provided");
    return Optional.empty();
  }

  private Optional<Statement> exit(Expr.Call call, Scope scope) {
    if (call.arguments().isEmpty()) {
      return Optional.of(
          new Statement.Exit(call.span(), new Term.Number(call.span(), Int.INT32, 0)));
    }
    Term code = expressions.check(call.arguments().getFirst(), scope);
    if (Types.isUnknown(code.type())) {
      return Optional.empty();
    }
    if (!(code.type() instanceof Int)) {
      String given = code.type() instanceof Type.Text ? "string" : Types.name(code.type());
      context.error(call.span(), "exit() only supports int arguments (" + given + " provided)");
      return Optional.empty();
    }
    return Optional.of(new Statement.Exit(call.span(), Conversion.to(code, Int.INT32)));
  }

  private Optional<Statement> join(Expr.Call call, Scope scope) {
    Term array =
        expressions.integer(call.arguments().getFirst(), scope, "join() expects an address");
    Optional<String> separator =
        call.arguments().size() > 1 ? texts.literal(call, 1) : Optional.of(" ");
    return Types.isUnknown(array.type())
        ? Optional.empty()
        : separator.map(between -> new Statement.Join(call.span(), array, between));
  }

  private Optional<Statement> printf(Expr.Call call, Scope scope) {
    Optional<String> format = texts.literal(call, 0);
    List<Term> arguments = new ArrayList<>();
    for (Expr argument : call.arguments().subList(1, call.arguments().size())) {
      Term term = expressions.check(argument, scope);
      if (Types.isUnknown(term.type())) {
        return Optional.empty();
      }
      arguments.add(term);
    }
    if (format.isEmpty()) {
      return Optional.empty();
    }
    List<Type.Plain> types = arguments.stream().map(Term::type).toList();
    Optional<String> wrong = PrintfRules.check(format.get(), types);
    wrong.ifPresent(message -> context.error(call.span(), message));
    return wrong.isPresent()
        ? Optional.empty()
        : Optional.of(new Statement.Printf(call.span(), format.get(), arguments));
  }

  private Optional<Statement> print(Expr.Call call, Scope scope) {
    Span span = call.span();
    Expr first = call.arguments().getFirst();
    if (first instanceof Expr.MapAccess access && access.key().isEmpty()) {
      Optional<MapSymbol> map = maps.whole(access);
      OptionalInt top = OptionalInt.empty();
      long divisor = 1;
      if (call.arguments().size() > 1) {
        Optional<Long> number = constant(call, 1, scope);
        if (number.isEmpty()) {
          return Optional.empty();
        }
        top = OptionalInt.of((int) Math.clamp(number.get(), 0, Integer.MAX_VALUE));
      }
      if (call.arguments().size() > 2) {
        Optional<Long> number = constant(call, 2, scope);
        if (number.isEmpty()) {
          return Optional.empty();
        }
        divisor = Math.max(1, number.get());
      }
      OptionalInt most = top;
      long by = divisor;
      return map.map(whole -> new Statement.PrintMap(span, whole, most, by));
    }
    if (call.arguments().size() > 1) {
      context.error(
          span, "Non-map print() only takes 1 argument, " + call.arguments().size() + " found");
      return Optional.empty();
    }
    if (first instanceof Expr.MapAccess access) {
      return printEntry(span, access, scope);
    }
    Term value = expressions.check(first, scope);
    return Types.isUnknown(value.type())
        ? Optional.empty()
        : Optional.of(new Statement.PrintValue(span, value));
  }

  private Optional<Statement> printEntry(Span span, Expr.MapAccess access, Scope scope) {
    Optional<MapSymbol> map = maps.whole(access);
    MapChecker.Entry entry = maps.entry(access, scope);
    if (map.isEmpty() || entry.key().isEmpty() || Types.isUnknown(entry.key().get().type())) {
      return Optional.empty();
    }
    if (map.get().value() instanceof Type.Aggregation aggregation
        && Types.asNumber(aggregation).isEmpty()
        && !(aggregation instanceof Type.Stats)) {
      context.error(
          span,
          "Map type "
              + Types.name(aggregation)
              + " cannot print the value of individual keys. You must print the whole map.");
      return Optional.empty();
    }
    return Optional.of(new Statement.PrintEntry(span, map.get(), entry.key().get()));
  }

  private Optional<Long> constant(Expr.Call call, int index, Scope scope) {
    Expr argument = call.arguments().get(index);
    if (expressions.check(argument, scope) instanceof Term.Number(Span _, Int _, long value)) {
      return Optional.of(value);
    }
    context.error(argument.span(), call.function() + "() expects an integer literal here");
    return Optional.empty();
  }

  private Term delete(Expr.Call call, Scope scope) {
    List<Expr> arguments = call.arguments();
    if (!(arguments.getFirst() instanceof Expr.MapAccess access)) {
      return context.error(arguments.getFirst().span(), "delete() expects a map argument");
    }
    if (arguments.size() == 2 && access.key().isPresent()) {
      return context.error(
          access.span(), "delete() expects a map with no keys for the first argument");
    }
    if (arguments.size() == 1) {
      Optional<MapSymbol> map = maps.whole(access);
      MapChecker.Entry entry = maps.entry(access, scope);
      return map.isEmpty()
          ? context.unknown(call.span())
          : new Term.Delete(call.span(), entry.map(), entry.key());
    }
    Optional<MapSymbol> map = maps.whole(access);
    if (map.isPresent() && map.get().isScalar()) {
      return context.error(
          call.span(),
          "call to delete() with two arguments expects a map with explicit keys (non-scalar map)");
    }
    return keyed(call, map, scope)
        .<Term>map(key -> new Term.Delete(call.span(), map.get(), Optional.of(key)))
        .orElseGet(() -> context.unknown(call.span()));
  }

  private Term hasKey(Expr.Call call, Scope scope) {
    if (!(call.arguments().getFirst() instanceof Expr.MapAccess access)
        || access.key().isPresent()) {
      return context.error(call.arguments().getFirst().span(), "has_key() expects a map argument");
    }
    Optional<MapSymbol> map = maps.whole(access);
    if (map.isPresent() && map.get().isScalar()) {
      return context.error(
          call.span(), "call to has_key() expects a map with explicit keys (non-scalar map)");
    }
    return keyed(call, map, scope)
        .<Term>map(key -> new Term.HasKey(call.span(), map.get(), key))
        .orElseGet(() -> context.unknown(call.span()));
  }

  private Optional<Term> keyed(Expr.Call call, Optional<MapSymbol> map, Scope scope) {
    Term key = expressions.check(call.arguments().get(1), scope);
    if (map.isEmpty() || Types.isUnknown(key.type())) {
      return Optional.empty();
    }
    Term learned = maps.learnKey(map.get(), call.arguments().get(1).span(), key);
    return Types.isUnknown(learned.type()) ? Optional.empty() : Optional.of(learned);
  }

  private Term length(Expr.Call call) {
    Optional<MapSymbol> map = map(call);
    if (map.isEmpty()) {
      return context.unknown(call.span());
    }
    if (map.get().isScalar()) {
      return context.error(
          call.span(), "call to len() expects a map with explicit keys (non-scalar map)");
    }
    return new Term.MapLength(call.span(), map.get());
  }

  /** {@code @map[key] = count()} and its like. */
  Optional<Statement> aggregate(Span span, Expr.Call call, MapChecker.Entry entry, Scope scope) {
    if (!isSound(call)) {
      return Optional.empty();
    }
    Optional<Term> value = Optional.empty();
    boolean signed = false;
    if (!call.arguments().isEmpty()) {
      Term term =
          expressions.integer(
              call.arguments().getFirst(),
              scope,
              call.function() + "() only supports int arguments");
      if (Types.isUnknown(term.type())) {
        return Optional.empty();
      }
      signed =
          term.type() instanceof Int(int _, boolean isSigned)
              && isSigned
              && !Types.isPlainNumber(term);
      value = Optional.of(term);
    }
    Optional<Type.Aggregation> how = aggregation(call, signed, scope);
    if (how.isEmpty() || !maps.learnValue(entry.map(), how.get(), span)) {
      return Optional.empty();
    }
    if (entry.key().isPresent() && Types.isUnknown(entry.key().get().type())) {
      return Optional.empty();
    }
    Type.Aggregation settled = (Type.Aggregation) entry.map().value();
    return Optional.of(new Statement.Aggregate(span, entry.map(), entry.key(), settled, value));
  }

  private Optional<Type.Aggregation> aggregation(Expr.Call call, boolean signed, Scope scope) {
    return switch (call.function()) {
      case "count" -> Optional.of(new Type.Count());
      case "sum" -> Optional.of(new Type.Sum(signed));
      case "min" -> Optional.of(new Type.Min(signed));
      case "max" -> Optional.of(new Type.Max(signed));
      case "avg" -> Optional.of(new Type.Avg(signed));
      case "stats" -> Optional.of(new Type.Stats(signed));
      case "hist" -> hist(call, scope);
      case "lhist" -> lhist(call, scope);
      default -> throw new IllegalStateException("no aggregation " + call.function());
    };
  }

  private Optional<Type.Aggregation> hist(Expr.Call call, Scope scope) {
    if (call.arguments().size() == 1) {
      return Optional.of(new Type.Hist(0));
    }
    Optional<Long> bits = constant(call, 1, scope);
    if (bits.isPresent() && (bits.get() < 0 || bits.get() > 5)) {
      context.error(call.arguments().get(1).span(), "hist: bits " + bits.get() + " must be 0..5");
      return Optional.empty();
    }
    return bits.map(value -> new Type.Hist(value.intValue()));
  }

  private Optional<Type.Aggregation> lhist(Expr.Call call, Scope scope) {
    Optional<Long> min = constant(call, 1, scope);
    Optional<Long> max = constant(call, 2, scope);
    Optional<Long> step = constant(call, 3, scope);
    if (min.isEmpty() || max.isEmpty() || step.isEmpty()) {
      return Optional.empty();
    }
    String wrong = "";
    if (step.get() <= 0) {
      wrong = "lhist() step must be >= 1 (" + step.get() + " provided)";
    } else if (min.get() < 0) {
      wrong = "lhist() min must be non-negative (provided min " + min.get() + ")";
    } else if (min.get() > max.get()) {
      wrong =
          "lhist() min must be less than max (provided min "
              + min.get()
              + " and max "
              + max.get()
              + ")";
    } else if ((max.get() - min.get()) / step.get() > 1000) {
      wrong =
          "lhist() too many buckets, must be <= 1000 (would need "
              + (max.get() - min.get()) / step.get()
              + ")";
    } else if (max.get() - min.get() < step.get()) {
      wrong =
          "lhist() step is too large for the given range (provided step "
              + step.get()
              + " for range "
              + (max.get() - min.get())
              + ")";
    }
    if (!wrong.isEmpty()) {
      context.error(call.span(), wrong);
      return Optional.empty();
    }
    return Optional.of(new Type.Lhist(min.get(), max.get(), step.get()));
  }
}
