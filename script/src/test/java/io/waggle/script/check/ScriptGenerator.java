package io.waggle.script.check;

import java.util.Random;

/** Writes scripts that parse; most make sense, since mistakes in types are made on purpose only. */
final class ScriptGenerator {
  private static final String[] ANYWHERE = {
    "0",
    "1",
    "-1",
    "300",
    "70000",
    "18446744073709551615",
    "5ms",
    "true",
    "pid",
    "tid",
    "nsecs",
    "rand",
    "cpu",
    "elapsed",
    "cgroup",
    "curtask",
    "$1",
    "$#",
    "$a",
    "$b",
    "@x",
    "@y",
    "@z[1]",
    "@z[pid]",
    "@n",
    "@s",
    "ncpus"
  };
  private static final String[] TEXTS = {
    "\"a\"", "\"longer\"", "\"\"", "comm", "probe", "$2", "$t", "@t", "@u[1]"
  };
  private static final String[] ARITHMETIC = {"+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"};
  private static final String[] COMPARISONS = {"==", "!=", "<", ">", "<=", ">=", "&&", "||"};
  private static final String[] INTEGERS = {
    "int8", "uint8", "int16", "uint32", "int64", "uint64", "bool", "int32*", "void*"
  };

  private final Random random;
  private String probe = "begin";
  private boolean inLoop;

  ScriptGenerator(Random random) {
    this.random = random;
  }

  String script() {
    StringBuilder out = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      probe = any("begin", "end", "uprobe:/x:f", "uretprobe:/x:f", "tracepoint:cat:name");
      out.append(probe);
      out.append(
          " { $a = 0; $b = 1; $t = \"t\"; @x = 1; @n = count(); @s = sum(-1); @t = \"\"; @y = 0;"
              + " @z[1] = 2; @u[1] = comm; @k[1, \"a\"] = 1; @h = hist(1); @p[comm] = stats(3); @n1[1] = count(); ");
      out.append(statements(3)).append("}\n");
    }
    return out.toString();
  }

  private String any(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }

  private String statements(int depth) {
    StringBuilder out = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      out.append(statement(depth)).append("; ");
    }
    return out.toString();
  }

  private String loop(String head, int depth) {
    boolean outside = inLoop;
    inLoop = true;
    String text = head + " { " + statements(depth - 1) + "}";
    inLoop = outside;
    return text;
  }

  private String statement(int depth) {
    if (depth == 0) {
      return "$a = " + integer(1);
    }
    return switch (random.nextInt(15)) {
      case 0 -> any("$a", "$b", "@x", "@y", "@z[" + integer(1) + "]") + " = " + integer(depth);
      case 1 -> any("$t", "@t", "@u[" + integer(1) + "]") + " = " + text(depth);
      case 2 -> any("$w", "@w") + " = (" + integer(2) + ", (" + text(2) + ", " + integer(1) + "))";
      case 3 -> aggregation();
      case 4 -> any("$a", "@x", "@z[2]", "@y") + " " + any(ARITHMETIC) + "= " + number(1);
      case 5, 6, 7 -> action(depth);
      case 8 ->
          "if ("
              + number(2)
              + ") { "
              + statements(depth - 1)
              + "} else { "
              + statements(depth - 1)
              + "}";
      case 9 -> loop("while (" + number(1) + ")", depth);
      case 10 ->
          loop("for ($i" + depth + " : " + any("@z", "@k", "@n1", "0..5", "$a..@x") + ")", depth);
      case 11 -> "let $c" + random.nextInt(1000) + ": " + any("int8", "uint64") + " = $a";
      case 12 -> "unroll (2) { $a = 1; }";
      case 13 -> any("@x++", "--@z[1]", "@y++", "$b--");
      default -> inLoop ? any("break", "continue") : "@x++";
    };
  }

  private String aggregation() {
    return switch (random.nextInt(5)) {
      case 0 -> "@n = count()";
      case 1 -> "@n1[" + integer(1) + "] = count";
      case 2 -> "@s = sum(" + number(2) + ")";
      case 3 -> "@h = hist(" + number(2) + ")";
      default ->
          any(
              "@p[" + text(1) + "] = stats(" + number(1) + ")",
              "@l = lhist(" + number(1) + ", 0, 100, 10)",
              "@m = min(" + number(1) + ")",
              "@v[" + integer(1) + ", " + text(1) + "] = avg(" + number(1) + ")");
    };
  }

  private String action(int depth) {
    return switch (random.nextInt(9)) {
      case 0 -> "print(" + expression(depth) + ")";
      case 1 -> "printf(\"%d %s\", " + number(2) + ", " + expression(2) + ")";
      case 2 -> "printf(\"%-5s|%x\", " + text(2) + ", " + number(2) + ")";
      case 3 ->
          any("print(@n)", "print(@h, 5)", "print(@z, 3, 2)", "print(@z[" + integer(1) + "])");
      case 4 -> any("clear(@n)", "zero(@z)", "time()", "time(\"%H\")");
      case 5 -> oneIn(3) ? "exit(" + integer(1) + ")" : "_ = " + number(1);
      case 6 -> "join(" + number(1) + ")";
      case 7 -> "delete(@z, " + integer(1) + ")";
      default -> "delete(@k, (" + integer(1) + ", " + text(1) + "))";
    };
  }

  private String expression(int depth) {
    return switch (random.nextInt(3)) {
      case 0 -> number(depth);
      case 1 -> text(depth);
      default -> "(" + number(depth - 1) + ", " + text(depth - 1) + ")";
    };
  }

  private String text(int depth) {
    if (oneIn(300)) {
      return number(depth);
    }
    if (depth <= 0 || oneIn(2)) {
      return oneIn(6) && probe.startsWith("trace") ? "args.path" : any(TEXTS);
    }
    return switch (random.nextInt(5)) {
      case 0 -> "str(" + integer(depth - 1) + ")";
      case 1 -> "str(" + integer(depth - 1) + ", " + any("5", "200", number(depth - 1)) + ")";
      case 2 -> "(" + number(depth - 1) + " ? " + text(depth - 1) + " : " + text(depth - 1) + ")";
      case 3 -> "{ $d" + random.nextInt(1000) + " = 1; " + text(depth - 1) + " }";
      default -> "(1, " + text(depth - 1) + ").1";
    };
  }

  private String integer(int depth) {
    return oneIn(3) ? any("0", "1", "2", "$a", "@x") : "(int64)(" + number(depth) + ")";
  }

  private String number(int depth) {
    if (oneIn(300)) {
      return text(depth);
    }
    if (depth <= 0 || oneIn(4)) {
      String own =
          switch (probe) {
            case "uprobe:/x:f" -> "arg" + random.nextInt(7);
            case "uretprobe:/x:f" -> "retval";
            case "tracepoint:cat:name" -> "args.count";
            default -> "0";
          };
      return oneIn(6) ? own : any(ANYWHERE);
    }
    int below = depth - 1;
    return switch (random.nextInt(12)) {
      case 0, 1 -> "(" + number(below) + " " + any(ARITHMETIC) + " " + number(below) + ")";
      case 2, 3 -> "(" + number(below) + " " + any(COMPARISONS) + " " + number(below) + ")";
      case 4 -> "(" + text(below) + any(" == ", " != ") + text(below) + ")";
      case 5 -> any("-", "!", "~") + "((int64)" + number(below) + ")";
      case 6 -> "(" + number(below) + " ? (int32)" + number(below) + " : " + below + ")";
      case 7 -> "((uint64)(" + any(INTEGERS) + ")(" + number(below) + "))";
      case 8 -> any("strlen(" + text(below) + ")", "strncmp(" + text(below) + ", comm, 3)");
      case 9 ->
          any(
              "len(@z)",
              "has_key(@z, " + integer(below) + ")",
              "has_key(@k, (" + integer(below) + ", " + text(below) + "))",
              "delete(@z, " + integer(below) + ")",
              "nsecs(tai)",
              "sizeof((" + expression(below) + "))");
      case 10 -> any("$a++", "--@x", "@z[1]++", "@y--");
      default -> "(" + number(below) + ", " + text(below) + ").0";
    };
  }
}
