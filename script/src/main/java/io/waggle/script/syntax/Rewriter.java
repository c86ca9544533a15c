package io.waggle.script.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a tree anew, part by part; those who extend it say which parts become something else. */
abstract class Rewriter {

  Expr expr(Expr expr) {
    return switch (expr) {
      case Expr.Number(Span span, long value, boolean unsigned) ->
          new Expr.Number(at(span), value, unsigned);
      case Expr.Bool(Span span, boolean value) -> new Expr.Bool(at(span), value);
      case Expr.Text(Span span, String value) -> new Expr.Text(at(span), value);
      case Expr.Positional(Span span, int index) -> new Expr.Positional(at(span), index);
      case Expr.PositionalCount(Span span) -> new Expr.PositionalCount(at(span));
      case Expr.Name(Span span, String name) -> new Expr.Name(at(span), name);
      case Expr.Variable(Span span, String name) -> variable(new Expr.Variable(at(span), name));
      case Expr.MapAccess(Span span, String name, Optional<Expr> key) ->
          new Expr.MapAccess(at(span), map(span, name), key.map(this::expr));
      case Expr.Call(Span span, String function, List<Expr> arguments) ->
          new Expr.Call(at(span), function, all(arguments));
      case Expr.Unary(Span span, Expr.UnaryOp op, Expr operand) ->
          new Expr.Unary(at(span), op, expr(operand));
      case Expr.Step(Span span, Expr target, boolean increment, boolean postfix) ->
          new Expr.Step(at(span), expr(target), increment, postfix);
      case Expr.Binary(Span span, Expr.BinaryOp op, Expr left, Expr right) ->
          new Expr.Binary(at(span), op, expr(left), expr(right));
      case Expr.Ternary(Span span, Expr condition, Expr yes, Expr no) ->
          new Expr.Ternary(at(span), expr(condition), expr(yes), expr(no));
      case Expr.Cast(Span span, TypeName type, Expr operand) ->
          new Expr.Cast(at(span), type(type), expr(operand));
      case Expr.Tuple(Span span, List<Expr> elements) -> new Expr.Tuple(at(span), all(elements));
      case Expr.Record(Span span, List<String> names, List<Expr> values) ->
          new Expr.Record(at(span), names, all(values));
      case Expr.TypeOf(Span span, TypeName type) -> new Expr.TypeOf(at(span), type(type));
      case Expr.Field(Span span, Expr value, String name, boolean arrow) ->
          new Expr.Field(at(span), expr(value), name, arrow);
      case Expr.Element(Span span, Expr value, int index) ->
          new Expr.Element(at(span), expr(value), index);
      case Expr.Index(Span span, Expr value, Expr index) ->
          new Expr.Index(at(span), expr(value), expr(index));
      case Expr.SizeOfType(Span span, TypeName type) -> new Expr.SizeOfType(at(span), type(type));
      case Expr.SizeOf(Span span, Expr operand) -> new Expr.SizeOf(at(span), expr(operand));
      case Expr.OffsetOf(Span span, TypeName type, List<String> path) ->
          new Expr.OffsetOf(at(span), type(type), path);
      case Expr.Block(Span span, List<Stmt> body, Expr result) ->
          new Expr.Block(at(span), statements(body), expr(result));
    };
  }

  private List<Expr> all(List<Expr> exprs) {
    return exprs.stream().map(this::expr).toList();
  }

  Stmt statement(Stmt statement) {
    return switch (statement) {
      case Stmt.Evaluate(Span span, Expr expression) ->
          new Stmt.Evaluate(at(span), expr(expression));
      case Stmt.Assign(Span span, Expr target, Optional<Expr.BinaryOp> op, Expr value) ->
          new Stmt.Assign(at(span), expr(target), op, expr(value));
      case Stmt.Let(
              Span span,
              Expr.Variable variable,
              Optional<TypeName> type,
              Optional<Expr> value) ->
          new Stmt.Let(at(span), declared(variable), type.map(this::type), value.map(this::expr));
      case Stmt.If(Span span, Expr condition, List<Stmt> then, List<Stmt> otherwise) ->
          new Stmt.If(at(span), expr(condition), statements(then), statements(otherwise));
      case Stmt.While(Span span, Expr condition, List<Stmt> body) ->
          new Stmt.While(at(span), expr(condition), statements(body));
      case Stmt.Unroll(Span span, Expr count, List<Stmt> body) ->
          new Stmt.Unroll(at(span), expr(count), statements(body));
      case Stmt.ForMap(Span span, Expr.Variable variable, Expr.MapAccess map, List<Stmt> body) ->
          new Stmt.ForMap(
              at(span), declared(variable), (Expr.MapAccess) expr(map), statements(body));
      case Stmt.ForRange(Span span, Expr.Variable variable, Expr from, Expr to, List<Stmt> body) ->
          new Stmt.ForRange(at(span), declared(variable), expr(from), expr(to), statements(body));
      case Stmt.Return(Span span, Optional<Expr> value) ->
          new Stmt.Return(at(span), value.map(this::expr));
      case Stmt.Scope(Span span, List<Stmt> body) -> new Stmt.Scope(at(span), statements(body));
      case Stmt.Break(Span span) -> new Stmt.Break(at(span));
      case Stmt.Continue(Span span) -> new Stmt.Continue(at(span));
    };
  }

  List<Stmt> statements(List<Stmt> statements) {
    List<Stmt> made = new ArrayList<>();
    for (Stmt statement : statements) {
      made.add(statement(statement));
    }
    return made;
  }

  /** Where a part is said to stand. */
  Span at(Span span) {
    return span;
  }

  /** A variable that is read or assigned to. */
  Expr variable(Expr.Variable variable) {
    return variable;
  }

  /** A variable that is declared. */
  Expr.Variable declared(Expr.Variable variable) {
    return variable;
  }

  /** The name of a map. */
  String map(Span span, String name) {
    return name;
  }

  TypeName type(TypeName type) {
    return new TypeName(at(type.span()), type.name(), type.of().map(this::expr), type.suffixes());
  }
}
