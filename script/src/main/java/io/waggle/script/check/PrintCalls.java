package io.waggle.script.check;

import io.waggle.script.plan.Action.Channel;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What user space does when the event arrives: printing, and the end. */
final class PrintCalls {
  private PrintCalls() {}

  static Optional<Statement> statement(CallSite call) {
    Span span = call.span();
    return switch (call.function()) {
      case ASSIGNED -> Optional.of(new Statement.Evaluate(span, call.term(0)));
      case PRINTF -> printf(call);
      case ERRORF -> formatted(call, Channel.ERROR);
      case WARNF -> formatted(call, Channel.WARNING);
      case CAT -> formatted(call, Channel.CAT);
      case SYSTEM -> formatted(call, Channel.SYSTEM);
      case DEBUGF -> debug(call);
      case FAIL -> fail(call);
      case ASSERT -> assertion(call);
      case STATIC_ASSERT -> staticAssertion(call);
      case PRINT -> print(call);
      case EXIT -> exit(call);
      case UNWATCH -> {
        Term address = call.integer(0, "unwatch() expects an address");
        yield Types.isUnknown(address.type())
            ? Optional.empty()
            : Optional.of(new Statement.Unwatch(span, address));
      }
      case TIME ->
          call.has(0)
              ? call.literal(0).map(format -> new Statement.Time(span, format))
              : Optional.of(new Statement.Time(span, "%H:%M:%S\n"));
      case JOIN -> join(call);
      default -> throw new IllegalStateException("no action " + call.name());
    };
  }

  private static Optional<Statement> exit(CallSite call) {
    if (!call.has(0)) {
      return Optional.of(
          new Statement.Exit(call.span(), new Term.Number(call.span(), Int.INT32, 0)));
    }
    Term code = call.term(0);
    if (Types.isUnknown(code.type())) {
      return Optional.empty();
    }
    if (!(code.type() instanceof Int)) {
      String given = code.type() instanceof Type.Text ? "string" : Types.name(code.type());
      call.error("exit() only supports int arguments (" + given + " provided)");
      return Optional.empty();
    }
    return Optional.of(new Statement.Exit(call.span(), Conversion.to(code, Int.INT32)));
  }

  private static Optional<Statement> join(CallSite call) {
    Term array = call.integer(0, "join() expects an address");
    Optional<String> separator = call.has(1) ? call.literal(1) : Optional.of(" ");
    return Types.isUnknown(array.type())
        ? Optional.empty()
        : separator.map(between -> new Statement.Join(call.span(), array, between));
  }

  private static Optional<Statement> printf(CallSite call) {
    return arguments(call)
        .map(
            arguments ->
                new Statement.Printf(call.span(), call.literal(0).orElseThrow(), arguments));
  }

  private static Optional<Statement> formatted(CallSite call, Channel channel) {
    return arguments(call)
        .map(
            arguments ->
                new Statement.Formatted(
                    call.span(), channel, call.literal(0).orElseThrow(), arguments));
  }

  /** What a format prints, empty if it and its values do not belong together. */
  private static Optional<List<Term>> arguments(CallSite call) {
    Optional<String> format = call.literal(0);
    List<Term> arguments = new ArrayList<>();
    for (int i = 1; i < call.count(); i++) {
      Term term = call.term(i);
      if (Types.isUnknown(term.type())) {
        return Optional.empty();
      }
      arguments.add(term);
    }
    if (format.isEmpty()) {
      return Optional.empty();
    }
    List<Type.Plain> types = arguments.stream().map(Term::type).toList();
    Optional<String> wrong = PrintfRules.check(call.function().text(), format.get(), types);
    if (wrong.isPresent()) {
      call.error(wrong.get());
      return Optional.empty();
    }
    return Optional.of(arguments);
  }

  /** The kernel formats this itself: numbers and texts only, what its own printk can do. */
  private static Optional<Statement> debug(CallSite call) {
    Optional<List<Term>> arguments = arguments(call);
    if (arguments.isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < arguments.get().size(); i++) {
      Type.Plain type = arguments.get().get(i).type();
      boolean possible =
          type instanceof Int
              || type instanceof Type.Bool
              || type instanceof Type.Pointer
              || type instanceof Type.Text;
      if (!possible) {
        call.error(
            i + 1, "debugf() can print integers and strings only (" + Types.name(type) + ")");
        return Optional.empty();
      }
    }
    return Optional.of(
        new Statement.Debug(call.span(), call.literal(0).orElseThrow(), arguments.get()));
  }

  /** Ends the compilation where it is reached; its values are known by then. */
  private static Optional<Statement> fail(CallSite call) {
    Optional<List<Term>> arguments = arguments(call);
    if (arguments.isPresent()) {
      Optional<String> message = Constants.format(call.literal(0).orElseThrow(), arguments.get());
      call.error(message.orElse("fail() can only format values that are known when compiled"));
    }
    return Optional.empty();
  }

  private static Optional<Statement> assertion(CallSite call) {
    Term condition = call.expressions().condition(call.argument(0), call.scope());
    Term message = call.text(1);
    if (Types.isUnknown(message.type())) {
      return Optional.empty();
    }
    Span span = call.span();
    List<Statement> failure =
        List.of(
            new Statement.Formatted(span, Channel.ERROR, "assert failed: %s", List.of(message)),
            new Statement.Exit(span, new Term.Number(span, Int.INT32, 1)));
    return Optional.of(new Statement.If(span, condition, List.of(), failure));
  }

  private static Optional<Statement> staticAssertion(CallSite call) {
    Term condition = call.expressions().condition(call.argument(0), call.scope());
    Optional<String> message = call.literal(1);
    if (!(condition instanceof Term.Number(Span _, Type.Plain _, long holds))) {
      call.error(0, "static_assert() needs a condition that is known when compiled");
    } else if (holds == 0 && message.isPresent()) {
      call.error(message.get());
    }
    return Optional.empty();
  }

  private static Optional<Statement> print(CallSite call) {
    Expr first = call.argument(0);
    if (first instanceof Expr.MapAccess access && access.key().isEmpty()) {
      return printMap(call, access);
    }
    if (call.count() > 1) {
      call.error("Non-map print() only takes 1 argument, " + call.count() + " found");
      return Optional.empty();
    }
    if (first instanceof Expr.MapAccess access) {
      return printEntry(call, access);
    }
    Term value = call.term(0);
    return Types.isUnknown(value.type())
        ? Optional.empty()
        : Optional.of(new Statement.PrintValue(call.span(), value));
  }

  private static Optional<Statement> printMap(CallSite call, Expr.MapAccess access) {
    Optional<MapSymbol> map = call.maps().whole(access);
    OptionalInt top = OptionalInt.empty();
    long divisor = 1;
    if (call.has(1)) {
      Optional<Long> number = call.constant(1);
      if (number.isEmpty()) {
        return Optional.empty();
      }
      top = OptionalInt.of((int) Math.clamp(number.get(), 0, Integer.MAX_VALUE));
    }
    if (call.has(2)) {
      Optional<Long> number = call.constant(2);
      if (number.isEmpty()) {
        return Optional.empty();
      }
      divisor = Math.max(1, number.get());
    }
    OptionalInt most = top;
    long by = divisor;
    return map.map(whole -> new Statement.PrintMap(call.span(), whole, most, by));
  }

  private static Optional<Statement> printEntry(CallSite call, Expr.MapAccess access) {
    Optional<MapSymbol> map = call.maps().whole(access);
    MapChecker.Entry entry = call.maps().entry(access, call.scope());
    if (map.isEmpty() || entry.key().isEmpty() || Types.isUnknown(entry.key().get().type())) {
      return Optional.empty();
    }
    if (map.get().value() instanceof Type.Aggregation aggregation
        && Types.asNumber(aggregation).isEmpty()
        && !(aggregation instanceof Type.Stats)) {
      call.error(
          "Map type "
              + Types.name(aggregation)
              + " cannot print the value of individual keys. You must print the whole map.");
      return Optional.empty();
    }
    return Optional.of(new Statement.PrintEntry(call.span(), map.get(), entry.key().get()));
  }
}
