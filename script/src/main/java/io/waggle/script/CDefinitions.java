package io.waggle.script;

import io.waggle.script.header.CSyntaxException;
import io.waggle.script.header.Declarations;
import io.waggle.script.header.Preprocessor;
import io.waggle.script.syntax.Diagnostic;
import io.waggle.script.syntax.Script;
import io.waggle.script.syntax.ScriptException;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.CTypes;
import java.util.List;
import java.util.Optional;

/** What a script defines in C, its headers included. */
final class CDefinitions {
  private CDefinitions() {}

  /**
   * Reads the definitions of a script.
   *
   * @param included headers that the command line names, as {@code #include} does
   * @param headers reads headers, if anything can
   * @param others types of the kernel
   * @throws ScriptException where they are not understood
   */
  static Declarations of(
      Script script, List<String> included, Optional<Preprocessor> headers, CTypes others) {
    Declarations declarations = new Declarations(others);
    StringBuilder lines = new StringBuilder();
    Optional<Span> first = Optional.empty();
    for (String header : included) {
      lines.append("#include <").append(header).append(">\n");
    }
    for (Script.Definition definition : script.definitions()) {
      boolean include = isInclude(definition.text());
      if (include || definition.text().startsWith("#")) {
        lines.append(definition.text()).append('\n');
      }
      if (include && first.isEmpty()) {
        first = Optional.of(definition.span());
      }
    }
    if (first.isPresent() || !included.isEmpty()) {
      declarations.addHeader(preprocessed(script, first, lines.toString(), headers));
    }
    for (Script.Definition definition : script.definitions()) {
      if (!isInclude(definition.text())) {
        add(script, definition, declarations);
      }
    }
    return declarations;
  }

  private static boolean isInclude(String text) {
    return text.startsWith("#") && text.substring(1).stripLeading().startsWith("include");
  }

  private static String preprocessed(
      Script script, Optional<Span> span, String lines, Optional<Preprocessor> headers) {
    if (headers.isEmpty()) {
      throw new ScriptException(
          script.source(),
          Diagnostic.error(span.orElse(new Span(0, 1)), "#include needs a compiler of C"));
    }
    return headers.get().preprocess(lines);
  }

  private static void add(Script script, Script.Definition definition, Declarations declarations) {
    try {
      declarations.add(definition.text());
    } catch (CSyntaxException wrong) {
      Span all = definition.span();
      boolean here = all.end() - all.start() == definition.text().length();
      Span span = here ? new Span(all.start() + wrong.start(), all.start() + wrong.end()) : all;
      throw new ScriptException(
          script.source(), Diagnostic.error(span, "in C: " + wrong.getMessage()));
    }
  }
}
