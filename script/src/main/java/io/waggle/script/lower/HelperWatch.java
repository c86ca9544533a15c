package io.waggle.script.lower;

import io.waggle.compiler.HelperSignature;
import io.waggle.linux.Errno;
import io.waggle.script.plan.Counter;
import io.waggle.script.syntax.Span;

/**
 * Reads that fail, told by the place in the script (option {@code -k}). The helpers that read
 * memory know no other error than a bad address.
 */
final class HelperWatch {
  private final ProgramScope scope;
  private Span span;

  HelperWatch(ProgramScope scope, Span span) {
    this.scope = scope;
    this.span = span;
  }

  /** What follows comes from here in the script. */
  void at(Span place) {
    span = place;
  }

  /** The counter of failures of a helper at this place. */
  int counter(HelperSignature helper) {
    return scope.counter(new Counter.HelperError(scope.place(span), helper.name(), -Errno.EFAULT));
  }
}
