package io.waggle.script.header;

import io.waggle.script.header.CSpecifiers.Attributes;
import io.waggle.script.header.CSpecifiers.Declared;
import java.util.Deque;

/** Reads what stands at the top level of C: declarations, and lines of the preprocessor. */
final class CParser {
  private final Declarations declarations;
  private final boolean strict;
  private final CTokens tokens;
  private final CSpecifiers types;
  private final Deque<Boolean> conditions;

  CParser(Declarations declarations, String text, boolean strict) {
    this.declarations = declarations;
    this.strict = strict;
    this.conditions = declarations.conditions();
    this.tokens = new CTokens(CLexer.tokens(text));
    this.types = new CSpecifiers(tokens, declarations);
  }

  void parse() {
    while (!tokens.atEnd()) {
      int start = tokens.position();
      try {
        external();
      } catch (CSyntaxException | ArithmeticException wrong) {
        if (strict && wrong instanceof CSyntaxException told) {
          throw told;
        }
        tokens.position(start);
        skipDeclaration();
      }
    }
  }

  private void external() {
    if (tokens.peek().kind() == CToken.Kind.DIRECTIVE) {
      directive(tokens.next());
    } else if (conditions.contains(false)) {
      tokens.next();
    } else if (tokens.at("_Static_assert") || tokens.at("__asm__") || tokens.at("asm")) {
      skipDeclaration();
    } else if (!tokens.accept(";")) {
      declaration();
    }
  }

  /** Up to a semicolon, or past the body of a function. */
  private void skipDeclaration() {
    tokens.next();
    while (!tokens.atEnd() && !tokens.accept(";")) {
      boolean body = tokens.at("{");
      if (body || tokens.at("(") || tokens.at("[")) {
        tokens.skipBrackets();
        if (body
            && !tokens.at(";")
            && !tokens.at(",")
            && !tokens.at("__attribute__")
            && tokens.peek().kind() != CToken.Kind.OPERATOR) {
          return;
        }
      } else {
        tokens.next();
      }
    }
  }

  private void declaration() {
    Attributes attributes = new Attributes();
    CSpecifiers.Base base = types.base(attributes);
    while (!tokens.atEnd() && !tokens.accept(";")) {
      CToken first = tokens.peek();
      if (base.isDefinition() && !base.typedef() && !isDeclarator(first)) {
        return; // A definition of a script may lack its semicolon.
      }
      Declared declared = types.declarator(base.type());
      types.attributes(attributes);
      if (base.typedef() && !declared.name().isEmpty()) {
        declarations.type(declared.name(), declared.type());
      }
      if (tokens.at("{")) {
        tokens.skipBrackets();
        return;
      }
      if (tokens.accept("=")) {
        skipInitializer();
      }
      if (!tokens.accept(",") && !tokens.at(";")) {
        if (tokens.atEnd() && base.typedef()) {
          return;
        }
        throw tokens.error(tokens.peek(), "expected ;");
      }
    }
  }

  private static boolean isDeclarator(CToken token) {
    return token.kind() == CToken.Kind.WORD || token.is("*") || token.is("(");
  }

  private void skipInitializer() {
    while (!tokens.atEnd() && !tokens.at(",") && !tokens.at(";")) {
      if (tokens.at("(") || tokens.at("[") || tokens.at("{")) {
        tokens.skipBrackets();
      } else {
        tokens.next();
      }
    }
  }

  // The preprocessor.

  private void directive(CToken token) {
    String line = token.text();
    int end = 0;
    while (end < line.length() && Character.isLetter(line.charAt(end))) {
      end++;
    }
    String rest = line.substring(end).strip();
    switch (line.substring(0, end)) {
      case "ifdef" -> conditions.push(isDefined(rest));
      case "ifndef" -> conditions.push(!isDefined(rest));
      case "if" -> conditions.push(condition(token, rest));
      case "else" -> {
        if (!conditions.isEmpty()) {
          conditions.push(!conditions.pop());
        }
      }
      case "endif" -> conditions.poll();
      case "define" -> {
        if (!conditions.contains(false)) {
          define(rest);
        }
      }
      case "undef" -> declarations.undefine(rest);
      default -> {}
    }
  }

  private boolean condition(CToken token, String text) {
    String plain = text.replace(" ", "");
    boolean negated = plain.startsWith("!");
    String asked = negated ? plain.substring(1) : plain;
    if (asked.startsWith("defined(") && asked.endsWith(")")) {
      return isDefined(asked.substring(8, asked.length() - 1)) != negated;
    }
    if (asked.startsWith("defined") && !asked.contains("|") && !asked.contains("&")) {
      return isDefined(asked.substring(7)) != negated;
    }
    CTokens words = new CTokens(CLexer.tokens(text));
    try {
      return new CExpression(words, new CSpecifiers(words, declarations), declarations, 0).value()
          != 0;
    } catch (CSyntaxException wrong) {
      throw tokens.error(token, "the condition '" + text + "' is not understood");
    }
  }

  /** Scripts may ask whether the kernel tells its types, without which Waggle has none. */
  private boolean isDefined(String name) {
    return name.equals("BPFTRACE_HAVE_BTF") || declarations.macro(name).isPresent();
  }

  private void define(String text) {
    int end = 0;
    while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
      end++;
    }
    boolean takesArguments = end < text.length() && text.charAt(end) == '(';
    if (end > 0 && !takesArguments) {
      declarations.define(text.substring(0, end), withoutComment(text.substring(end)).strip());
    }
  }

  private static String withoutComment(String text) {
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\') {
        i++;
      } else if (!quoted && (text.startsWith("//", i) || text.startsWith("/*", i))) {
        return text.substring(0, i);
      }
    }
    return text;
  }
}
