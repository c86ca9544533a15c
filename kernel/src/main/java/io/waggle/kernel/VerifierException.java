package io.waggle.kernel;

import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.SourceLine;
import io.waggle.linux.ProgramLoadException;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A program that the kernel's verifier rejects. The message gives the verifier's reason and the
 * source line it is about; {@link #log} the whole log.
 */
public final class VerifierException extends RuntimeException {
  private final String program;
  private final String log;
  private final int errno;

  private VerifierException(String message, String program, ProgramLoadException cause) {
    super(message, cause);
    this.program = program;
    this.log = cause.log();
    this.errno = cause.errno();
  }

  /**
   * A refusal in words.
   *
   * @param missing what the kernel lacks, by the slot of the instruction that needs it
   */
  static VerifierException of(
      ProgramSpec spec, ProgramLoadException refused, Map<Integer, String> missing) {
    String[] lines = refused.log().split("\n");
    StringBuilder message = new StringBuilder("the kernel rejects program '").append(spec.name());
    OptionalInt failing = lastInstruction(lines);
    String reason =
        failing.isPresent() && missing.containsKey(failing.getAsInt())
            ? missing.get(failing.getAsInt())
            : reason(lines, refused);
    message.append("': ").append(reason);
    OptionalInt slot = failing;
    if (slot.isPresent()) {
      message.append("\n  at instruction ").append(slot.getAsInt());
      SourceLine source = sourceOf(spec, slot.getAsInt());
      if (source != null) {
        message.append(", ").append(source.file()).append(':').append(source.line());
        if (source.column() > 0) {
          message.append(':').append(source.column());
        }
        message.append("\n  ").append(source.text());
      }
    }
    message.append(hint(reason));
    return new VerifierException(message.toString(), spec.name(), refused);
  }

  /** Name of the program. */
  public String program() {
    return program;
  }

  /** The verifier's whole log; empty when the kernel refused before it ran. */
  public String log() {
    return log;
  }

  /** The errno of the load. */
  public int errno() {
    return errno;
  }

  /** The last line that is neither statistics nor state: by the verifier's habit, the reason. */
  private static String reason(String[] lines, ProgramLoadException refused) {
    for (int i = lines.length - 1; i >= 0; i--) {
      String line = lines[i].strip();
      if (!line.isEmpty()
          && !line.startsWith("processed ")
          && !line.startsWith("verification time ")
          && !line.startsWith("stack depth ")
          && !line.startsWith("cur state:")
          && !line.startsWith("old state:")
          && !line.startsWith("mark_precise:")) {
        return line;
      }
    }
    return refused.getMessage();
  }

  /** What to do about it, where that can be said. */
  private static String hint(String reason) {
    if (reason.startsWith("infinite loop detected")
        || reason.startsWith("BPF program is too large")
        || reason.startsWith("The sequence of ")) {
      return "\nHINT: the kernel has to see that every loop ends, and soon: "
          + "loop over a range (for), or fewer times";
    }
    return "";
  }

  /** The number before the last line of the form {@code 12: (85) call …}. */
  private static OptionalInt lastInstruction(String[] lines) {
    for (int i = lines.length - 1; i >= 0; i--) {
      int colon = lines[i].indexOf(": (");
      if (colon > 0) {
        String number = lines[i].substring(0, colon);
        if (number.chars().allMatch(Character::isDigit)) {
          return OptionalInt.of(Integer.parseInt(number));
        }
      }
    }
    return OptionalInt.empty();
  }

  private static SourceLine sourceOf(ProgramSpec spec, int slot) {
    SourceLine found = null;
    for (SourceLine line : spec.lines()) {
      if (line.slot() > slot) {
        break;
      }
      found = line;
    }
    return found;
  }
}
