package io.waggle.script.syntax;

import java.util.List;
import java.util.Optional;

/** Something done for its effect. */
public sealed interface Stmt {
  Span span();

  /** An expression whose value is not used. */
  record Evaluate(Span span, Expr expression) implements Stmt {}

  /** {@code target = value}, or {@code target op= value}; the target is a variable or map. */
  record Assign(Span span, Expr target, Optional<Expr.BinaryOp> op, Expr value) implements Stmt {}

  /** {@code let $name: type = value}. */
  record Let(Span span, Expr.Variable variable, Optional<TypeName> type, Optional<Expr> value)
      implements Stmt {}

  /** {@code if}; {@code otherwise} is empty without {@code else}. */
  record If(Span span, Expr condition, List<Stmt> then, List<Stmt> otherwise) implements Stmt {}

  record While(Span span, Expr condition, List<Stmt> body) implements Stmt {}

  /** {@code unroll(count) { … }}. */
  record Unroll(Span span, Expr count, List<Stmt> body) implements Stmt {}

  /** {@code for $variable : @map}. */
  record ForMap(Span span, Expr.Variable variable, Expr.MapAccess map, List<Stmt> body)
      implements Stmt {}

  /** {@code for $variable : from..to}; {@code to} is not reached. */
  record ForRange(Span span, Expr.Variable variable, Expr from, Expr to, List<Stmt> body)
      implements Stmt {}

  record Break(Span span) implements Stmt {}

  record Continue(Span span) implements Stmt {}

  record Return(Span span, Optional<Expr> value) implements Stmt {}

  /** {@code { … }} on its own: a scope. */
  record Scope(Span span, List<Stmt> body) implements Stmt {}
}
