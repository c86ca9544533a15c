package io.waggle.script.syntax;

import java.util.List;

/** A script that cannot be run: its message shows every diagnostic at its place in the source. */
public final class ScriptException extends RuntimeException {
  private final List<Diagnostic> diagnostics;

  public ScriptException(Source source, List<Diagnostic> diagnostics) {
    super(render(source, diagnostics));
    this.diagnostics = List.copyOf(diagnostics);
  }

  public ScriptException(Source source, Diagnostic diagnostic) {
    this(source, List.of(diagnostic));
  }

  /** What is wrong, in the order it was found. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }

  private static String render(Source source, List<Diagnostic> diagnostics) {
    StringBuilder text = new StringBuilder();
    diagnostics.forEach(diagnostic -> text.append(diagnostic.render(source)));
    return text.toString().stripTrailing();
  }
}
