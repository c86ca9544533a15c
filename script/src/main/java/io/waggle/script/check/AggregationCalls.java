package io.waggle.script.check;

import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.Optional;

/** {@code @map[key] = count()} and its like. */
final class AggregationCalls {
  private AggregationCalls() {}

  static Optional<Statement> statement(CallSite call, Span span, MapChecker.Entry entry) {
    Optional<Term> value = Optional.empty();
    boolean signed = false;
    if (call.has(0)) {
      Term term = call.integer(0, call.name() + " only supports int arguments");
      if (Types.isUnknown(term.type())) {
        return Optional.empty();
      }
      signed =
          term.type() instanceof Int(int _, boolean isSigned)
              && isSigned
              && !Types.isPlainNumber(term);
      value = Optional.of(term);
    }
    Optional<Type.Aggregation> how = aggregation(call, signed);
    if (how.isEmpty() || !call.maps().learnValue(entry.map(), how.get(), span)) {
      return Optional.empty();
    }
    if (entry.key().isPresent() && Types.isUnknown(entry.key().get().type())) {
      return Optional.empty();
    }
    Type.Aggregation settled = (Type.Aggregation) entry.map().value();
    return Optional.of(new Statement.Aggregate(span, entry.map(), entry.key(), settled, value));
  }

  private static Optional<Type.Aggregation> aggregation(CallSite call, boolean signed) {
    return switch (call.function()) {
      case COUNT -> Optional.of(new Type.Count());
      case SUM -> Optional.of(new Type.Sum(signed));
      case MIN -> Optional.of(new Type.Min(signed));
      case MAX -> Optional.of(new Type.Max(signed));
      case AVG -> Optional.of(new Type.Avg(signed));
      case STATS -> Optional.of(new Type.Stats(signed));
      case HIST -> hist(call);
      case LHIST -> lhist(call);
      default -> throw new IllegalStateException("no aggregation " + call.name());
    };
  }

  private static Optional<Type.Aggregation> hist(CallSite call) {
    if (!call.has(1)) {
      return Optional.of(new Type.Hist(0));
    }
    Optional<Long> bits = call.constant(1);
    if (bits.isPresent() && (bits.get() < 0 || bits.get() > 5)) {
      call.error(1, "hist: bits " + bits.get() + " must be 0..5");
      return Optional.empty();
    }
    return bits.map(value -> new Type.Hist(value.intValue()));
  }

  private static Optional<Type.Aggregation> lhist(CallSite call) {
    Optional<Long> min = call.constant(1);
    Optional<Long> max = call.constant(2);
    Optional<Long> step = call.constant(3);
    if (min.isEmpty() || max.isEmpty() || step.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> wrong = wrongSteps(min.get(), max.get(), step.get());
    if (wrong.isPresent()) {
      call.error(wrong.get());
      return Optional.empty();
    }
    return Optional.of(new Type.Lhist(min.get(), max.get(), step.get()));
  }

  private static Optional<String> wrongSteps(long min, long max, long step) {
    if (step <= 0) {
      return Optional.of("lhist() step must be >= 1 (" + step + " provided)");
    }
    if (min < 0) {
      return Optional.of("lhist() min must be non-negative (provided min " + min + ")");
    }
    if (min > max) {
      return Optional.of(
          "lhist() min must be less than max (provided min " + min + " and max " + max + ")");
    }
    long range = max - min;
    if (range / step > 1000) {
      return Optional.of(
          "lhist() too many buckets, must be <= 1000 (would need " + range / step + ")");
    }
    return range < step
        ? Optional.of(
            "lhist() step is too large for the given range (provided step "
                + step
                + " for range "
                + range
                + ")")
        : Optional.empty();
  }
}
