package io.waggle.script.check;

import io.waggle.script.plan.Action;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Something done, with everything in it typed. */
public sealed interface Statement {
  Span span();

  /** For its effect; the value is dropped. */
  record Evaluate(Span span, Term term) implements Statement {}

  /** The value has the variable's type. */
  record AssignLocal(Span span, LocalVariable variable, Term value) implements Statement {}

  /** Key and value have the map's types. */
  record AssignMap(Span span, MapSymbol map, Optional<Term> key, Term value) implements Statement {}

  /**
   * {@code @map[key] = count()} and its like; {@code value} is a 64-bit integer, none for count.
   */
  record Aggregate(
      Span span, MapSymbol map, Optional<Term> key, Type.Aggregation how, Optional<Term> value)
      implements Statement {}

  /** The condition is a {@link Type.Bool}. */
  record If(Span span, Term condition, List<Statement> then, List<Statement> otherwise)
      implements Statement {}

  record While(Span span, Term condition, List<Statement> body) implements Statement {}

  /** {@code variable} is a tuple of key and value; an aggregation's value is a 64-bit integer. */
  record ForMap(Span span, LocalVariable variable, MapSymbol map, List<Statement> body)
      implements Statement {}

  /** From {@code from}, {@code to} not reached; both are of the variable's type. */
  record ForRange(Span span, LocalVariable variable, Term from, Term to, List<Statement> body)
      implements Statement {}

  record Break(Span span) implements Statement {}

  record Continue(Span span) implements Statement {}

  /** Ends the probe; the value, an int32, is looked at by those who run tests. */
  record Return(Span span, Optional<Term> value) implements Statement {}

  record Printf(Span span, String format, List<Term> arguments) implements Statement {}

  /** As {@code printf}, for what {@code channel} does with the text. */
  record Formatted(Span span, Action.Channel channel, String format, List<Term> arguments)
      implements Statement {}

  /** {@code debugf}: goes to the kernel's own trace; numbers, addresses and texts. */
  record Debug(Span span, String format, List<Term> arguments) implements Statement {}

  record PrintValue(Span span, Term value) implements Statement {}

  record PrintMap(Span span, MapSymbol map, OptionalInt top, long divisor) implements Statement {}

  /** {@code print(@map[key])}. */
  record PrintEntry(Span span, MapSymbol map, Term key) implements Statement {}

  record Clear(Span span, MapSymbol map) implements Statement {}

  record Zero(Span span, MapSymbol map) implements Statement {}

  record Time(Span span, String format) implements Statement {}

  /** {@code array} is the address of a list of addresses of texts that ends with 0. */
  record Join(Span span, Term array, String separator) implements Statement {}

  /** Detaches the watchpoints at an address, 64 bits. */
  record Unwatch(Span span, Term address) implements Statement {}

  /** Ends the tracing after this probe; the code is an int32. */
  record Exit(Span span, Term code) implements Statement {}
}
