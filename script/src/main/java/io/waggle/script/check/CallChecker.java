package io.waggle.script.check;

import io.waggle.bpf.Nearest;
import io.waggle.script.check.Checker.Context;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import java.util.List;
import java.util.Optional;

/** Calls of the library's functions: looks them up in the table and hands them to their family. */
final class CallChecker {
  private final Context context;
  private final ExpressionChecker expressions;
  private final MapChecker maps;

  CallChecker(Context context, ExpressionChecker expressions, MapChecker maps) {
    this.context = context;
    this.expressions = expressions;
    this.maps = maps;
  }

  static boolean isAggregation(String name) {
    return isUsedAs(name, Function.Use.AGGREGATION);
  }

  static boolean isAction(String name) {
    return isUsedAs(name, Function.Use.ACTION);
  }

  private static boolean isUsedAs(String name, Function.Use use) {
    Optional<Function> function = Function.named(name);
    return function.isPresent() && function.get().use() == use;
  }

  /** The call of a known function with as many arguments as it takes; reports if it is not. */
  private Optional<CallSite> site(Expr.Call call, Scope scope) {
    Optional<Function> function = Function.named(call.function());
    if (function.isEmpty()) {
      unknown(call);
      return Optional.empty();
    }
    Optional<String> wrong = function.get().wrongCount(call.arguments().size());
    if (wrong.isPresent()) {
      context.error(call.span(), wrong.get());
      return Optional.empty();
    }
    if (function.get().isUnsafe() && !context.options().unsafe()) {
      context.error(
          call.span(),
          call.function() + "() is unsafe. To use you need the --unsafe flag",
          "it changes the system: make sure of what it does to which process first");
      return Optional.empty();
    }
    return Optional.of(new CallSite(context, expressions, maps, function.get(), call, scope));
  }

  private void unknown(Expr.Call call) {
    String name = call.function();
    if (Unsupported.isKnown(name)) {
      context.error(call.span(), Unsupported.message(name));
    } else if (Builtin.named(name).isPresent()) {
      context.error(call.span(), Unsupported.message(name + "() with arguments"));
    } else {
      context.error(
          call.span(), "Unknown function: '" + name + "'", Nearest.hint(name, Function.names()));
    }
  }

  /**
   * The call that a bare name is: of a function that needs no arguments, for its value or effect.
   */
  static Optional<Expr.Call> bare(Expr expression) {
    if (expression instanceof Expr.Name(Span span, String name) && Builtin.named(name).isEmpty()) {
      Optional<Function> function = Function.named(name);
      if (function.isPresent() && function.get().least() == 0) {
        return Optional.of(new Expr.Call(span, name, List.of()));
      }
    }
    return Optional.empty();
  }

  /** A call whose value is used. */
  Term value(Expr.Call call, Scope scope) {
    if (call.arguments().isEmpty() && NameChecker.isBuiltin(call.function())) {
      return expressions.check(new Expr.Name(call.span(), call.function()), scope);
    }
    Optional<CallSite> found = site(call, scope);
    if (found.isEmpty()) {
      return context.unknown(call.span());
    }
    CallSite site = found.get();
    return switch (site.function().use()) {
      case AGGREGATION -> site.error(site.name() + " must be assigned directly to a map");
      case ACTION -> site.error(site.name() + " does not return a value");
      case VALUE ->
          switch (site.function().family()) {
            case ADDRESS -> AddressCalls.value(site);
            case MAP -> MapCalls.value(site);
            case NAME -> NameCalls.value(site);
            case NETWORK -> NetworkCalls.value(site);
            case STACK -> StackCalls.value(site);
            case TASK -> TaskCalls.value(site);
            case TEXT -> TextCalls.value(site);
            case TIME -> TimeCalls.value(site);
            case OPTION -> OptionCalls.value(site);
            case TYPE -> TypeCalls.value(site);
            case AGGREGATION, PRINT -> throw new IllegalStateException("no value: " + site.name());
          };
    };
  }

  /** A call that stands alone, empty when it is one for its value. */
  Optional<Statement> statement(Expr.Call call, Scope scope) {
    if (!isAction(call.function())) {
      return Optional.empty();
    }
    return site(call, scope)
        .flatMap(
            site ->
                switch (site.function().family()) {
                  case MAP -> MapCalls.statement(site);
                  case PRINT -> PrintCalls.statement(site);
                  case TASK -> TaskCalls.statement(site);
                  case TEXT -> TextCalls.statement(site);
                  case ADDRESS, AGGREGATION, NAME, NETWORK, OPTION, STACK, TIME, TYPE ->
                      throw new IllegalStateException("no action: " + site.name());
                });
  }

  /** {@code @map[key] = count()} and its like. */
  Optional<Statement> aggregate(Span span, Expr.Call call, MapChecker.Entry entry, Scope scope) {
    return site(call, scope).flatMap(site -> AggregationCalls.statement(site, span, entry));
  }
}
