package io.waggle.script.check;

import io.waggle.bpf.Nearest;
import io.waggle.script.check.Checker.Context;
import io.waggle.script.syntax.Expr;
import io.waggle.script.types.Type;
import java.util.Map;

/** {@code config.max_strlen} and its like: settings, known when the script is compiled. */
final class ConfigFields {
  private final Context context;

  ConfigFields(Context context) {
    this.context = context;
  }

  Term value(Expr.Field field) {
    Map<String, Object> settings = context.options().settings();
    return switch (settings.get(field.name())) {
      case Long number -> new Term.Number(field.span(), Types.ofLiteral(number, false), number);
      case Boolean truth -> new Term.Number(field.span(), new Type.Bool(), truth ? 1 : 0);
      case String text -> ExpressionChecker.text(field.span(), text);
      case null, default ->
          context.error(
              field.span(),
              "config does not have a field with the name '" + field.name() + "'",
              Nearest.hint(field.name(), settings.keySet()));
    };
  }
}
