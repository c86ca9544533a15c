package io.waggle.script.check;

import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rules that join types, and their names in messages. */
public final class Types {
  private Types() {}

  /** The type of a number written down: the smallest signed one it fits, else unsigned 64 bits. */
  static Int ofLiteral(long value, boolean unsigned) {
    if (unsigned) {
      return Int.UINT64;
    }
    if (value == (byte) value) {
      return new Int(1, true);
    }
    if (value == (short) value) {
      return new Int(2, true);
    }
    return value == (int) value ? Int.INT32 : Int.INT64;
  }

  /** A type that holds the values of both, empty when there is none. */
  static Optional<Type.Plain> join(Type.Plain a, Type.Plain b) {
    if (a.equals(b)) {
      return Optional.of(a);
    }
    return switch (a) {
      case Int x when b instanceof Int y -> Optional.of(join(x, y));
      case Type.Text x when b instanceof Type.Text y ->
          Optional.of(new Type.Text(Math.max(x.size(), y.size())));
      case Type.Buffer x when b instanceof Type.Buffer y ->
          Optional.of(new Type.Buffer(Math.max(x.capacity(), y.capacity())));
      case Type.Pointer x when b instanceof Type.Pointer y -> Optional.of(join(x, y));
      case Type.Tuple x when b instanceof Type.Tuple y -> join(x, y);
      case Type.CgroupPath x when b instanceof Type.CgroupPath -> Optional.of(x);
      case Type.Enumeration x when b instanceof Type.Enumeration y && x.name().equals(y.name()) ->
          Optional.of(x.size() >= y.size() ? x : y);
      case Type.Enumeration x when b instanceof Int || b instanceof Type.Enumeration ->
          join(x.base(), integer(b));
      case Int x when b instanceof Type.Enumeration y -> Optional.of(join(x, y.base()));
      default -> Optional.empty();
    };
  }

  /**
   * Pointers to the same keep what they know of their memory if they agree; others know nothing.
   */
  private static Type.Pointer join(Type.Pointer a, Type.Pointer b) {
    Type.AddressSpace space = a.space() == b.space() ? a.space() : Type.AddressSpace.UNKNOWN;
    return new Type.Pointer(a.target().equals(b.target()) ? a.target() : new Type.None(), space);
  }

  /** An enumeration as the integer it is; other types as they are. */
  static Type.Plain integer(Type.Plain type) {
    return type instanceof Type.Enumeration enumeration ? enumeration.base() : type;
  }

  /** A value of an enumeration as the integer it is; others as they are. */
  static Term integer(Term term) {
    return term.type() instanceof Type.Enumeration(String _, Int base, Map<Long, String> _)
        ? Conversion.to(term, base)
        : term;
  }

  /** Whether the term is a number written down, not negative. */
  static boolean isPlainNumber(Term term) {
    return term instanceof Term.Number(Span _, Int _, long value) && value >= 0;
  }

  /**
   * As {@link #join(Type.Plain, Type.Plain)}, where {@code known} comes from plain positive numbers
   * alone: an unsigned type then stays unsigned.
   */
  static Optional<Type.Plain> joinNumbers(Type.Plain known, Type.Plain type) {
    return known instanceof Int(int size, boolean signed)
            && signed
            && type instanceof Int(int other, boolean otherSigned)
            && !otherSigned
        ? Optional.of(new Int(Math.max(size, other), false))
        : join(known, type);
  }

  private static Int join(Int a, Int b) {
    if (a.signed() == b.signed()) {
      return a.size() >= b.size() ? a : b;
    }
    Int signed = a.signed() ? a : b;
    Int unsigned = a.signed() ? b : a;
    // The unsigned one needs a bit more than it has.
    return new Int(Math.min(8, Math.max(signed.size(), unsigned.size() * 2)), true);
  }

  private static Optional<Type.Plain> join(Type.Tuple a, Type.Tuple b) {
    if (a.elements().size() != b.elements().size()
        || a.isRecord() != b.isRecord()
        || !a.names().containsAll(b.names())) {
      return Optional.empty();
    }
    List<Type.Plain> elements = new ArrayList<>();
    for (int i = 0; i < a.elements().size(); i++) {
      // Of records that name the same in another order the first order is kept.
      int other = a.isRecord() ? b.names().indexOf(a.names().get(i)) : i;
      Optional<Type.Plain> element = join(a.elements().get(i), b.elements().get(other));
      if (element.isEmpty()) {
        return Optional.empty();
      }
      elements.add(element.get());
    }
    return Optional.of(a.with(elements));
  }

  /** Whether a number fits the type as it is. */
  static boolean fits(long value, boolean unsigned, Int type) {
    if (type.size() == 8) {
      return type.signed() ? !unsigned : unsigned || value >= 0;
    }
    if (unsigned) {
      return false;
    }
    int bits = type.size() * 8;
    return type.signed()
        ? value >= -(1L << bits - 1) && value < 1L << bits - 1
        : value >= 0 && value < 1L << bits;
  }

  /** Whether every value of one integer is one of the other. */
  private static boolean fits(Int from, Int to) {
    return from.signed() == to.signed()
        ? from.size() <= to.size()
        : to.signed() && from.size() < to.size();
  }

  /** Whether some values change when a term becomes of a type; what was written down fits. */
  static boolean loses(Term term, Type type) {
    return term.type() instanceof Int from
        && type instanceof Int to
        && !(term instanceof Term.Number)
        && !fits(from, to);
  }

  /** What is said of that. */
  static String lossWarning(Term term, Type type) {
    return "Expression of type: "
        + name(term.type())
        + " being cast to type: "
        + name(type)
        + ". This may cause unexpected results. Use an explicit cast to suppress this warning.";
  }

  /** Not known yet: what a name reads before anything was assigned to it. */
  static boolean isUnknown(Type type) {
    return type instanceof Type.None;
  }

  /** As messages name it. */
  public static String name(Type type) {
    return switch (type) {
      case Type.None _ -> "none";
      case Type.Bool _ -> "bool";
      case Int(int size, boolean signed) -> (signed ? "int" : "uint") + size * 8;
      case Type.Text(int size) -> "string[" + size + "]";
      case Type.Buffer(int capacity) -> "buffer[" + capacity + "]";
      case Type.Pointer(Type.Plain target, Type.AddressSpace _) ->
          (target instanceof Type.None ? "void" : name(target)) + " *";
      case Type.Timestamp _ -> "timestamp";
      case Type.Symbol(boolean user) -> user ? "usym_t" : "ksym_t";
      case Type.Stack stack -> stack.user() ? "ustack_t" : "kstack_t";
      case Type.Inet _ -> "inet_t";
      case Type.Mac _ -> "macaddr_t";
      case Type.CgroupPath _ -> "cgroup_path_t";
      case Type.UserName _ -> "username_t";
      case Type.Tuple(List<Type.Plain> elements, List<String> names) -> {
        StringBuilder text = new StringBuilder("(");
        for (int i = 0; i < elements.size(); i++) {
          text.append(i == 0 ? "" : ",")
              .append(names.isEmpty() ? "" : names.get(i) + "=")
              .append(name(elements.get(i)));
        }
        yield text.append(')').toString();
      }
      case Type.Structure structure -> structure.name();
      case Type.Enumeration enumeration -> enumeration.name();
      case Type.Array(Type.Plain element, int count) -> name(element) + "[" + count + "]";
      case Type.Count _ -> "count_t";
      case Type.Sum(boolean signed) -> signed ? "sum_t" : "usum_t";
      case Type.Min(boolean signed) -> signed ? "min_t" : "umin_t";
      case Type.Max(boolean signed) -> signed ? "max_t" : "umax_t";
      case Type.Avg(boolean signed) -> signed ? "avg_t" : "uavg_t";
      case Type.Stats(boolean signed) -> signed ? "stats_t" : "ustats_t";
      case Type.Hist _ -> "hist_t";
      case Type.Lhist _ -> "lhist_t";
      case Type.Tseries _ -> "tseries_t";
    };
  }

  /** The number an aggregation comes to where it is read as one; empty for tables. */
  static Optional<Int> asNumber(Type.Aggregation aggregation) {
    return switch (aggregation) {
      case Type.Count _ -> Optional.of(Int.UINT64);
      case Type.Sum(boolean signed) -> Optional.of(new Int(8, signed));
      case Type.Min(boolean signed) -> Optional.of(new Int(8, signed));
      case Type.Max(boolean signed) -> Optional.of(new Int(8, signed));
      case Type.Avg(boolean signed) -> Optional.of(new Int(8, signed));
      case Type.Stats _, Type.Hist _, Type.Lhist _, Type.Tseries _ -> Optional.empty();
    };
  }

  /** Joins aggregations of one kind: signed wins. */
  static Optional<Type.Aggregation> join(Type.Aggregation a, Type.Aggregation b) {
    if (a.equals(b)) {
      return Optional.of(a);
    }
    if (a.getClass() != b.getClass() || a instanceof Type.Hist || a instanceof Type.Lhist) {
      return Optional.empty();
    }
    if (a instanceof Type.Tseries x && b instanceof Type.Tseries y) {
      Type.Tseries signed = new Type.Tseries(x.interval(), x.intervals(), x.how(), true);
      return signed.equals(new Type.Tseries(y.interval(), y.intervals(), y.how(), true))
          ? Optional.of(signed)
          : Optional.empty();
    }
    // They differ in signedness alone.
    return Optional.of(isSigned(a) ? a : b);
  }

  private static boolean isSigned(Type.Aggregation aggregation) {
    return switch (aggregation) {
      case Type.Sum(boolean signed) -> signed;
      case Type.Min(boolean signed) -> signed;
      case Type.Max(boolean signed) -> signed;
      case Type.Avg(boolean signed) -> signed;
      case Type.Stats(boolean signed) -> signed;
      default -> false;
    };
  }
}
