package io.waggle.script.check;

import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** An expression with its type. Operands have exactly the type that their operation wants. */
public sealed interface Term {
  Span span();

  /** Type of the value. */
  Type.Plain type();

  /** A known number; also a truth value, 0 or 1, and an address. */
  record Number(Span span, Type.Plain type, long value) implements Term {}

  /** Known text; the type has room for its bytes and a NUL. */
  record Text(Span span, Type.Text type, String value) implements Term {}

  record ReadLocal(Span span, LocalVariable variable) implements Term {
    @Override
    public Type.Plain type() {
      return variable.type();
    }
  }

  /**
   * Value of a map's entry, zero where there is none. Of an aggregation it is the number that it
   * comes to over all CPUs; the type is then a 64-bit integer.
   */
  record ReadMap(Span span, Type.Plain type, MapSymbol map, Optional<Term> key) implements Term {}

  record ReadBuiltin(Span span, Type.Plain type, Builtin builtin) implements Term {}

  /** {@code argN}. */
  record Argument(Span span, int index) implements Term {
    @Override
    public Type.Plain type() {
      return Type.Int.UINT64;
    }
  }

  /** {@code args.name}. */
  record ReadField(Span span, ProbeField field) implements Term {
    @Override
    public Type.Plain type() {
      return field.type();
    }
  }

  /**
   * What lies at an address: zeros where memory cannot be read.
   *
   * @param address a pointer
   * @param bits of the integer there that are meant
   */
  record Load(Span span, Type.Plain type, Term address, Type.AddressSpace space, Type.Bits bits)
      implements Term {}

  /**
   * A piece of a value that the program holds in its own memory: a member of a struct, an element
   * of an array.
   *
   * @param offset bytes from the whole's start
   * @param bits of the integer there that are meant
   */
  record Part(Span span, Type.Plain type, Term whole, int offset, Type.Bits bits) implements Term {}

  /**
   * The address of an element, or 0, behind which nothing lies, where the array has no such one;
   * the user is told.
   *
   * @param start where the array starts
   * @param index a uint64
   * @param count how many elements the array has
   * @param size bytes of one
   */
  record Within(Span span, Type.Plain type, Term start, Term index, int count, int size)
      implements Term {}

  /** Where the program holds a value; 0 for an entry that a map lacks. */
  record AddressOf(Span span, Type.Pointer type, Term value) implements Term {}

  /** Minus or complement of a 64-bit integer, or not of a truth value. */
  record Unary(Span span, Type.Plain type, Expr.UnaryOp op, Term operand) implements Term {}

  /** Arithmetic on two 64-bit integers of the same type, which is the result's; shifts too. */
  record Arithmetic(Span span, Type.Plain type, Expr.BinaryOp op, Term left, Term right)
      implements Term {}

  /**
   * A comparison of two values of the same type: 64-bit integers (by the type's signedness),
   * pointers, truth values; texts and tuples for equality only.
   */
  record Compare(Span span, Expr.BinaryOp op, Term left, Term right) implements Term {
    @Override
    public Type.Plain type() {
      return new Type.Bool();
    }
  }

  /** Short-circuit {@code &&} and {@code ||} of truth values. */
  record Logic(Span span, Expr.BinaryOp op, Term left, Term right) implements Term {
    @Override
    public Type.Plain type() {
      return new Type.Bool();
    }
  }

  record Choose(Span span, Type.Plain type, Term condition, Term yes, Term no) implements Term {}

  /**
   * The operand as another type: integers are extended by the operand's signedness or cut off; to
   * {@link Type.Bool} it asks whether it is not zero; texts are filled with zeros or cut off with a
   * NUL; tuples element by element; integers and pointers keep their bits.
   */
  record Convert(Span span, Type.Plain type, Term operand) implements Term {}

  record MakeTuple(Span span, Type.Tuple type, List<Term> elements) implements Term {}

  record Element(Span span, Type.Plain type, Term tuple, int index) implements Term {}

  /** {@code ++} and {@code --} of a variable; the type is the variable's. */
  record StepLocal(Span span, LocalVariable variable, boolean increment, boolean postfix)
      implements Term {
    @Override
    public Type.Plain type() {
      return variable.type();
    }
  }

  /** {@code ++} and {@code --} of a map's entry, which is made when missing. */
  record StepMap(
      Span span,
      Type.Plain type,
      MapSymbol map,
      Optional<Term> key,
      boolean increment,
      boolean postfix)
      implements Term {}

  record Block(Span span, List<Statement> body, Term result) implements Term {
    @Override
    public Type.Plain type() {
      return result.type();
    }
  }

  /**
   * {@code str}: the text at an address, cut off at the type's size or at {@code limit} bytes with
   * the NUL, whichever is less; empty where memory cannot be read.
   */
  record ReadText(
      Span span, Type.Text type, Term address, Type.AddressSpace space, Optional<Term> limit)
      implements Term {}

  /** {@code buf}: {@code length} bytes at an address or of a text, at most the type's capacity. */
  record ReadBuffer(Span span, Type.Buffer type, Term address, Type.AddressSpace space, Term length)
      implements Term {}

  /** What {@code operation} makes of the operands. */
  record Compute(Span span, Type.Plain type, Operation operation, List<Term> operands)
      implements Term {
    public Compute {
      operands = List.copyOf(operands);
    }
  }

  /** {@code strlen}: bytes before the NUL. */
  record TextLength(Span span, Term text) implements Term {
    @Override
    public Type.Plain type() {
      return Type.Int.UINT64;
    }
  }

  /** {@code strncmp}: 0 when the first {@code count} bytes are the same, as C compares, else 1. */
  record CompareText(Span span, Term left, Term right, int count) implements Term {
    @Override
    public Type.Plain type() {
      return Type.Int.UINT64;
    }
  }

  /** {@code strftime}: format by index, and nanoseconds of a clock. */
  record FormatTime(Span span, int format, Clock clock, Term nanoseconds) implements Term {
    @Override
    public Type.Plain type() {
      return new Type.Timestamp();
    }
  }

  /** {@code nsecs(clock)}. */
  record ReadClock(Span span, Clock clock) implements Term {
    @Override
    public Type.Plain type() {
      return Type.Int.UINT64;
    }
  }

  /** Clocks in nanoseconds. */
  enum Clock {
    MONOTONIC,
    BOOT,
    TAI
  }

  /** {@code len(@map)}: how many entries there are. */
  record MapLength(Span span, MapSymbol map) implements Term {
    @Override
    public Type.Plain type() {
      return Type.Int.UINT64;
    }
  }

  /** {@code has_key}. */
  record HasKey(Span span, MapSymbol map, Term key) implements Term {
    @Override
    public Type.Plain type() {
      return new Type.Bool();
    }
  }

  /** {@code delete}: whether there was such an entry; a scalar map's value becomes zero. */
  record Delete(Span span, MapSymbol map, Optional<Term> key) implements Term {
    @Override
    public Type.Plain type() {
      return new Type.Bool();
    }
  }

  /** Not found in a plan's terms: how many bytes the type takes, known when checked. */
  static Number size(Span span, Type.Plain type) {
    return new Number(span, Type.Int.UINT64, type.size());
  }

  /** The index of {@code argN} in a name, if it is one. */
  static OptionalInt argument(String name) {
    if (name.length() < 4 || name.length() > 5 || !name.startsWith("arg")) {
      return OptionalInt.empty();
    }
    for (int i = 3; i < name.length(); i++) {
      if (!Character.isDigit(name.charAt(i))) {
        return OptionalInt.empty();
      }
    }
    return OptionalInt.of(Integer.parseInt(name, 3, name.length(), 10));
  }
}
