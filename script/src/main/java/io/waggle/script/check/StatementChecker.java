package io.waggle.script.check;

import io.waggle.script.check.Checker.Context;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.syntax.Stmt;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks statements; knows which block and loop they stand in. */
final class StatementChecker {
  private final Context context;
  private final ExpressionChecker expressions;
  private final boolean inLoop;

  StatementChecker(Context context, ExpressionChecker expressions) {
    this(context, expressions, false);
  }

  private StatementChecker(Context context, ExpressionChecker expressions, boolean inLoop) {
    this.context = context;
    this.expressions = expressions;
    this.inLoop = inLoop;
  }

  /** The statements of a block whose variables go into {@code scope}. */
  List<Statement> block(List<Stmt> statements, Scope scope) {
    List<Statement> checked = new ArrayList<>();
    for (Stmt statement : statements) {
      if (!checked.isEmpty() && isEnd(checked.getLast())) {
        context.report().warning(statement.span(), "Unreachable statement");
        break;
      }
      check(statement, scope, checked);
    }
    return checked;
  }

  private static boolean isEnd(Statement statement) {
    return switch (statement) {
      case Statement.Return _, Statement.Exit _, Statement.Break _, Statement.Continue _ -> true;
      default -> false;
    };
  }

  private List<Statement> inner(List<Stmt> statements, Scope scope) {
    return block(statements, new Scope(Optional.of(scope)));
  }

  private List<Statement> loop(List<Stmt> statements, Scope scope) {
    return new StatementChecker(context, expressions, true).inner(statements, scope);
  }

  private void check(Stmt statement, Scope scope, List<Statement> out) {
    switch (statement) {
      case Stmt.Evaluate(Span _, Expr expression) -> evaluate(expression, scope, out);
      case Stmt.Assign assign -> assign(assign, scope, out);
      case Stmt.Let let -> let(let, scope, out);
      case Stmt.If(Span span, Expr condition, List<Stmt> then, List<Stmt> otherwise) -> {
        Term given = expressions.check(condition, scope);
        Term asked = expressions.truth(given);
        if (asked instanceof Term.Number(Span _, Type.Plain _, long value)
            && !Types.isUnknown(given.type())) {
          // What is never run need not make sense: fail() stands there.
          out.addAll(inner(value != 0 ? then : otherwise, scope));
        } else {
          List<Statement> yes = inner(then, scope);
          out.add(new Statement.If(span, asked, yes, inner(otherwise, scope)));
        }
      }
      case Stmt.While(Span span, Expr condition, List<Stmt> body) ->
          out.add(
              new Statement.While(
                  span, expressions.condition(condition, scope), loop(body, scope)));
      case Stmt.Unroll unroll -> unroll(unroll, scope, out);
      case Stmt.ForMap loop -> forMap(loop, scope, out);
      case Stmt.ForRange loop -> forRange(loop, scope, out);
      case Stmt.Break(Span span) -> {
        requireLoop(span, "break");
        out.add(new Statement.Break(span));
      }
      case Stmt.Continue(Span span) -> {
        requireLoop(span, "continue");
        out.add(new Statement.Continue(span));
      }
      case Stmt.Return(Span span, Optional<Expr> value) -> {
        out.add(new Statement.Return(span, value.flatMap(given -> result(given, scope))));
      }
      case Stmt.Scope(Span _, List<Stmt> body) -> out.addAll(inner(body, scope));
    }
  }

  /** What a probe gives back, if it is a number; nothing looks at anything else. */
  private Optional<Term> result(Expr value, Scope scope) {
    Term term = Types.integer(expressions.check(value, scope));
    return term.type() instanceof Int || term.type() instanceof Type.Bool
        ? Optional.of(Conversion.to(term, Int.INT32))
        : Optional.empty();
  }

  private void requireLoop(Span span, String word) {
    if (!inLoop) {
      context.error(span, word + " can only be used inside a loop");
    }
  }

  private void evaluate(Expr written, Scope scope, List<Statement> out) {
    Expr expression = CallChecker.bare(written).<Expr>map(call -> call).orElse(written);
    if (expression instanceof Expr.Call call) {
      Optional<Statement> statement = expressions.calls().statement(call, scope);
      if (CallChecker.isAction(call.function())) {
        statement.ifPresent(out::add);
        return;
      }
    }
    if (expression instanceof Expr.Ternary ternary && isAction(ternary.yes())) {
      // cond ? print("a") : print("b"): two statements, one of them run.
      Term condition = expressions.condition(ternary.condition(), scope);
      List<Statement> yes = new ArrayList<>();
      List<Statement> no = new ArrayList<>();
      evaluate(ternary.yes(), scope, yes);
      evaluate(ternary.no(), scope, no);
      out.add(new Statement.If(ternary.span(), condition, yes, no));
      return;
    }
    if (expression instanceof Expr.Block(Span span, List<Stmt> body, Expr result)) {
      List<Stmt> steps = new ArrayList<>(body);
      steps.add(new Stmt.Evaluate(result.span(), result));
      check(new Stmt.Scope(span, steps), scope, out);
      return;
    }
    Term term = expressions.check(expression, scope);
    boolean used =
        expression instanceof Expr.Step
            || expression instanceof Expr.Call call && call.function().equals("delete")
            || Types.isUnknown(term.type());
    if (!used) {
      context.report().warning(expression.span(), "Return value discarded.");
    }
    out.add(new Statement.Evaluate(expression.span(), term));
  }

  private static boolean isAction(Expr expression) {
    return expression instanceof Expr.Call call && CallChecker.isAction(call.function());
  }

  private void assign(Stmt.Assign assign, Scope scope, List<Statement> out) {
    Expr value =
        assign.op().isPresent()
            ? new Expr.Binary(assign.span(), assign.op().get(), assign.target(), assign.value())
            : assign.value();
    if (assign.target() instanceof Expr.MapAccess access) {
      assignMap(assign, access, value, scope, out);
    } else {
      Expr.Variable variable = (Expr.Variable) assign.target();
      Term term = plain(value, scope, "a scratch variable");
      LocalVariable local =
          scope
              .find(variable.name())
              .orElseGet(
                  () -> {
                    LocalVariable born =
                        context.symbols().local(context.probe(), variable.span(), variable.name());
                    scope.add(variable.name(), born);
                    return born;
                  });
      assignLocal(assign.span(), local, term, out);
    }
  }

  private void assignMap(
      Stmt.Assign assign, Expr.MapAccess access, Expr value, Scope scope, List<Statement> out) {
    if (value instanceof Expr.Block(Span span, List<Stmt> body, Expr.Call call)
        && CallChecker.isAggregation(call.function())) {
      // @x = { ...; sum($a) }: the statements, then the assignment, in a scope of their own.
      List<Stmt> steps = new ArrayList<>(body);
      steps.add(new Stmt.Assign(assign.span(), access, assign.op(), call));
      check(new Stmt.Scope(span, steps), scope, out);
      return;
    }
    if (assign.op().isEmpty()
        && CallChecker.bare(value).<Expr>map(bare -> bare).orElse(value) instanceof Expr.Call call
        && CallChecker.isAggregation(call.function())) {
      MapChecker.Entry entry = expressions.maps().entry(access, scope);
      expressions.calls().aggregate(assign.span(), call, entry, scope).ifPresent(out::add);
      return;
    }
    if (assign.op().isPresent() && access.key().isPresent() && !isSimple(access.key().get())) {
      assignWithKey(assign, access, scope, out);
      return;
    }
    if (assign.op().isPresent()) {
      // @x += 1 makes the map, as @x++ does.
      MapSymbol map = context.symbols().map(access.name());
      if (!map.hasValue()) {
        Term amount = expressions.check(assign.value(), scope);
        if (amount.type() instanceof Int(int _, boolean signed)) {
          boolean plain = amount instanceof Term.Number;
          expressions.maps().learnValue(map, new Int(8, signed || plain), assign.span());
        }
      }
    }
    Term term = mapToMap(value, access, scope);
    MapChecker.Entry entry = expressions.maps().entry(access, scope);
    expressions
        .maps()
        .assigned(entry.map(), term, assign.span())
        .ifPresent(
            converted ->
                out.add(
                    new Statement.AssignMap(assign.span(), entry.map(), entry.key(), converted)));
  }

  /** {@code @x[key] += y} where the key must be worked out once: it goes into a variable first. */
  private void assignWithKey(
      Stmt.Assign assign, Expr.MapAccess access, Scope scope, List<Statement> out) {
    Expr key = access.key().orElseThrow();
    // No script can write this name.
    Expr.Variable variable = new Expr.Variable(key.span(), "key of @" + access.name());
    Scope inner = new Scope(Optional.of(scope));
    List<Stmt> steps =
        List.of(
            new Stmt.Let(key.span(), variable, Optional.empty(), Optional.of(key)),
            new Stmt.Assign(
                assign.span(),
                new Expr.MapAccess(access.span(), access.name(), Optional.of(variable)),
                assign.op(),
                assign.value()));
    steps.forEach(step -> check(step, inner, out));
  }

  /** Whether working it out twice changes nothing and costs little. */
  private static boolean isSimple(Expr expr) {
    return switch (expr) {
      case Expr.Number _,
          Expr.Bool _,
          Expr.Text _,
          Expr.Positional _,
          Expr.PositionalCount _,
          Expr.Variable _,
          Expr.Name _ ->
          true;
      case Expr.Field field -> isSimple(field.value());
      case Expr.Element element -> isSimple(element.value());
      case Expr.Cast cast -> isSimple(cast.operand());
      case Expr.Binary binary -> isSimple(binary.left()) && isSimple(binary.right());
      case Expr.Tuple(Span _, List<Expr> elements) ->
          elements.stream().allMatch(StatementChecker::isSimple);
      default -> false;
    };
  }

  /** A value for a map; an aggregation of another map has to be cast or rebuilt. */
  private Term mapToMap(Expr value, Expr.MapAccess target, Scope scope) {
    if (value instanceof Expr.MapAccess source) {
      Optional<MapSymbol> map = context.symbols().knownMap(source.name());
      if (map.isPresent()
          && map.get().hasValue()
          && map.get().value() instanceof Type.Aggregation aggregation) {
        String name = Types.name(aggregation);
        String function = name.substring(name.startsWith("u") ? 1 : 0, name.length() - 2);
        return context.error(
            value.span(),
            "Map value '"
                + name
                + "' cannot be assigned from one map to another. The function that returns this"
                + " type must be called directly e.g. `@"
                + target.name()
                + " = "
                + function
                + (function.equals("count") ? "()" : "(retval)")
                + ";`.",
            Types.asNumber(aggregation).isPresent()
                ? "Add a cast to integer if you want the value of the aggregate, e.g. `@"
                    + target.name()
                    + " = (int64)@"
                    + source.name()
                    + ";`."
                : "");
      }
    }
    return expressions.check(value, scope);
  }

  private Term plain(Expr value, Scope scope, String where) {
    if (value instanceof Expr.MapAccess source) {
      Optional<MapSymbol> map = context.symbols().knownMap(source.name());
      if (map.isPresent()
          && map.get().hasValue()
          && map.get().value() instanceof Type.Aggregation aggregation
          && Types.asNumber(aggregation).isEmpty()) {
        return context.error(
            value.span(),
            "Value '" + Types.name(aggregation) + "' cannot be assigned to " + where + ".");
      }
    }
    return expressions.check(value, scope);
  }

  private void assignLocal(Span span, LocalVariable local, Term term, List<Statement> out) {
    if (Types.isUnknown(term.type())) {
      return;
    }
    Optional<Type.Plain> joined =
        Types.isUnknown(local.type())
            ? Optional.of(term.type())
            : !Types.isPlainNumber(term) && local.fromNumbers()
                ? Types.joinNumbers(local.type(), term.type())
                : MapChecker.join(local.type(), term);
    if (!Types.isPlainNumber(term)) {
      local.fromMore();
    }
    if (joined.isEmpty() || local.declared() && !fitsDeclared(local.type(), joined.get(), term)) {
      context.error(
          span,
          "Type mismatch for "
              + local
              + ": trying to assign value of type '"
              + Types.name(term.type())
              + "' when variable already has a type '"
              + Types.name(local.type())
              + "'");
      return;
    }
    if (!local.declared() && !local.type().equals(joined.get())) {
      local.type(joined.get());
      context.report().changed();
    }
    if (Types.loses(term, local.type())) {
      context.report().warning(term.span(), Types.lossWarning(term, local.type()));
    }
    out.add(new Statement.AssignLocal(span, local, Conversion.to(term, local.type())));
  }

  /** A declared type takes what it can hold; other integers are cut off, plain numbers are not. */
  private static boolean fitsDeclared(Type.Plain declared, Type.Plain joined, Term term) {
    return declared.equals(joined)
        || declared instanceof Int && !(term instanceof Term.Number)
        || declared instanceof Type.Pointer;
  }

  private void let(Stmt.Let let, Scope scope, List<Statement> out) {
    Expr.Variable variable = let.variable();
    if (scope.find(variable.name()).isPresent()) {
      context.error(
          let.span(),
          "Variable $"
              + variable.name()
              + " was already declared. Variable shadowing is not allowed.");
      return;
    }
    // The value is checked before the name exists: let $a = $a has no meaning.
    Optional<Term> value = let.value().map(expr -> plain(expr, scope, "a scratch variable"));
    LocalVariable local =
        context.symbols().local(context.probe(), variable.span(), variable.name());
    scope.add(variable.name(), local);
    if (let.type().isPresent()) {
      Optional<Type.Plain> type = expressions.type(let.type().get(), scope);
      if (type.isEmpty()) {
        context.error(
            let.type().get().span(), "Invalid variable declaration type: " + let.type().get());
        return;
      }
      local.declare();
      local.type(type.get());
    }
    if (value.isPresent()) {
      assignLocal(let.span(), local, value.get(), out);
    } else if (!Types.isUnknown(local.type())) {
      out.add(new Statement.AssignLocal(let.span(), local, zero(let.span(), local.type())));
    }
  }

  private static Term zero(Span span, Type.Plain type) {
    return switch (type) {
      case Type.Text text -> new Term.Text(span, text, "");
      case Type.Tuple tuple ->
          new Term.MakeTuple(
              span, tuple, tuple.elements().stream().map(element -> zero(span, element)).toList());
      // A read of address 0 fails, which gives zeros.
      case Type.Structure _, Type.Array _, Type.Buffer _, Type.Timestamp _ ->
          new Term.Load(
              span,
              type,
              new Term.Number(span, new Type.Pointer(type, Type.AddressSpace.KERNEL), 0),
              Type.AddressSpace.KERNEL,
              Type.Bits.ALL);
      default -> new Term.Number(span, type, 0);
    };
  }

  private void unroll(Stmt.Unroll unroll, Scope scope, List<Statement> out) {
    Term count = expressions.check(unroll.count(), scope);
    if (!(count instanceof Term.Number(Span _, Type.Plain _, long times))) {
      context.error(
          unroll.count().span(), "Unroll count must be a literal or positional parameter");
      return;
    }
    if (times < 1 || times > 100) {
      context.error(
          unroll.count().span(),
          times < 1 ? "unroll minimum value is 1" : "unroll maximum value is 100");
      return;
    }
    for (long i = 0; i < times; i++) {
      out.addAll(inner(unroll.body(), scope));
    }
  }

  private void forMap(Stmt.ForMap loop, Scope scope, List<Statement> out) {
    if (shadows(loop.variable(), scope)) {
      return;
    }
    Optional<MapSymbol> map = expressions.maps().whole(loop.map());
    if (map.isEmpty()) {
      return;
    }
    if (loop.map().key().isPresent() || map.get().isScalar()) {
      context.error(
          loop.map().span(),
          map.get() + " has no explicit keys (scalar map), and cannot be used for iteration");
      return;
    }
    Optional<Type.Plain> value =
        switch (map.get().value()) {
          case Type.Plain plain -> Optional.of(plain);
          case Type.Aggregation aggregation -> Types.asNumber(aggregation).map(type -> type);
        };
    if (value.isEmpty()) {
      context.error(
          loop.map().span(),
          "Loop expression does not support type: " + Types.name(map.get().value()));
      return;
    }
    if (map.get().key().isEmpty()) {
      return; // not learned yet
    }
    Type.Tuple entry = new Type.Tuple(List.of(map.get().key().get(), value.get()));
    LocalVariable variable = loopVariable(loop.variable(), entry);
    Scope inner = new Scope(Optional.of(scope));
    inner.add(loop.variable().name(), variable);
    out.add(new Statement.ForMap(loop.span(), variable, map.get(), loop(loop.body(), inner)));
  }

  private void forRange(Stmt.ForRange loop, Scope scope, List<Statement> out) {
    if (shadows(loop.variable(), scope)) {
      return;
    }
    Term from =
        expressions.integer(
            loop.from(), scope, "Loop range requires an integer for the start value");
    Term to =
        expressions.integer(loop.to(), scope, "Loop range requires an integer for the end value");
    if (Types.isUnknown(from.type()) || Types.isUnknown(to.type())) {
      return;
    }
    LocalVariable variable = loopVariable(loop.variable(), Int.INT64);
    Scope inner = new Scope(Optional.of(scope));
    inner.add(loop.variable().name(), variable);
    out.add(
        new Statement.ForRange(
            loop.span(),
            variable,
            Conversion.to(from, Int.INT64),
            Conversion.to(to, Int.INT64),
            loop(loop.body(), inner)));
  }

  private boolean shadows(Expr.Variable variable, Scope scope) {
    if (scope.find(variable.name()).isEmpty()) {
      return false;
    }
    context.error(
        variable.span(), "Loop declaration shadows existing variable: $" + variable.name());
    return true;
  }

  private LocalVariable loopVariable(Expr.Variable variable, Type.Plain type) {
    LocalVariable local =
        context.symbols().local(context.probe(), variable.span(), variable.name());
    if (!local.type().equals(type)) {
      local.type(type);
      context.report().changed();
    }
    local.declare();
    return local;
  }
}
