package io.waggle.script.check;

import io.waggle.script.types.Type;
import java.util.List;
import java.util.Optional;

/** Whether a format and its arguments belong together. */
final class PrintfRules {
  private PrintfRules() {}

  /** What is wrong, if anything. */
  static Optional<String> check(String format, List<Type.Plain> arguments) {
    int used = 0;
    int at = format.indexOf('%');
    while (at >= 0) {
      int end = at + 1;
      while (end < format.length() && "-+ #0123456789.*".indexOf(format.charAt(end)) >= 0) {
        if (format.charAt(end) == '*') {
          used++; // the width is an argument of its own
        }
        end++;
      }
      int conversion = end;
      while (end < format.length() && "hljzt".indexOf(format.charAt(end)) >= 0) {
        end++;
      }
      if (end >= format.length()) {
        return Optional.of("printf: Unknown format string token: " + format.substring(at));
      }
      char kind = format.charAt(end);
      if (kind == '%' && end == at + 1) {
        at = format.indexOf('%', end + 1);
        continue;
      }
      String token = format.substring(at, end + 1);
      if ("diuxXopcsr".indexOf(kind) < 0) {
        return Optional.of("printf: Unknown format string token: " + token);
      }
      if (used < arguments.size() && !takes(kind, arguments.get(used))) {
        return Optional.of(
            "printf: "
                + token
                + " specifier expects a value of type "
                + wanted(kind)
                + " ("
                + Types.name(arguments.get(used))
                + " supplied)");
      }
      used++;
      if (kind == 'r' && end + 1 < format.length() && "xh".indexOf(format.charAt(end + 1)) >= 0) {
        end++;
      }
      at = format.indexOf('%', Math.max(end, conversion) + 1);
    }
    if (used > arguments.size()) {
      return Optional.of(
          "printf: Not enough arguments for format string ("
              + arguments.size()
              + " supplied, "
              + used
              + " expected)");
    }
    return used < arguments.size()
        ? Optional.of(
            "printf: Too many arguments for format string ("
                + arguments.size()
                + " supplied, "
                + used
                + " expected)")
        : Optional.empty();
  }

  private static boolean takes(char conversion, Type.Plain type) {
    return switch (conversion) {
      case 's' -> true; // anything can be shown
      case 'r' -> type instanceof Type.Buffer;
      default ->
          type instanceof Type.Int || type instanceof Type.Bool || type instanceof Type.Pointer;
    };
  }

  private static String wanted(char conversion) {
    return switch (conversion) {
      case 'r' -> "buffer";
      case 'p' -> "pointer";
      default -> "integer";
    };
  }
}
