package io.waggle.script.header;

import io.waggle.script.types.CTypes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Works out constant expressions of C, as lengths of arrays and values of enumerations have. */
final class CExpression {
  private static final Map<String, Integer> STRENGTHS =
      Map.ofEntries(
          Map.entry("||", 1),
          Map.entry("&&", 2),
          Map.entry("|", 3),
          Map.entry("^", 4),
          Map.entry("&", 5),
          Map.entry("==", 6),
          Map.entry("!=", 6),
          Map.entry("<", 7),
          Map.entry(">", 7),
          Map.entry("<=", 7),
          Map.entry(">=", 7),
          Map.entry("<<", 8),
          Map.entry(">>", 8),
          Map.entry("+", 9),
          Map.entry("-", 9),
          Map.entry("*", 10),
          Map.entry("/", 10),
          Map.entry("%", 10));

  /** Deepest nesting of macros; what is deeper names itself. */
  private static final int DEEPEST = 32;

  private final CTokens tokens;
  private final CSpecifiers types;
  private final Declarations declarations;
  private final int depth;
  private int nesting;

  CExpression(CTokens tokens, CSpecifiers types, Declarations declarations, int depth) {
    this.tokens = tokens;
    this.types = types;
    this.declarations = declarations;
    this.depth = depth;
  }

  /** The value of the expression that starts at the parser's place. */
  long value() {
    long condition = binary(1);
    if (!tokens.accept("?")) {
      return condition;
    }
    long yes = value();
    tokens.expect(":");
    long no = value();
    return condition != 0 ? yes : no;
  }

  private long binary(int weakest) {
    long left = unary();
    while (true) {
      CToken token = tokens.peek();
      int strength =
          token.kind() == CToken.Kind.OPERATOR ? STRENGTHS.getOrDefault(token.text(), 0) : 0;
      if (strength == 0 || strength < weakest) {
        return left;
      }
      tokens.next();
      long right = binary(strength + 1);
      left = apply(token, left, right);
    }
  }

  private long apply(CToken operator, long left, long right) {
    return switch (operator.text()) {
      case "||" -> truth(left != 0 || right != 0);
      case "&&" -> truth(left != 0 && right != 0);
      case "|" -> left | right;
      case "^" -> left ^ right;
      case "&" -> left & right;
      case "==" -> truth(left == right);
      case "!=" -> truth(left != right);
      case "<" -> truth(left < right);
      case ">" -> truth(left > right);
      case "<=" -> truth(left <= right);
      case ">=" -> truth(left >= right);
      case "<<" -> left << right;
      case ">>" -> left >> right;
      case "+" -> left + right;
      case "-" -> left - right;
      case "*" -> left * right;
      default -> {
        if (right == 0) {
          throw tokens.error(operator, "division by zero");
        }
        yield operator.text().equals("/") ? left / right : left % right;
      }
    };
  }

  private static long truth(boolean holds) {
    return holds ? 1 : 0;
  }

  private long unary() {
    if (++nesting > 1000) {
      throw tokens.error(tokens.peek(), "expression is nested too deeply");
    }
    try {
      CToken token = tokens.next();
      switch (token.kind()) {
        case NUMBER -> {
          return number(token);
        }
        case CHARACTER -> {
          return character(token);
        }
        case WORD -> {
          return word(token);
        }
        default -> {}
      }
      switch (token.text()) {
        case "-":
          return -unary();
        case "+":
          return unary();
        case "~":
          return ~unary();
        case "!":
          return truth(unary() == 0);
        case "(":
          return parenthesised();
        default:
          throw tokens.error(token, "expected a constant");
      }
    } finally {
      nesting--;
    }
  }

  /** An expression in parentheses, or a cast, whose type is of no consequence here. */
  private long parenthesised() {
    if (types.isType(tokens.peek())) {
      types.typeName();
      tokens.expect(")");
      return unary();
    }
    long value = value();
    tokens.expect(")");
    return value;
  }

  private long word(CToken token) {
    if (token.is("sizeof") || token.is("_Alignof") || token.is("__alignof__")) {
      tokens.expect("(");
      var type = types.typeName();
      tokens.expect(")");
      return token.is("sizeof") ? type.size() : type.alignment();
    }
    Optional<CTypes.Constant> constant = declarations.own(token.text());
    if (constant.isPresent()) {
      return constant.get().value();
    }
    Optional<String> macro = declarations.macro(token.text());
    if (macro.isPresent() && depth < DEEPEST) {
      CTokens text = new CTokens(CLexer.tokens(macro.get()));
      CSpecifiers inside = new CSpecifiers(text, declarations);
      return new CExpression(text, inside, declarations, depth + 1).value();
    }
    throw tokens.error(token, "'" + token.text() + "' is no constant");
  }

  private long number(CToken token) {
    String text = token.text().toLowerCase(java.util.Locale.ROOT);
    int end = text.length();
    while (end > 1 && "ul".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    String digits = text.substring(0, end);
    try {
      if (digits.startsWith("0x")) {
        return Long.parseUnsignedLong(digits, 2, end, 16);
      }
      if (digits.startsWith("0b")) {
        return Long.parseUnsignedLong(digits, 2, end, 2);
      }
      return digits.length() > 1 && digits.charAt(0) == '0'
          ? Long.parseUnsignedLong(digits, 1, end, 8)
          : Long.parseUnsignedLong(digits);
    } catch (NumberFormatException wrong) {
      throw tokens.error(token, "'" + token.text() + "' is no integer");
    }
  }

  private long character(CToken token) {
    String text = token.text();
    if (text.length() == 1) {
      return text.charAt(0);
    }
    if (text.length() == 2 && text.charAt(0) == '\\') {
      int simple = List.of('n', 't', 'r', '0', '\\', '\'').indexOf(text.charAt(1));
      if (simple >= 0) {
        return "\n\t\r\0\\'".charAt(simple);
      }
    }
    throw tokens.error(token, "'" + text + "' is no character");
  }
}
