package io.waggle.script.syntax;

import java.util.List;
import java.util.Optional;

/** Something with a value. Equality is identity of place as well as of content, by the span. */
public sealed interface Expr {
  Span span();

  /** A number; {@code unsigned} when it is too large to be signed. C's suffixes mean nothing. */
  record Number(Span span, long value, boolean unsigned) implements Expr {}

  record Bool(Span span, boolean value) implements Expr {}

  /** Text in quotes, escapes resolved. */
  record Text(Span span, String value) implements Expr {}

  /** {@code $1}, {@code $2}, … */
  record Positional(Span span, int index) implements Expr {}

  /** {@code $#}. */
  record PositionalCount(Span span) implements Expr {}

  /** {@code $name}; the name is without the dollar sign. */
  record Variable(Span span, String name) implements Expr {}

  /** {@code @name} or {@code @name[key]}; several keys are one {@link Tuple}. */
  record MapAccess(Span span, String name, Optional<Expr> key) implements Expr {}

  /** A bare word: a builtin, an enumerator, a macro without arguments. */
  record Name(Span span, String name) implements Expr {}

  record Call(Span span, String function, List<Expr> arguments) implements Expr {}

  record Unary(Span span, UnaryOp op, Expr operand) implements Expr {}

  /** {@code ++} or {@code --}, before or after a variable or map. */
  record Step(Span span, Expr target, boolean increment, boolean postfix) implements Expr {}

  record Binary(Span span, BinaryOp op, Expr left, Expr right) implements Expr {}

  record Ternary(Span span, Expr condition, Expr yes, Expr no) implements Expr {}

  record Cast(Span span, TypeName type, Expr operand) implements Expr {}

  record Tuple(Span span, List<Expr> elements) implements Expr {}

  /** {@code (name=value, …)}: as many names as values. */
  record Record(Span span, List<String> names, List<Expr> values) implements Expr {}

  /** {@code typeof(type)} where a macro takes a type. */
  record TypeOf(Span span, TypeName type) implements Expr {}

  /** {@code value.name}, or {@code value->name} when {@code arrow}. */
  record Field(Span span, Expr value, String name, boolean arrow) implements Expr {}

  /** {@code value.0}. */
  record Element(Span span, Expr value, int index) implements Expr {}

  /** {@code value[index]}. */
  record Index(Span span, Expr value, Expr index) implements Expr {}

  /** {@code sizeof(type)}. */
  record SizeOfType(Span span, TypeName type) implements Expr {}

  /** {@code sizeof(expression)}. */
  record SizeOf(Span span, Expr operand) implements Expr {}

  /** {@code offsetof(type, field.field)}. */
  record OffsetOf(Span span, TypeName type, List<String> path) implements Expr {}

  /** Statements, then the value of {@code result}. */
  record Block(Span span, List<Stmt> body, Expr result) implements Expr {}

  /** Operators before an operand. */
  enum UnaryOp {
    NEGATE("-"),
    NOT("!"),
    COMPLEMENT("~"),
    DEREFERENCE("*"),
    ADDRESS("&");

    private final String text;

    UnaryOp(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /** Operators between operands, with their binding strength: larger binds tighter, as in C. */
  enum BinaryOp {
    OR("||", 1),
    AND("&&", 2),
    BIT_OR("|", 3),
    BIT_XOR("^", 4),
    BIT_AND("&", 5),
    EQ("==", 6),
    NE("!=", 6),
    LT("<", 7),
    GT(">", 7),
    LE("<=", 7),
    GE(">=", 7),
    SHL("<<", 8),
    SHR(">>", 8),
    ADD("+", 9),
    SUB("-", 9),
    MUL("*", 10),
    DIV("/", 10),
    MOD("%", 10);

    private final String text;
    private final int strength;

    BinaryOp(String text, int strength) {
      this.text = text;
      this.strength = strength;
    }

    public String text() {
      return text;
    }

    int strength() {
      return strength;
    }

    /** True for operators whose result is a truth value. */
    public boolean isLogical() {
      return this == OR || this == AND;
    }

    /** True for comparisons. */
    public boolean isComparison() {
      return strength == 6 || strength == 7;
    }
  }
}
