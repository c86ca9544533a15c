package io.waggle.script.syntax;

import java.util.ArrayList;
import java.util.List;

/** Reads {@code kind:part:"quoted part", kind:part} up to a predicate or the opening brace. */
final class AttachPointReader {
  private final Source source;
  private final String text;
  private int position;

  AttachPointReader(Source source, int position) {
    this.source = source;
    this.text = source.text();
    this.position = position;
  }

  int position() {
    return position;
  }

  List<Script.AttachPoint> read() {
    List<Script.AttachPoint> points = new ArrayList<>();
    do {
      skipBlanks();
      if (position < text.length() && text.charAt(position) == '{' && !points.isEmpty()) {
        break; // a comma after the last point
      }
      points.add(point());
      skipBlanks();
    } while (take(','));
    return points;
  }

  private boolean take(char c) {
    if (position < text.length() && text.charAt(position) == c) {
      position++;
      return true;
    }
    return false;
  }

  private Script.AttachPoint point() {
    int start = position;
    List<String> parts = new ArrayList<>();
    do {
      parts.add(part());
    } while (take(':'));
    int end = position;
    Span span = new Span(start, Math.max(end, Math.min(start + 1, text.length())));
    String kind = parts.removeFirst();
    int name = kind.lastIndexOf('=');
    if (name > 0) {
      kind = kind.substring(name + 1);
    }
    if (kind.isEmpty()) {
      String found = start < text.length() ? text.substring(start, start + 1) : "end of file";
      throw new ScriptException(
          source,
          Diagnostic.error(
              span,
              "syntax error, unexpected " + found + ", expected a probe",
              "a probe is written kind:where { actions }"));
    }
    return new Script.AttachPoint(span, kind, parts);
  }

  private String part() {
    StringBuilder part = new StringBuilder();
    while (position < text.length()) {
      char c = text.charAt(position);
      if (c == '"') {
        quoted(part);
      } else if (c == '/' && !part.isEmpty() && part.charAt(0) != '/' && isLastPart()) {
        break; // the predicate, with no blank before it
      } else if (c == ':' || c == ',' || c == '{' || c == '}' || Character.isWhitespace(c)) {
        break;
      } else {
        part.append(c);
        position++;
      }
    }
    return part.toString();
  }

  /** Paths are followed by another part, or start with the slash. */
  private boolean isLastPart() {
    for (int i = position; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ':') {
        return false;
      }
      if (c == ',' || c == '{' || c == '(' || c == '=' || Character.isWhitespace(c)) {
        return true;
      }
    }
    return true;
  }

  private void quoted(StringBuilder part) {
    int end = text.indexOf('"', position + 1);
    if (end < 0) {
      throw new ScriptException(
          source,
          Diagnostic.error(new Span(position, text.length()), "syntax error, unterminated string"));
    }
    part.append(text, position + 1, end);
    position = end + 1;
  }

  private void skipBlanks() {
    Lexer lexer = new Lexer(source);
    lexer.position(position);
    lexer.skip();
    position = lexer.position();
  }
}
