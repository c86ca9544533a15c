package io.waggle.script.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a script: what stands at its top level. Statements and expressions have their own readers.
 */
public final class Parser {
  private final Source source;
  private final Tokens tokens;
  private final StatementParser statements;
  private final List<Script.Import> imports = new ArrayList<>();
  private final List<Script.Config> config = new ArrayList<>();
  private final List<Script.Definition> definitions = new ArrayList<>();
  private final List<Script.MapDeclaration> maps = new ArrayList<>();
  private final List<Script.Macro> macros = new ArrayList<>();
  private final List<Script.Function> functions = new ArrayList<>();
  private final List<Script.Probe> probes = new ArrayList<>();

  private Parser(Source source, int from) {
    this.source = source;
    this.tokens = new Tokens(source);
    this.statements = new StatementParser(tokens);
    tokens.rawPosition(from);
  }

  /**
   * Parses a whole script.
   *
   * @throws ScriptException at the first thing that is not the language
   */
  public static Script parse(Source source) {
    return parse(source, 0);
  }

  /**
   * Parses the file of a source that starts at {@code from} and is its last.
   *
   * @throws ScriptException at the first thing that is not the language
   */
  public static Script parse(Source source, int from) {
    return new Parser(source, from).script();
  }

  /** Reads a text that is one expression. */
  static Expr expression(Source source) {
    Parser parser = new Parser(source, 0);
    Expr expression = parser.statements.expressions().expression();
    if (!parser.tokens.at(Token.Kind.END)) {
      throw parser.tokens.unexpected("expected the end", "");
    }
    return expression;
  }

  /** The number that a text is as scripts write numbers, a minus before it allowed. */
  public static Optional<Expr.Number> number(String text) {
    boolean negative = text.startsWith("-");
    try {
      Token token = new Lexer(new Source("number", negative ? text.substring(1) : text)).next();
      if (token.end() < text.length() - (negative ? 1 : 0) || token.start() > 0) {
        return Optional.empty();
      }
      return switch (token.kind()) {
        case NUMBER ->
            Optional.of(
                new Expr.Number(token.span(), negative ? -token.number() : token.number(), false));
        case UNSIGNED ->
            negative
                ? Optional.empty()
                : Optional.of(new Expr.Number(token.span(), token.number(), true));
        default -> Optional.empty();
      };
    } catch (ScriptException e) {
      return Optional.empty();
    }
  }

  private Script script() {
    while (!tokens.at(Token.Kind.END)) {
      topLevel();
    }
    return new Script(source, imports, config, definitions, maps, macros, functions, probes);
  }

  private void topLevel() {
    Token token = tokens.peek();
    Token second = tokens.peek(1);
    if (token.kind() == Token.Kind.DIRECTIVE) {
      tokens.next();
      definitions.add(new Script.Definition(token.span(), token.text()));
    } else if (token.is("config") && second.is("=")) {
      config();
    } else if (token.is("import") && second.kind() == Token.Kind.TEXT) {
      tokens.next();
      imports.add(new Script.Import(token.span().to(second.span()), tokens.next().text()));
      tokens.accept(";");
    } else if (token.is("let") && second.kind() == Token.Kind.MAP) {
      mapDeclaration();
    } else if (token.is("macro") && second.kind() == Token.Kind.WORD) {
      macro();
    } else if (token.is("fn") && second.kind() == Token.Kind.WORD) {
      function();
    } else if (isDefinition(token, second)) {
      definition();
    } else {
      probe();
    }
  }

  private static boolean isDefinition(Token token, Token second) {
    return second.kind() == Token.Kind.WORD
            && (token.is("struct") || token.is("union") || token.is("enum") || token.is("typedef"))
        || token.is("enum") && second.is("{");
  }

  /** C up to the semicolon after its closing brace, taken as text. */
  private void definition() {
    int start = tokens.peek().start();
    int depth = 0;
    boolean done = false;
    while (!done) {
      if (tokens.at(Token.Kind.END)) {
        throw tokens.unexpected("expected ; after the definition", "");
      }
      Token token = tokens.next();
      if (token.is("{")) {
        depth++;
      } else if (token.is("}")) {
        depth--;
        // The semicolon of the last definition before a probe may be left out.
        if (depth == 0) {
          attributes();
        }
        done =
            depth == 0 && !tokens.at(";") && !tokens.source().text().startsWith("typedef", start);
      } else if (token.is(";")) {
        done = depth == 0;
      }
    }
    Span span = tokens.since(start);
    String text = tokens.source().text().substring(span.start(), span.end());
    definitions.add(new Script.Definition(span, text));
  }

  /** {@code __attribute__((…))}, any number of them. */
  private void attributes() {
    while (tokens.accept("__attribute__")) {
      int depth = 0;
      do {
        Token token = tokens.next();
        if (token.kind() == Token.Kind.END) {
          throw tokens.unexpected("expected )", "");
        }
        depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
      } while (depth > 0);
    }
  }

  private void config() {
    tokens.next();
    tokens.expect("=");
    tokens.expect("{");
    while (!tokens.accept("}")) {
      Token name = tokens.expect(Token.Kind.WORD, "a config variable");
      tokens.expect("=");
      Token value = tokens.next();
      String text =
          switch (value.kind()) {
            case WORD, TEXT -> value.text();
            case NUMBER, UNSIGNED -> Long.toUnsignedString(value.number());
            default ->
                throw tokens.error(
                    value.span(),
                    "syntax error, unexpected " + value.describe() + ", expected a value",
                    "");
          };
      config.add(new Script.Config(name.span().to(value.span()), name.text(), text));
      if (!tokens.at("}")) {
        tokens.expect(";");
      }
    }
    tokens.accept(";");
  }

  private void mapDeclaration() {
    Token let = tokens.next();
    String name = tokens.next().text();
    tokens.expect("=");
    String kind = tokens.expect(Token.Kind.WORD, "a map type").text();
    List<Expr> arguments = statements.expressions().arguments();
    tokens.expect(";");
    maps.add(new Script.MapDeclaration(tokens.since(let.start()), name, kind, arguments));
  }

  private void macro() {
    Token start = tokens.next();
    String name = tokens.next().text();
    List<Expr> parameters = tokens.at("(") ? statements.expressions().arguments() : List.of();
    StatementParser.Body body = statements.body();
    List<Stmt> steps = body.statements();
    if (body.choice().isPresent()) {
      steps = steps.subList(0, steps.size() - 1);
    }
    macros.add(
        new Script.Macro(
            tokens.since(start.start()),
            name,
            parameters,
            List.copyOf(steps),
            body.result().or(body::choice)));
  }

  private void function() {
    Token start = tokens.next();
    String name = tokens.next().text();
    List<Expr.Variable> parameters = new ArrayList<>();
    List<TypeName> types = new ArrayList<>();
    tokens.expect("(");
    while (!tokens.accept(")")) {
      Token parameter = tokens.expect(Token.Kind.VARIABLE, "a parameter");
      parameters.add(new Expr.Variable(parameter.span(), parameter.text()));
      tokens.expect(":");
      types.add(statements.expressions().typeName());
      if (!tokens.at(")")) {
        tokens.expect(",");
      }
    }
    tokens.expect(":");
    TypeName result = statements.expressions().typeName();
    List<Stmt> body = statements.block();
    functions.add(
        new Script.Function(tokens.since(start.start()), name, parameters, types, result, body));
  }

  private void probe() {
    int start = tokens.rawPosition();
    List<Script.AttachPoint> points = attachPoints();
    Optional<Expr> predicate = Optional.empty();
    if (tokens.accept("/")) {
      predicate = Optional.of(statements.expressions().predicate());
      tokens.expect("/");
    }
    if (!tokens.at("{")) {
      throw tokens.unexpected("expected {", "");
    }
    List<Stmt> body = statements.block();
    probes.add(new Script.Probe(tokens.since(start), points, predicate, body));
  }

  /**
   * Attach points are no tokens: paths, wildcards and function names run up to a blank or brace.
   */
  private List<Script.AttachPoint> attachPoints() {
    AttachPointReader reader = new AttachPointReader(tokens.source(), tokens.rawPosition());
    List<Script.AttachPoint> points = reader.read();
    tokens.rawPosition(reader.position());
    return points;
  }
}
