package io.waggle.script.syntax;

/** A stretch of a source: characters from {@code start} up to {@code end}, counted from 0. */
public record Span(int start, int end) {

  /** From the start of this to the end of {@code last}. */
  public Span to(Span last) {
    return new Span(start, Math.max(end, last.end));
  }
}
