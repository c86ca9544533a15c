package io.waggle.bpf.verifier;

import io.waggle.bpf.Disassembler;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.SourceLine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why the kernel refuses a program.
 *
 * @param program the program as it was compiled
 * @param log what the verifier said; of no lines where it did not run
 * @param broken the rule of the table that the message is about; empty if it is not in the table
 * @param reason in the kernel's words, or what it lacks
 * @param rule the rule that was broken, in plain words; empty if the message is not in the table
 *     and the kernel explains nothing
 * @param mend what usually helps, may be empty
 * @param script what helps the author of a script, may be empty
 * @param slot of the instruction that is at fault, if one is
 * @param registers what is known of the registers that the reason or the instruction names
 */
public record Rejection(
    ProgramSpec program,
    VerifierLog log,
    Optional<Rule> broken,
    String reason,
    String rule,
    String mend,
    String script,
    OptionalInt slot,
    SequencedMap<String, RegisterState> registers) {
  private static final Pattern REGISTER = Pattern.compile("\\b[RrWw](10|[0-9])\\b");

  public Rejection {
    registers = Collections.unmodifiableSequencedMap(registers);
  }

  /** Who is to read it. */
  public enum Author {
    /** Has written the program and can change any line of it. */
    OF_PROGRAM,
    /** Has written a script that the program was compiled from. */
    OF_SCRIPT
  }

  /**
   * Explains a refusal.
   *
   * @param license as declared
   * @param error name of the errno value, such as {@code EACCES}
   * @param missing what the kernel lacks, by the slot of the instruction that needs it
   */
  public static Rejection of(
      ProgramSpec program, String license, String log, String error, Map<Integer, String> missing) {
    VerifierLog read = VerifierLog.read(log);
    String silent = error + ", without a word of the verifier";
    Optional<Rule.Match> match =
        read.complaint().isEmpty()
            ? Rule.findError(error).map(rule -> new Rule.Match(rule, silent, Map.of()))
            : Rule.find(read.complaint());
    OptionalInt slot = slot(match, read);
    String reason =
        match.isPresent()
            ? match.get().line()
            : read.complaint().isEmpty() ? silent : read.complaint().getLast();
    if (slot.isPresent() && missing.containsKey(slot.getAsInt())) {
      reason = missing.get(slot.getAsInt());
    }
    SequencedMap<String, RegisterState> registers = registers(program, read, reason, slot);
    if (match.isEmpty()) {
      return new Rejection(
          program,
          read,
          Optional.empty(),
          reason,
          read.diagnosis().map(Diagnosis::reason).orElse(""),
          read.diagnosis().map(Diagnosis::suggestion).orElse(""),
          "",
          slot,
          registers);
    }
    named(match.get().values()).ifPresent(its -> registers.putIfAbsent(its.name(), its.state()));
    Wording wording = new Wording(match.get(), program, license, read);
    Rule rule = match.get().rule();
    return new Rejection(
        program,
        read,
        Optional.of(rule),
        reason,
        wording.fill(rule.rule()),
        wording.fill(rule.mend()),
        wording.fill(rule.script()),
        slot,
        registers);
  }

  private static OptionalInt slot(Optional<Rule.Match> match, VerifierLog log) {
    if (match.isPresent() && !match.get().rule().isAboutInstruction()) {
      return OptionalInt.empty();
    }
    String named = match.map(its -> its.values().get("slot")).orElse("");
    boolean isNamed = named != null && !named.isEmpty() && named.length() < 9;
    if (isNamed) {
      return OptionalInt.of(Integer.parseInt(named));
    }
    return log.last().isPresent() ? OptionalInt.of(log.last().get().slot()) : OptionalInt.empty();
  }

  private record Named(String name, RegisterState state) {}

  /** The state of a register as the message itself has it. */
  private static Optional<Named> named(Map<String, String> values) {
    String type = values.get("type");
    String register = values.get("register");
    return type == null || register == null
        ? Optional.empty()
        : Optional.of(new Named(register, RegisterState.parse(type)));
  }

  /** Those that the reason names come first. */
  private static SequencedMap<String, RegisterState> registers(
      ProgramSpec program, VerifierLog log, String reason, OptionalInt slot) {
    SequencedMap<String, RegisterState> states = new LinkedHashMap<>();
    boolean isLast = log.last().isPresent() && slot.equals(OptionalInt.of(log.last().get().slot()));
    if (isLast) {
      for (String text : List.of(reason, instruction(program, log, slot.getAsInt()))) {
        Matcher register = REGISTER.matcher(text);
        while (register.find()) {
          String name = "R" + register.group(1);
          RegisterState state = log.registers().get(name);
          if (state != null && !name.equals("R10")) {
            states.put(name, state);
          }
        }
      }
    }
    return states;
  }

  /** The line that the instruction at fault was compiled from. */
  public Optional<SourceLine> source() {
    return slot.isPresent() ? source(slot.getAsInt()) : Optional.empty();
  }

  private Optional<SourceLine> source(int at) {
    SourceLine found = null;
    for (SourceLine line : program.lines()) {
      if (line.slot() > at) {
        break;
      }
      found = line;
    }
    return Optional.ofNullable(found);
  }

  /**
   * The instruction at fault in the kernel's notation, with the names of maps; empty if none is.
   */
  public String instruction() {
    return slot.isPresent() ? instruction(program, log, slot.getAsInt()) : "";
  }

  private static String instruction(ProgramSpec program, VerifierLog log, int at) {
    int next = 0;
    for (Instruction instruction : program.code()) {
      if (next == at) {
        return Disassembler.text(instruction);
      }
      next += instruction.slots();
    }
    return log.path().stream()
        .filter(step -> step.slot() == at)
        .map(Step::text)
        .findFirst()
        .orElse("");
  }

  /** The message for the author of the program, of several lines. */
  public String text() {
    return text(Author.OF_PROGRAM);
  }

  /** The message, of several lines: reason, place, state, rule and what to do. */
  public String text(Author author) {
    return new RejectionText(this).text(author);
  }

  /** The decisions that led to the instruction, the last first, as many as are of use. */
  List<String> way(int most) {
    List<String> way = new ArrayList<>();
    List<Branch> branches = log.branches();
    for (int i = branches.size() - 1; i >= 0 && way.size() < most; i--) {
      Branch branch = branches.get(i);
      String line =
          source(branch.step().slot())
              .map(its -> fileName(its.file()) + ":" + its.line() + ": " + its.text().strip())
              .orElse(branch.step().source());
      way.add(
          "instruction "
              + branch.step().slot()
              + ": "
              + branch.step().text()
              + (branch.jumped() ? " (jumped)" : " (not jumped)")
              + (line.isEmpty() ? "" : ", " + line));
    }
    return way;
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
