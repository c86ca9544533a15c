package io.waggle.script.check;

import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Parser;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.Locale;
import java.util.Optional;

/** {@code getopt}: options that the script gives its users, constants when it is compiled. */
final class OptionCalls {
  private OptionCalls() {}

  static Term value(CallSite site) {
    if (!(site.argument(0) instanceof Expr.Text(Span _, String name))) {
      return site.error(0, "First argument to 'getopt' must be a string literal.");
    }
    Term fallback = site.has(1) ? site.term(1) : new Term.Number(site.span(), new Type.Bool(), 0);
    if (Types.isUnknown(fallback.type())) {
      return fallback;
    }
    if (!(fallback instanceof Term.Number || fallback instanceof Term.Text)) {
      return site.error(
          1,
          "Second argument to 'getopt' must be a string literal, integer literal, or a boolean"
              + " literal.");
    }
    String description = site.has(2) ? site.literal(2).orElse("") : "";
    Optional<String> before = site.context().symbols().option(name, written(fallback), description);
    if (before.isPresent()) {
      return site.error(
          "Command line option '"
              + name
              + "' needs to have the same default value in all places it is used. Previous default"
              + " value: "
              + before.get());
    }
    Optional<String> given = Optional.ofNullable(site.context().options().named().get(name));
    return given.map(value -> parsed(site, name, value, fallback)).orElse(typed(site, fallback));
  }

  private static String written(Term fallback) {
    return switch (fallback) {
      case Term.Text text -> text.value();
      case Term.Number(Span _, Type.Bool _, long value) -> value != 0 ? "true" : "false";
      case Term.Number number -> Long.toString(number.value());
      default -> "";
    };
  }

  /** Numbers have 64 bits, with a sign if the default has one. */
  private static Term typed(CallSite site, Term fallback) {
    return fallback instanceof Term.Number(Span _, Int _, long value)
        ? new Term.Number(site.span(), value < 0 ? Int.INT64 : Int.UINT64, value)
        : fallback;
  }

  private static Term parsed(CallSite site, String name, String value, Term fallback) {
    return switch (fallback) {
      case Term.Text _ -> ExpressionChecker.text(site.span(), value);
      case Term.Number(Span _, Type.Bool bool, long _) ->
          new Term.Number(site.span(), bool, truth(name, value) ? 1 : 0);
      default ->
          Parser.number(value)
              .<Term>map(
                  number ->
                      new Term.Number(
                          site.span(),
                          fallback instanceof Term.Number known && known.value() < 0
                              ? Int.INT64
                              : Int.UINT64,
                          number.value()))
              .orElseThrow(
                  () ->
                      new OptionException(
                          "program command line option --"
                              + name
                              + " invalid integer (value: "
                              + value
                              + ")"));
    };
  }

  private static boolean truth(String name, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "", "1", "true" -> true;
      case "0", "false" -> false;
      default ->
          throw new OptionException(
              "program command line option --" + name + " invalid boolean (value: " + value + ")");
    };
  }
}
