package io.waggle.formats.usdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an argument of a statically defined probe is when the probe is hit.
 *
 * @param size bytes: 1, 2, 4 or 8
 * @param isSigned whether a smaller value is extended by its sign
 */
public record ProbeArgument(int size, boolean isSigned, Place place) {

  /** A constant, a register, or memory that registers point to. */
  public sealed interface Place {
    /** The value itself. */
    record Constant(long value) implements Place {}

    /** The register's name on its machine, such as {@code eax} or {@code x0}. */
    record Register(String name) implements Place {}

    /**
     * At base + offset + index * scale.
     *
     * @param scale 1, 2, 4 or 8; 1 without an index
     */
    record Memory(String base, long offset, Optional<String> index, int scale) implements Place {}
  }

  /** How the machine's assembler writes operands. */
  public enum Syntax {
    X86_64,
    ARM64
  }

  private static final String NUMBER = "-?(?:0[xX][0-9a-fA-F]+|\\d+)";
  private static final Pattern ARGUMENT = Pattern.compile("(-?)([1248])@(.+)");
  private static final Pattern X86_CONSTANT = Pattern.compile("\\$(" + NUMBER + ")");
  private static final Pattern X86_REGISTER = Pattern.compile("%(\\w+)");
  private static final Pattern X86_MEMORY =
      Pattern.compile("(" + NUMBER + ")?\\(%(\\w+)(?:,\\s*%(\\w+)(?:,\\s*([1248]))?)?\\)");
  private static final Pattern ARM_CONSTANT = Pattern.compile("#?(" + NUMBER + ")");
  private static final Pattern ARM_REGISTER = Pattern.compile("([xw]\\d+|sp)");
  private static final Pattern ARM_MEMORY =
      Pattern.compile("\\[(x\\d+|sp)(?:,\\s*#?(" + NUMBER + "))?\\]");

  /**
   * Reads the arguments of a probe, as {@link StaticProbe#arguments} has them.
   *
   * @throws IllegalArgumentException for what is no argument, or of a kind that nobody can fetch,
   *     such as a floating-point register
   */
  public static List<ProbeArgument> parse(String text, Syntax syntax) {
    List<ProbeArgument> arguments = new ArrayList<>();
    int start = 0;
    int depth = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
      boolean ends = i == text.length() || c == ' ' && depth == 0;
      if (ends && i > start) {
        arguments.add(one(text.substring(start, i), syntax));
      }
      start = ends ? i + 1 : start;
    }
    return List.copyOf(arguments);
  }

  private static ProbeArgument one(String text, Syntax syntax) {
    Matcher argument = ARGUMENT.matcher(text);
    if (!argument.matches()) {
      throw strange(text);
    }
    String operand = argument.group(3);
    Optional<Place> place =
        switch (syntax) {
          case X86_64 -> x86(operand);
          case ARM64 -> arm(operand);
        };
    return new ProbeArgument(
        Integer.parseInt(argument.group(2)),
        argument.group(1).equals("-"),
        place.orElseThrow(() -> strange(text)));
  }

  private static IllegalArgumentException strange(String text) {
    return new IllegalArgumentException("the probe's argument '" + text + "' cannot be fetched");
  }

  private static Optional<Place> x86(String operand) {
    Matcher constant = X86_CONSTANT.matcher(operand);
    if (constant.matches()) {
      return number(constant.group(1)).map(Place.Constant::new);
    }
    Matcher register = X86_REGISTER.matcher(operand);
    if (register.matches()) {
      return Optional.of(new Place.Register(register.group(1)));
    }
    Matcher memory = X86_MEMORY.matcher(operand);
    if (!memory.matches()) {
      return Optional.empty();
    }
    Optional<String> index = Optional.ofNullable(memory.group(3));
    int scale = memory.group(4) == null ? 1 : Integer.parseInt(memory.group(4));
    return number(memory.group(1))
        .map(offset -> new Place.Memory(memory.group(2), offset, index, scale));
  }

  private static Optional<Place> arm(String operand) {
    Matcher constant = ARM_CONSTANT.matcher(operand);
    if (constant.matches()) {
      return number(constant.group(1)).map(Place.Constant::new);
    }
    Matcher register = ARM_REGISTER.matcher(operand);
    if (register.matches()) {
      return Optional.of(new Place.Register(register.group(1)));
    }
    Matcher memory = ARM_MEMORY.matcher(operand);
    return memory.matches()
        ? number(memory.group(2))
            .map(offset -> new Place.Memory(memory.group(1), offset, Optional.empty(), 1))
        : Optional.empty();
  }

  /** Decimal or hexadecimal, signed or not, of 64 bits; 0 where it is left out. */
  private static Optional<Long> number(String text) {
    if (text == null) {
      return Optional.of(0L);
    }
    try {
      boolean isNegative = text.startsWith("-");
      String digits = isNegative ? text.substring(1) : text;
      boolean isHex = digits.startsWith("0x") || digits.startsWith("0X");
      long value = Long.parseUnsignedLong(isHex ? digits.substring(2) : digits, isHex ? 16 : 10);
      return Optional.of(isNegative ? -value : value);
    } catch (NumberFormatException tooLong) {
      return Optional.empty();
    }
  }
}
