package io.waggle.script.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads expressions, by precedence as in C. */
final class ExpressionParser {
  private final Tokens tokens;
  private final StatementParser statements;

  /** Inside a predicate a slash ends the expression. */
  private boolean inPredicate;

  ExpressionParser(Tokens tokens, StatementParser statements) {
    this.tokens = tokens;
    this.statements = statements;
  }

  /** An expression in which a slash outside of parentheses is the end. */
  Expr predicate() {
    inPredicate = true;
    Expr predicate = expression();
    inPredicate = false;
    return predicate;
  }

  Expr expression() {
    tokens.enter();
    Expr condition = binary(1);
    Expr result = condition;
    if (tokens.accept("?")) {
      // a ?: b is a where it is true, else b.
      Expr yes = tokens.at(":") ? condition : expression();
      tokens.expect(":");
      Expr no = expression();
      result = new Expr.Ternary(condition.span().to(no.span()), condition, yes, no);
    }
    tokens.leave(1);
    return result;
  }

  private Expr binary(int weakest) {
    Expr left = unary();
    int levels = 0;
    while (true) {
      Expr.BinaryOp op = operatorAhead();
      if (op == null || op.strength() < weakest) {
        tokens.leave(levels);
        return left;
      }
      // The left side becomes one level deeper with each operator.
      tokens.enter();
      levels++;
      tokens.next();
      Expr right = binary(op.strength() + 1);
      left = new Expr.Binary(left.span().to(right.span()), op, left, right);
    }
  }

  private Expr.BinaryOp operatorAhead() {
    Token token = tokens.peek();
    if (token.kind() != Token.Kind.OPERATOR
        || inPredicate && token.is("/") && tokens.peek(1).is("{")) {
      return null;
    }
    return binary(token.text());
  }

  /** The operator of this text; null for none, a private matter of the parser. */
  static Expr.BinaryOp binary(String text) {
    for (Expr.BinaryOp op : Expr.BinaryOp.values()) {
      if (op.text().equals(text)) {
        return op;
      }
    }
    return null;
  }

  Expr unary() {
    tokens.enter();
    Expr result = prefixed();
    tokens.leave(1);
    return result;
  }

  private Expr prefixed() {
    Token token = tokens.peek();
    if (token.kind() == Token.Kind.OPERATOR) {
      if (token.is("++") || token.is("--")) {
        tokens.next();
        Expr target = unary();
        return step(tokens.since(token.start()), target, token, false);
      }
      for (Expr.UnaryOp op : Expr.UnaryOp.values()) {
        if (token.is(op.text())) {
          tokens.next();
          Expr operand = unary();
          return new Expr.Unary(tokens.since(token.start()), op, operand);
        }
      }
      if (token.is("(") && isCast()) {
        tokens.next();
        TypeName type = typeName();
        tokens.expect(")");
        Expr operand = unary();
        return new Expr.Cast(tokens.since(token.start()), type, operand);
      }
    }
    return postfix(primary());
  }

  private Expr step(Span span, Expr target, Token operator, boolean postfix) {
    if (!(target instanceof Expr.Variable) && !(target instanceof Expr.MapAccess)) {
      throw tokens.error(
          span, "syntax error, " + operator.text() + " needs a variable or a map", "");
    }
    return new Expr.Step(span, target, operator.is("++"), postfix);
  }

  /** Whether the parenthesis ahead holds a type and something to cast follows it. */
  private boolean isCast() {
    int at = 1;
    if (tokens.peek(at).kind() != Token.Kind.WORD) {
      return false;
    }
    String first = tokens.peek(at).text();
    boolean known = isTag(first) || isTypeWord(first) || first.equals("typeof");
    while (tokens.peek(at).kind() == Token.Kind.WORD) {
      at++;
    }
    if (first.equals("typeof")) {
      at = afterParentheses(at);
    }
    boolean suffixed = false;
    while (tokens.peek(at).is("*") || tokens.peek(at).is("[")) {
      suffixed = true;
      if (tokens.peek(at).is("[")) {
        at++;
        if (tokens.peek(at).kind() == Token.Kind.NUMBER) {
          at++;
        }
        if (!tokens.peek(at).is("]")) {
          return false;
        }
      }
      at++;
    }
    if (!tokens.peek(at).is(")")) {
      return false;
    }
    Token after = tokens.peek(at + 1);
    boolean operand =
        switch (after.kind()) {
          case WORD, NUMBER, UNSIGNED, TEXT, VARIABLE, MAP, POSITIONAL, POSITIONAL_COUNT -> true;
          case OPERATOR ->
              after.is("(")
                  || after.is("!")
                  || after.is("~")
                  || after.is("{")
                  || known
                      && (after.is("-")
                          || after.is("*")
                          || after.is("&")
                          || after.is("++")
                          || after.is("--"))
                  || suffixed && after.is("-");
          default -> false;
        };
    return operand && (!after.is("{") || known);
  }

  /** How far ahead the parentheses end that open {@code at} tokens ahead. */
  private int afterParentheses(int at) {
    int depth = 0;
    int next = at;
    do {
      Token token = tokens.peek(next++);
      if (token.kind() == Token.Kind.END) {
        return next;
      }
      depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
    } while (depth > 0);
    return next;
  }

  private static boolean isTag(String word) {
    return word.equals("struct") || word.equals("union") || word.equals("enum");
  }

  static boolean isTypeWord(String word) {
    return switch (word) {
      case "bool",
          "void",
          "char",
          "short",
          "int",
          "long",
          "unsigned",
          "signed",
          "string",
          "buffer",
          "inet",
          "username",
          "usym_t",
          "ksym_t",
          "timestamp",
          "mac_address",
          "cgroup_path",
          "strerror",
          "int8",
          "int16",
          "int32",
          "int64",
          "uint8",
          "uint16",
          "uint32",
          "uint64",
          "size_t" ->
          true;
      default -> word.endsWith("_t");
    };
  }

  private Expr postfix(Expr value) {
    Expr result = value;
    for (int levels = 0; ; levels++) {
      tokens.enter();
      Token token = tokens.peek();
      int start = result.span().start();
      if (token.is("++") || token.is("--")) {
        if (!(result instanceof Expr.Variable) && !(result instanceof Expr.MapAccess)) {
          tokens.leave(levels + 1);
          return result;
        }
        tokens.next();
        result = step(tokens.since(start), result, token, true);
      } else if (token.is("[")) {
        tokens.next();
        Expr index = bracketed();
        tokens.expect("]");
        result = new Expr.Index(tokens.since(start), result, index);
      } else if (token.is(".") || token.is("->")) {
        tokens.next();
        result = member(result, token.is("->"));
      } else {
        tokens.leave(levels + 1);
        return result;
      }
    }
  }

  private Expr member(Expr value, boolean arrow) {
    int start = value.span().start();
    Token name = tokens.next();
    if (value instanceof Expr.Number && name.kind() == Token.Kind.NUMBER) {
      throw tokens.error(
          tokens.since(start),
          "syntax error, there are no floating-point numbers",
          "durations take a unit: 1500ms");
    }
    return switch (name.kind()) {
      case WORD -> new Expr.Field(tokens.since(start), value, name.text(), arrow);
      case NUMBER ->
          new Expr.Element(
              tokens.since(start), value, Math.toIntExact(Math.min(name.number(), 1 << 20)));
      default ->
          throw tokens.error(
              name.span(),
              "syntax error, unexpected " + name.describe() + ", expected a field name",
              "");
    };
  }

  /** An expression in which a slash divides, whatever stands around it. */
  private Expr bracketed() {
    boolean outside = inPredicate;
    inPredicate = false;
    Expr result = expression();
    if (tokens.at(",")) {
      List<Expr> elements = new ArrayList<>(List.of(result));
      while (tokens.accept(",")) {
        elements.add(expression());
      }
      result = new Expr.Tuple(result.span().to(elements.getLast().span()), elements);
    }
    inPredicate = outside;
    return result;
  }

  private Expr primary() {
    Token token = tokens.next();
    Span span = token.span();
    return switch (token.kind()) {
      case NUMBER -> new Expr.Number(span, token.number(), false);
      case UNSIGNED -> new Expr.Number(span, token.number(), true);
      case TEXT -> new Expr.Text(span, token.text());
      case POSITIONAL -> new Expr.Positional(span, (int) token.number());
      case POSITIONAL_COUNT -> new Expr.PositionalCount(span);
      case VARIABLE -> new Expr.Variable(span, token.text());
      case MAP -> map(token);
      case WORD -> word(token);
      case OPERATOR -> {
        if (token.is("(")) {
          yield parenthesised(token);
        }
        if (token.is("{")) {
          tokens.rawPosition(token.start());
          yield blockExpression();
        }
        throw unexpected(token);
      }
      default -> throw unexpected(token);
    };
  }

  private ScriptException unexpected(Token token) {
    tokens.rawPosition(token.start());
    return tokens.unexpected("", "");
  }

  private Expr map(Token token) {
    if (!tokens.at("[")) {
      return new Expr.MapAccess(token.span(), token.text(), Optional.empty());
    }
    tokens.next();
    Expr key = bracketed();
    tokens.expect("]");
    return new Expr.MapAccess(tokens.since(token.start()), token.text(), Optional.of(key));
  }

  private Expr word(Token token) {
    switch (token.text()) {
      case "true", "false" -> {
        return new Expr.Bool(token.span(), token.text().equals("true"));
      }
      case "sizeof" -> {
        return sizeOf(token);
      }
      case "offsetof" -> {
        return offsetOf(token);
      }
      case "typeof" -> {
        TypeName type = typeOf(token);
        return new Expr.TypeOf(tokens.since(token.start()), type);
      }
      case "typeinfo" -> {
        TypeName type = typeOf(token);
        Expr argument = new Expr.TypeOf(type.span(), type);
        return new Expr.Call(tokens.since(token.start()), "typeinfo", List.of(argument));
      }
      case "comptime" -> {
        Expr value = unary();
        return new Expr.Call(tokens.since(token.start()), "comptime", List.of(value));
      }
      case "if" -> {
        tokens.rawPosition(token.start());
        return statements.ifExpression();
      }
      case "break", "continue", "else", "for", "let", "return", "unroll", "while" ->
          throw unexpected(token);
      default -> {
        if (isMacroMark(token)) {
          tokens.next();
        }
        if (!tokens.at("(")) {
          return new Expr.Name(token.span(), token.text());
        }
        List<Expr> arguments = arguments();
        return new Expr.Call(tokens.since(token.start()), token.text(), arguments);
      }
    }
  }

  /** {@code name!(…)} calls a macro; the mark may be left out. */
  private boolean isMacroMark(Token name) {
    Token mark = tokens.peek();
    return mark.is("!")
        && mark.start() == name.end()
        && tokens.peek(1).is("(")
        && tokens.peek(1).start() == mark.end();
  }

  /** {@code (a, b, …)}. */
  List<Expr> arguments() {
    boolean outside = inPredicate;
    inPredicate = false;
    try {
      tokens.expect("(");
      List<Expr> arguments = new ArrayList<>();
      while (!tokens.accept(")")) {
        arguments.add(expression());
        if (!tokens.at(")")) {
          if (!tokens.at(",")) {
            throw tokens.unexpected("expected ) or ,", "");
          }
          tokens.next();
          if (tokens.at(")")) {
            throw tokens.unexpected("expected an expression", "");
          }
        }
      }
      return arguments;
    } finally {
      inPredicate = outside;
    }
  }

  private Expr parenthesised(Token open) {
    boolean outside = inPredicate;
    inPredicate = false;
    try {
      if (tokens.accept(")")) {
        return new Expr.Tuple(tokens.since(open.start()), List.of());
      }
      if (tokens.at(Token.Kind.WORD) && tokens.peek(1).is("=")) {
        return record(open);
      }
      Expr first = expression();
      if (tokens.accept(")")) {
        return first;
      }
      List<Expr> elements = new ArrayList<>(List.of(first));
      while (tokens.accept(",")) {
        if (tokens.at(")")) {
          break;
        }
        elements.add(expression());
      }
      if (!tokens.at(")")) {
        throw tokens.unexpected("expected )", "");
      }
      tokens.next();
      return new Expr.Tuple(tokens.since(open.start()), elements);
    } finally {
      inPredicate = outside;
    }
  }

  private Expr record(Token open) {
    List<String> names = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    do {
      if (tokens.at(")")) {
        break;
      }
      names.add(tokens.expect(Token.Kind.WORD, "a field name").text());
      tokens.expect("=");
      values.add(expression());
    } while (tokens.accept(","));
    tokens.expect(")");
    return new Expr.Record(tokens.since(open.start()), names, values);
  }

  /** {@code { statements; value }}. */
  Expr blockExpression() {
    boolean outside = inPredicate;
    inPredicate = false;
    StatementParser.Body body = statements.body();
    inPredicate = outside;
    return body.value()
        .orElseThrow(
            () ->
                tokens.error(
                    body.span(),
                    "syntax error, a block used as a value must end with an expression",
                    "leave out the last semicolon"));
  }

  private Expr sizeOf(Token word) {
    TypeName type = typeOf(word);
    Span span = tokens.since(word.start());
    return type.of().isPresent() && type.suffixes().isEmpty()
        ? new Expr.SizeOf(span, type.of().get())
        : new Expr.SizeOfType(span, type);
  }

  /**
   * What {@code typeof} and its like name in parentheses: a type, or an expression for its type.
   */
  private TypeName typeOf(Token word) {
    tokens.expect("(");
    boolean outside = inPredicate;
    inPredicate = false;
    TypeName type = typeOrExpression();
    inPredicate = outside;
    tokens.expect(")");
    return new TypeName(tokens.since(word.start()), type.name(), type.of(), type.suffixes());
  }

  private TypeName typeOrExpression() {
    if (isTypeAhead()) {
      return typeName();
    }
    Expr value = expression();
    return new TypeName(value.span(), "", Optional.of(value), List.of());
  }

  private boolean isTypeAhead() {
    Token token = tokens.peek();
    if (token.kind() != Token.Kind.WORD) {
      return false;
    }
    Token after = tokens.peek(1);
    if (after.is("(") && !token.is("typeof")) {
      return false; // A call, whatever its name.
    }
    return isTag(token.text())
        || isTypeWord(token.text())
        || token.is("typeof")
        || after.is(")")
        || after.is(",")
        || after.is("*")
        || after.is("[");
  }

  private Expr offsetOf(Token word) {
    tokens.expect("(");
    TypeName type = typeOrExpression();
    tokens.expect(",");
    List<String> path = new ArrayList<>();
    do {
      path.add(tokens.expect(Token.Kind.WORD, "a field name").text());
    } while (tokens.accept("."));
    tokens.expect(")");
    return new Expr.OffsetOf(tokens.since(word.start()), type, path);
  }

  TypeName typeName() {
    Token first = tokens.expect(Token.Kind.WORD, "a type");
    StringBuilder name = new StringBuilder(first.text());
    Optional<Expr> of = Optional.empty();
    List<Integer> suffixes = new ArrayList<>();
    if (first.is("typeof")) {
      tokens.enter();
      TypeName inner = typeOf(first);
      tokens.leave(1);
      name = new StringBuilder(inner.name());
      of = inner.of();
      suffixes.addAll(inner.suffixes());
    }
    boolean words = isTag(first.text());
    while (tokens.at(Token.Kind.WORD) && (words || isTypeWord(tokens.peek().text()))) {
      name.append(' ').append(tokens.next().text());
      words = false;
    }
    while (true) {
      if (tokens.accept("*")) {
        suffixes.add(TypeName.POINTER);
      } else if (tokens.accept("[")) {
        if (tokens.accept("]")) {
          suffixes.add(TypeName.UNSIZED);
          continue;
        }
        Token length = tokens.expect(Token.Kind.NUMBER, "a length");
        if (length.number() > 1 << 30) {
          throw tokens.error(length.span(), "an array that long has no place", "");
        }
        suffixes.add((int) length.number());
        tokens.expect("]");
      } else {
        return new TypeName(tokens.since(first.start()), name.toString(), of, suffixes);
      }
    }
  }
}
