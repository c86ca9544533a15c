package io.waggle.bpf.verifier;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/**
 * What the verifier knows of a register or a place on the stack.
 *
 * @param type the kernel's word for it: {@code scalar} (before 5.18 {@code inv}), {@code
 *     map_value}, {@code ptr_task_struct}, {@code fp} …
 * @param constant the value of a number, the offset of a pointer to the stack, where known
 * @param attributes such as {@code id}, {@code off}, {@code umax}, under the names of Linux 6.0
 */
public record RegisterState(String type, OptionalLong constant, Map<String, String> attributes) {
  public RegisterState {
    attributes = Map.copyOf(attributes);
  }

  /** Reads a state as the log has it, such as {@code map_value(off=0,ks=4,vs=8,imm=0)}. */
  static RegisterState parse(String text) {
    int open = text.indexOf('(');
    String head = open < 0 ? text : text.substring(0, open);
    Map<String, String> attributes = new HashMap<>();
    if (open >= 0) {
      int end = text.endsWith(")") ? text.length() - 1 : text.length();
      attributes(text.substring(open + 1, Math.max(open + 1, end)), attributes);
    }
    // A P says that the value has to be known exactly.
    String exact = head.startsWith("P") ? head.substring(1) : head;
    OptionalLong number = number(exact);
    if (number.isPresent()) {
      return new RegisterState("scalar", number, attributes);
    }
    if (exact.startsWith("inv")) {
      String rest = exact.substring(exact.startsWith("invP") ? 4 : 3);
      return new RegisterState("scalar", number(rest), attributes);
    }
    if (exact.startsWith("fp")) {
      return new RegisterState("fp", number(exact.substring(2)), attributes);
    }
    return new RegisterState(exact.isEmpty() ? "scalar" : exact, OptionalLong.empty(), attributes);
  }

  /** Takes {@code R1_w=ctx() R10=fp0 fp-8=mmmmmmmm} apart. */
  static void split(String text, BiConsumer<String, String> each) {
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ' ' && (depth <= 0 || i == text.length())) {
        String token = text.substring(start, i);
        int equals = token.indexOf('=');
        if (equals > 0) {
          String name = token.substring(0, equals);
          int liveness = name.indexOf('_');
          each.accept(
              liveness > 0 ? name.substring(0, liveness) : name, token.substring(equals + 1));
        }
        start = i + 1;
      }
    }
  }

  private static void attributes(String text, Map<String, String> into) {
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && (depth <= 0 || i == text.length())) {
        // Equal bounds share their value: smin=umin=3.
        String[] parts = text.substring(start, i).split("=");
        for (int name = 0; name < parts.length - 1; name++) {
          into.put(modern(parts[name]), parts[parts.length - 1]);
        }
        start = i + 1;
      }
    }
  }

  /** The name that Linux 6.0 gives to an attribute. */
  private static String modern(String name) {
    String bare = name.endsWith("_value") ? name.substring(0, name.length() - 6) : name;
    return switch (bare) {
      case "s32_min" -> "smin32";
      case "s32_max" -> "smax32";
      case "u32_min" -> "umin32";
      case "u32_max" -> "umax32";
      default -> bare;
    };
  }

  private static OptionalLong number(String text) {
    try {
      boolean negative = text.startsWith("-");
      String digits = negative ? text.substring(1) : text;
      if (digits.isEmpty() || !Character.isDigit(digits.charAt(0))) {
        return OptionalLong.empty();
      }
      long value =
          digits.startsWith("0x")
              ? Long.parseUnsignedLong(digits.substring(2), 16)
              : Long.parseUnsignedLong(digits);
      return OptionalLong.of(negative ? -value : value);
    } catch (NumberFormatException notANumber) {
      return OptionalLong.empty();
    }
  }

  /** The value of an attribute that is a number. */
  public OptionalLong attribute(String name) {
    String text = attributes.get(name);
    if (text == null) {
      return OptionalLong.empty();
    }
    return number(name.equals("imm") && !text.startsWith("-") ? "0x" + text : text);
  }

  /** Whether a pointer may be NULL. */
  public boolean mayBeNull() {
    return type.contains("or_null");
  }

  /**
   * What it is, for people: {@code a pointer to a value of map 'hits' (8 bytes) that may be NULL}.
   */
  public String words() {
    return StateWords.of(this);
  }
}
