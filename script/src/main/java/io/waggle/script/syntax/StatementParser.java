package io.waggle.script.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads statements and blocks. */
final class StatementParser {
  private static final String[] ASSIGNMENTS = {
    "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="
  };

  private final Tokens tokens;
  private final ExpressionParser expressions;

  /** The if statement read last as an expression, where its sides are values. */
  private Optional<Expr> lastChoice = Optional.empty();

  StatementParser(Tokens tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens, this);
  }

  ExpressionParser expressions() {
    return expressions;
  }

  /** {@code { … }} without a value. */
  List<Stmt> block() {
    return statements(body());
  }

  private static List<Stmt> statements(Body body) {
    List<Stmt> statements = new ArrayList<>(body.statements());
    body.result().ifPresent(result -> statements.add(new Stmt.Evaluate(result.span(), result)));
    return statements;
  }

  /**
   * What stands between braces.
   *
   * @param result a last expression without a semicolon
   * @param choice the last statement as an expression, where it is an if whose sides are values
   */
  record Body(Span span, List<Stmt> statements, Optional<Expr> result, Optional<Expr> choice) {

    /** The whole as a value, if it ends with one. */
    Optional<Expr> value() {
      if (result.isPresent()) {
        return Optional.of(new Expr.Block(span, List.copyOf(statements), result.get()));
      }
      return choice.map(
          last -> {
            List<Stmt> before = statements.subList(0, statements.size() - 1);
            return new Expr.Block(span, List.copyOf(before), last);
          });
    }
  }

  Body body() {
    if (!tokens.at("{")) {
      throw tokens.unexpected("expected {", tokens.at("=") ? "" : "a block stands in braces");
    }
    int start = tokens.next().start();
    tokens.enter();
    List<Stmt> statements = new ArrayList<>();
    Optional<Expr> result = Optional.empty();
    Optional<Expr> choice = Optional.empty();
    while (!tokens.at("}")) {
      if (tokens.at(Token.Kind.END)) {
        throw tokens.unexpected("expected }", "");
      }
      if (tokens.accept(";")) {
        continue;
      }
      Stmt statement = statement();
      if (statement instanceof Stmt.Evaluate(Span _, Expr value) && tokens.at("}")) {
        result = Optional.of(value);
      } else {
        statements.add(statement);
        choice = statement instanceof Stmt.If && tokens.at("}") ? lastChoice : Optional.empty();
        end(statement);
      }
    }
    tokens.leave(1);
    tokens.next();
    return new Body(tokens.since(start), statements, result, choice);
  }

  private void end(Stmt statement) {
    boolean block =
        switch (statement) {
          case Stmt.If _,
              Stmt.While _,
              Stmt.Unroll _,
              Stmt.ForMap _,
              Stmt.ForRange _,
              Stmt.Scope _ ->
              true;
          case Stmt.Evaluate(Span _, Expr value) -> value instanceof Expr.Block;
          default -> false;
        };
    if (!tokens.accept(";") && !block && !tokens.at("}")) {
      throw tokens.unexpected("expected ; or }", Mistakes.hint(statement));
    }
  }

  Stmt statement() {
    Token token = tokens.peek();
    if (token.kind() == Token.Kind.WORD) {
      switch (token.text()) {
        case "if" -> {
          return ifStatement();
        }
        case "while" -> {
          tokens.next();
          Expr condition = parenthesised();
          List<Stmt> body = block();
          return new Stmt.While(tokens.since(token.start()), condition, body);
        }
        case "unroll" -> {
          tokens.next();
          Expr count = parenthesised();
          List<Stmt> body = block();
          return new Stmt.Unroll(tokens.since(token.start()), count, body);
        }
        case "for" -> {
          return forStatement();
        }
        case "let" -> {
          return let();
        }
        case "break" -> {
          return new Stmt.Break(tokens.next().span());
        }
        case "continue" -> {
          return new Stmt.Continue(tokens.next().span());
        }
        case "return" -> {
          tokens.next();
          Optional<Expr> value =
              tokens.at(";") || tokens.at("}")
                  ? Optional.empty()
                  : Optional.of(expressions.expression());
          return new Stmt.Return(tokens.since(token.start()), value);
        }
        default -> {}
      }
      if (token.text().equals("_") && tokens.peek(1).is("=")) {
        tokens.next();
        tokens.next();
        Expr value = expressions.expression();
        // Wrapped, so that the value counts as used.
        return new Stmt.Evaluate(
            tokens.since(token.start()),
            new Expr.Call(tokens.since(token.start()), "_", List.of(value)));
      }
    }
    if (token.is("{")) {
      Body body = body();
      if (body.result().isPresent()) {
        return new Stmt.Evaluate(
            body.span(), new Expr.Block(body.span(), body.statements(), body.result().get()));
      }
      return new Stmt.Scope(body.span(), body.statements());
    }
    return assignmentOrExpression();
  }

  private Expr parenthesised() {
    tokens.expect("(");
    Expr value = expressions.expression();
    tokens.expect(")");
    return value;
  }

  private Stmt.If ifStatement() {
    int start = tokens.next().start();
    Expr condition = expressions.expression();
    Body then = body();
    List<Stmt> otherwise = List.of();
    Optional<Expr> no = Optional.empty();
    if (tokens.accept("else")) {
      tokens.enter();
      if (tokens.at("if")) {
        otherwise = List.of(ifStatement());
        no = lastChoice;
      } else {
        Body body = body();
        otherwise = statements(body);
        no = body.value();
      }
      tokens.leave(1);
    }
    Span span = tokens.since(start);
    Optional<Expr> yes = no.isEmpty() ? no : then.value();
    lastChoice =
        yes.isEmpty() ? yes : Optional.of(new Expr.Ternary(span, condition, yes.get(), no.get()));
    return new Stmt.If(span, condition, statements(then), otherwise);
  }

  /** {@code if} where a value is wanted. */
  Expr ifExpression() {
    Stmt.If read = ifStatement();
    return lastChoice.orElseThrow(
        () ->
            tokens.error(
                read.span(),
                "syntax error, an if used as a value must have one on both sides",
                "end each block with an expression and no semicolon"));
  }

  private Stmt forStatement() {
    int start = tokens.next().start();
    boolean parentheses = tokens.accept("(");
    Token name = tokens.expect(Token.Kind.VARIABLE, "a variable");
    Expr.Variable variable = new Expr.Variable(name.span(), name.text());
    tokens.expect(":");
    Expr from = expressions.unary();
    if (tokens.accept("..")) {
      Expr to = expressions.unary();
      if (parentheses) {
        tokens.expect(")");
      }
      List<Stmt> body = block();
      return new Stmt.ForRange(tokens.since(start), variable, from, to, body);
    }
    if (!(from instanceof Expr.MapAccess map)) {
      throw tokens.error(
          from.span(), "syntax error, expected a map or a range", "a range is written 0..10");
    }
    if (parentheses) {
      tokens.expect(")");
    }
    List<Stmt> body = block();
    return new Stmt.ForMap(tokens.since(start), variable, map, body);
  }

  private Stmt let() {
    int start = tokens.next().start();
    Token name = tokens.expect(Token.Kind.VARIABLE, "a variable");
    Optional<TypeName> type =
        tokens.accept(":") ? Optional.of(expressions.typeName()) : Optional.empty();
    Optional<Expr> value =
        tokens.accept("=") ? Optional.of(expressions.expression()) : Optional.empty();
    Expr.Variable variable = new Expr.Variable(name.span(), name.text());
    return new Stmt.Let(tokens.since(start), variable, type, value);
  }

  private Stmt assignmentOrExpression() {
    int start = tokens.rawPosition();
    Expr target = expressions.expression();
    Token token = tokens.peek();
    if (token.is("=")) {
      tokens.next();
      requireTarget(target);
      Expr value = expressions.expression();
      return new Stmt.Assign(tokens.since(start), target, Optional.empty(), value);
    }
    for (String assignment : ASSIGNMENTS) {
      if (token.is(assignment)) {
        tokens.next();
        requireTarget(target);
        Expr value = expressions.expression();
        Expr.BinaryOp op =
            ExpressionParser.binary(assignment.substring(0, assignment.length() - 1));
        return new Stmt.Assign(tokens.since(start), target, Optional.of(op), value);
      }
    }
    return new Stmt.Evaluate(tokens.since(start), target);
  }

  private void requireTarget(Expr target) {
    if (!(target instanceof Expr.Variable) && !(target instanceof Expr.MapAccess)) {
      throw tokens.error(
          target.span(),
          "syntax error, only a variable or a map can be assigned to",
          target instanceof Expr.Name name
              ? "a variable is written $" + name.name()
              : "write == to compare");
    }
  }
}
