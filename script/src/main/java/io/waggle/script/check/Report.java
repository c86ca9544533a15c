package io.waggle.script.check;

import io.waggle.script.syntax.Diagnostic;
import io.waggle.script.syntax.Span;
import java.util.ArrayList;
import java.util.List;

/** What one pass over the script has to say, and whether it learned a type. */
final class Report {
  private final List<Diagnostic> errors = new ArrayList<>();
  private final List<Diagnostic> warnings = new ArrayList<>();
  private boolean changed;

  void error(Span span, String message) {
    error(span, message, "");
  }

  void error(Span span, String message, String hint) {
    add(errors, Diagnostic.error(span, message, hint));
  }

  void warning(Span span, String message) {
    add(warnings, Diagnostic.warning(span, message));
  }

  // The same clause is checked for each of its places.
  private static void add(List<Diagnostic> list, Diagnostic diagnostic) {
    if (!list.contains(diagnostic)) {
      list.add(diagnostic);
    }
  }

  void changed() {
    changed = true;
  }

  boolean hasChanged() {
    return changed;
  }

  List<Diagnostic> errors() {
    return errors;
  }

  List<Diagnostic> warnings() {
    return warnings;
  }
}
