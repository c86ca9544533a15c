package io.waggle.script.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The library: the table of its functions. A name with {@code least} 0 also stands alone. */
enum Function {
  ASSIGNED("_", Family.PRINT, Use.ACTION, 1, 1),
  AVG("avg", Family.AGGREGATION, Use.AGGREGATION, 1, 1),
  BUF("buf", Family.TEXT, Use.VALUE, 1, 2),
  CLEAR("clear", Family.MAP, Use.ACTION, 1, 1),
  COMPTIME("comptime", Family.TYPE, Use.VALUE, 1, 1),
  COUNT("count", Family.AGGREGATION, Use.AGGREGATION, 0, 0),
  DELETE("delete", Family.MAP, Use.VALUE, 1, 2),
  EXIT("exit", Family.PRINT, Use.ACTION, 0, 1),
  GETOPT("getopt", Family.OPTION, Use.VALUE, 1, 3),
  HAS_KEY("has_key", Family.MAP, Use.VALUE, 2, 2),
  HIST("hist", Family.AGGREGATION, Use.AGGREGATION, 1, 2),
  IS_ARRAY("is_array", Family.TYPE, Use.VALUE, 1, 1),
  IS_INTEGER("is_integer", Family.TYPE, Use.VALUE, 1, 1),
  IS_LITERAL("is_literal", Family.TYPE, Use.VALUE, 1, 1),
  IS_PTR("is_ptr", Family.TYPE, Use.VALUE, 1, 1),
  IS_STR("is_str", Family.TYPE, Use.VALUE, 1, 1),
  IS_UNSIGNED_INTEGER("is_unsigned_integer", Family.TYPE, Use.VALUE, 1, 1),
  JOIN("join", Family.PRINT, Use.ACTION, 1, 2),
  LEN("len", Family.MAP, Use.VALUE, 1, 1),
  LHIST("lhist", Family.AGGREGATION, Use.AGGREGATION, 4, 4),
  MAX("max", Family.AGGREGATION, Use.AGGREGATION, 1, 1),
  MIN("min", Family.AGGREGATION, Use.AGGREGATION, 1, 1),
  NSECS("nsecs", Family.TIME, Use.VALUE, 0, 1),
  PRINT("print", Family.PRINT, Use.ACTION, 1, 3),
  PRINTF("printf", Family.PRINT, Use.ACTION, 1, Function.ANY),
  STATS("stats", Family.AGGREGATION, Use.AGGREGATION, 1, 1),
  STR("str", Family.TEXT, Use.VALUE, 1, 2),
  STRFTIME("strftime", Family.TIME, Use.VALUE, 2, 2),
  STRLEN("strlen", Family.TEXT, Use.VALUE, 1, 1),
  STRNCMP("strncmp", Family.TEXT, Use.VALUE, 3, 3),
  SUM("sum", Family.AGGREGATION, Use.AGGREGATION, 1, 1),
  TIME("time", Family.PRINT, Use.ACTION, 0, 1),
  TYPEINFO("typeinfo", Family.TYPE, Use.VALUE, 1, 1),
  ZERO("zero", Family.MAP, Use.ACTION, 1, 1);

  /** What a function is used as. */
  enum Use {
    VALUE,
    ACTION,
    AGGREGATION
  }

  /** Which file checks it. */
  enum Family {
    AGGREGATION,
    MAP,
    OPTION,
    PRINT,
    TEXT,
    TIME,
    TYPE
  }

  /** As many arguments as one likes. */
  private static final int ANY = Integer.MAX_VALUE;

  private static final Map<String, Function> BY_NAME = byName();

  private final String text;
  private final Family family;
  private final Use use;
  private final int least;
  private final int most;

  Function(String text, Family family, Use use, int least, int most) {
    this.text = text;
    this.family = family;
    this.use = use;
    this.least = least;
    this.most = most;
  }

  private static Map<String, Function> byName() {
    Map<String, Function> functions = new HashMap<>();
    for (Function function : values()) {
      functions.put(function.text, function);
    }
    return Map.copyOf(functions);
  }

  static Optional<Function> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** All names, for hints. */
  static List<String> names() {
    return new ArrayList<>(BY_NAME.keySet());
  }

  /** As written. */
  String text() {
    return text;
  }

  Family family() {
    return family;
  }

  Use use() {
    return use;
  }

  /** How few arguments it takes. */
  int least() {
    return least;
  }

  /** What is wrong with a number of arguments, if anything. */
  Optional<String> wrongCount(int given) {
    if (given >= least && given <= most) {
      return Optional.empty();
    }
    String rule =
        least == most
            ? "requires " + plural(least)
            : given < least ? "requires at least " + plural(least) : "takes up to " + plural(most);
    return Optional.of(text + "() " + rule + " (" + given + " provided)");
  }

  private static String plural(int count) {
    return switch (count) {
      case 0 -> "no arguments";
      case 1 -> "one argument";
      default -> count + " arguments";
    };
  }
}
