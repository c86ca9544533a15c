package io.waggle.bpf.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The log of a program that the verifier refused, in the forms of Linux 5.15 to 7.3.
 *
 * @param path the instructions from the program's start to the refusal, as far as the log has them
 * @param registers what the verifier knew before the last instruction of the path, by names such as
 *     {@code R1} and {@code fp-8}; of the innermost function only
 * @param complaint the lines that say what is wrong; the last is usually the reason
 * @param diagnosis the kernel's own explanation, if it gives one
 * @param processed how many instructions were looked at on all paths, if the log says so
 */
public record VerifierLog(
    List<Step> path,
    Map<String, RegisterState> registers,
    List<String> complaint,
    Optional<Diagnosis> diagnosis,
    OptionalInt processed) {
  public VerifierLog {
    path = List.copyOf(path);
    registers = Map.copyOf(registers);
    complaint = List.copyOf(complaint);
  }

  /**
   * Reads a log. No text is refused: what is not understood is skipped, and a log without end has
   * no complaint.
   */
  public static VerifierLog read(String log) {
    LogReader reader = new LogReader();
    log.lines().forEach(reader::line);
    return reader.log();
  }

  /** The instruction that was refused; none if the log shows no instruction. */
  public Optional<Step> last() {
    return path.isEmpty() ? Optional.empty() : Optional.of(path.getLast());
  }

  /** The decisions that led to the last instruction, in order. */
  public List<Branch> branches() {
    List<Branch> branches = new ArrayList<>();
    for (int i = 0; i + 1 < path.size(); i++) {
      Step step = path.get(i);
      if (step.isBranch()) {
        branches.add(new Branch(step, path.get(i + 1).slot() != step.slot() + 1));
      }
    }
    return branches;
  }

  /**
   * The instruction that gave a register its value, seen through copies from register to register;
   * none if the path does not show it.
   *
   * @param register a name such as {@code R6}
   */
  public Optional<Step> origin(String register) {
    String wanted = register;
    for (int i = path.size() - 2; i >= 0; i--) {
      Step step = path.get(i);
      String written = written(step.text());
      if (written.equals(wanted)) {
        String copied = copied(step.text());
        if (copied.isEmpty()) {
          return Optional.of(step);
        }
        wanted = copied;
      }
    }
    return Optional.empty();
  }

  /** The register that an instruction writes, such as {@code R0}; empty if none. */
  private static String written(String text) {
    if (text.startsWith("call ")) {
      return "R0";
    }
    int blank = text.indexOf(' ');
    String first = blank < 0 ? "" : text.substring(0, blank);
    return isRegister(first) ? "R" + first.substring(1) : "";
  }

  /** The register that an instruction copies as it is; empty if it does anything else. */
  private static String copied(String text) {
    int equals = text.indexOf(" = r");
    String from = equals < 0 ? "" : text.substring(equals + 3);
    return isRegister(from) ? "R" + from.substring(1) : "";
  }

  private static boolean isRegister(String word) {
    return word.length() >= 2
        && word.length() <= 3
        && (word.charAt(0) == 'r' || word.charAt(0) == 'w')
        && word.chars().skip(1).allMatch(Character::isDigit);
  }
}
