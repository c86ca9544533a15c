package io.waggle.script.check;

import io.waggle.script.syntax.Span;
import java.util.List;
import java.util.Optional;

/**
 * A clause at one place: what becomes one program.
 *
 * @param predicate a {@link io.waggle.script.types.Type.Bool}; the body runs where it holds
 */
public record CheckedProbe(Span span, Place place, Optional<Term> predicate, List<Statement> body) {
  public CheckedProbe {
    body = List.copyOf(body);
  }
}
