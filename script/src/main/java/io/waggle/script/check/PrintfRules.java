package io.waggle.script.check;

import io.waggle.script.output.PrintfFormat;
import io.waggle.script.types.Type;
import java.util.List;
import java.util.Optional;

/** Whether a format and its arguments belong together. */
final class PrintfRules {
  private PrintfRules() {}

  /** What is wrong, if anything. */
  static Optional<String> check(String function, String format, List<Type.Plain> arguments) {
    int used = 0;
    int at = format.indexOf('%');
    while (at >= 0) {
      int end = PrintfFormat.endOfConversion(format, at);
      if (end == 0) {
        Optional<String> unknown = unknown(function, format, at);
        if (unknown.isPresent()) {
          return unknown;
        }
        end = at + 1;
      } else if (format.charAt(end - 1) != '%') {
        if (used < arguments.size()) {
          Optional<String> wrong =
              mismatch(function, format.substring(at, end), arguments.get(used));
          if (wrong.isPresent()) {
            return wrong;
          }
        }
        used++;
      }
      at = format.indexOf('%', end);
    }
    if (used > arguments.size()) {
      return Optional.of(
          function
              + ": Not enough arguments for format string ("
              + arguments.size()
              + " supplied, "
              + used
              + " expected)");
    }
    return used < arguments.size()
        ? Optional.of(
            function
                + ": Too many arguments for format string ("
                + arguments.size()
                + " supplied, "
                + used
                + " expected)")
        : Optional.empty();
  }

  /** A percent sign may stand for itself, but not before a letter: that was meant to convert. */
  private static Optional<String> unknown(String function, String format, int at) {
    int end = at + 1;
    while (end < format.length() && "-+ #0123456789.*hlLjzt".indexOf(format.charAt(end)) >= 0) {
      end++;
    }
    return end < format.length() && Character.isLetter(format.charAt(end))
        ? Optional.of(function + ": Unknown format string token: " + format.substring(at, end + 1))
        : Optional.empty();
  }

  private static Optional<String> mismatch(String function, String token, Type.Plain type) {
    char kind = token.charAt(token.length() - 1);
    if (token.endsWith("rx") || token.endsWith("rh")) {
      kind = 'r';
    }
    return takes(kind, type)
        ? Optional.empty()
        : Optional.of(
            function
                + ": "
                + token
                + " specifier expects a value of type "
                + wanted(kind)
                + " ("
                + Types.name(type)
                + " supplied)");
  }

  private static boolean takes(char conversion, Type.Plain type) {
    return switch (conversion) {
      case 's' -> true; // anything can be shown
      case 'r' -> type instanceof Type.Buffer;
      default ->
          switch (type) {
            case Type.Int _, Type.Bool _, Type.Pointer _, Type.Enumeration _ -> true;
            default -> false;
          };
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
