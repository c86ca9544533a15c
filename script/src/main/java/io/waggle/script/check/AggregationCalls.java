package io.waggle.script.check;

import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.Locale;
import java.util.Optional;

/** {@code @map[key] = count()} and its like. */
final class AggregationCalls {
  /** A per-CPU value must not be larger than 32 KiB (PCPU_MIN_UNIT_SIZE), 24 bytes an interval. */
  private static final int MOST_INTERVALS = 1366;

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
      case TSERIES -> tseries(call, signed);
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

  private static Optional<Type.Aggregation> tseries(CallSite call, boolean signed) {
    Optional<Long> interval = call.constant(1);
    Optional<Long> intervals = call.constant(2);
    if (interval.isEmpty() || intervals.isEmpty()) {
      return Optional.empty();
    }
    long count = intervals.get();
    if (interval.get() < 1) {
      call.error(1, "tseries() interval_ns must be >= 1 (" + interval.get() + " provided)");
      return Optional.empty();
    }
    if (count < 1 || count >= MOST_INTERVALS) {
      call.error(
          2,
          "tseries() num_intervals must be "
              + (count < 1 ? ">= 1" : "< " + MOST_INTERVALS)
              + " ("
              + count
              + " provided)");
      return Optional.empty();
    }
    return summary(call).map(how -> new Type.Tseries(interval.get(), (int) count, how, signed));
  }

  private static Optional<Type.Summary> summary(CallSite call) {
    if (!call.has(3)) {
      return Optional.of(Type.Summary.LAST);
    }
    Optional<String> word = call.literal(3);
    if (word.isEmpty()) {
      return Optional.empty();
    }
    switch (word.get()) {
      case "avg", "max", "min", "sum" -> {
        return Optional.of(Type.Summary.valueOf(word.get().toUpperCase(Locale.ROOT)));
      }
      default -> {
        call.error(
            3,
            "tseries() expects one of the following aggregation functions: avg, max, min, sum (\""
                + word.get()
                + "\" provided)");
        return Optional.empty();
      }
    }
  }
}
