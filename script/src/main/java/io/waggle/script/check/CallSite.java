package io.waggle.script.check;

import io.waggle.script.check.Checker.Context;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.List;
import java.util.Optional;

/** A call while it is checked: its arguments in the kinds that functions want, and its errors. */
record CallSite(
    Context context,
    ExpressionChecker expressions,
    MapChecker maps,
    Function function,
    Expr.Call call,
    Scope scope) {

  Span span() {
    return call.span();
  }

  /** As written, with parentheses. */
  String name() {
    return call.function() + "()";
  }

  int count() {
    return call.arguments().size();
  }

  boolean has(int index) {
    return index < count();
  }

  Expr argument(int index) {
    return call.arguments().get(index);
  }

  List<Expr> arguments() {
    return call.arguments();
  }

  /** An argument of any type. */
  Term term(int index) {
    return expressions.check(argument(index), scope);
  }

  /** An argument that is an integer; comes with 64 bits. */
  Term integer(int index, String what) {
    return expressions.integer(argument(index), scope, what);
  }

  /** An argument that is text, or bytes or an address that are taken for one. */
  Term text(int index) {
    Term term = term(index);
    return Texts.of(this, term)
        .orElseGet(
            () ->
                error(
                    index,
                    name()
                        + " only supports string arguments ("
                        + Types.name(term.type())
                        + " provided)"));
  }

  /** An argument that must be written as text. */
  Optional<String> literal(int index) {
    if (argument(index) instanceof Expr.Text(Span _, String value)) {
      return Optional.of(value);
    }
    // A parameter is as good as written where it stands.
    if (argument(index) instanceof Expr.Positional
        && term(index) instanceof Term.Text(Span _, Type.Text _, String value)) {
      return Optional.of(value);
    }
    error(index, name() + " expects a string literal");
    return Optional.empty();
  }

  /** An argument that is an integer known when compiled. */
  Optional<Long> constant(int index) {
    if (term(index) instanceof Term.Number(Span _, Int _, long value)) {
      return Optional.of(value);
    }
    error(index, name() + " expects an integer literal here");
    return Optional.empty();
  }

  /** An argument that names a map as a whole. */
  Optional<MapSymbol> map(int index) {
    if (argument(index) instanceof Expr.MapAccess access && access.key().isEmpty()) {
      return maps.whole(access);
    }
    error(index, name() + " expects a map to be provided");
    return Optional.empty();
  }

  /** Stands for the call's value where it is wrong or not known yet. */
  Term unknown() {
    return context.unknown(span());
  }

  /** Reports something wrong with the call. */
  Term error(String message) {
    return context.error(span(), message);
  }

  /** Reports something wrong with an argument. */
  Term error(int index, String message) {
    return context.error(argument(index).span(), message);
  }
}
