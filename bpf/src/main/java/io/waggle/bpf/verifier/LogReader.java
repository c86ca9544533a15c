package io.waggle.bpf.verifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Follows the verifier's walk line by line.
 *
 * <p>It walks depth first: {@code from A to B} takes up the youngest branch at A that it has left
 * open, so the path is cut back to there. What it knows of registers stands, for the next
 * instruction, after a semicolon behind the one before (Linux 5.16) or on a line of its own; a full
 * account comes with each branch, else only what changed.
 */
final class LogReader {
  // What is known after it follows behind a semicolon, or behind the number of the next
  // instruction.
  private static final Pattern INSTRUCTION =
      Pattern.compile(
          "(\\d{1,9}): \\([0-9a-f]{2}\\) ([^;]*?)\\s*"
              + "(?:;\\s*(.*)|\\d{1,9}: ((?:frame\\d+: ?)?(?:R\\d+|fp-\\d+|refs)[_=].*))?");
  private static final Pattern STATE =
      Pattern.compile("\\d{1,9}: ((?:frame\\d+: )?(?:R\\d+|fp-\\d+|refs)[_=].*)");
  private static final Pattern FROM =
      Pattern.compile("from (-?\\d{1,9}) to (\\d{1,9})(?: \\(speculative execution\\))?:(.*)");
  private static final Pattern PROCESSED = Pattern.compile("processed (\\d{1,9}) insns?(?: .*)?");
  private static final Pattern FRAME = Pattern.compile("\\s*frame(\\d{1,3}): ?(.*)");
  private static final Pattern REGISTERS =
      Pattern.compile("\\s+(?:frame\\d+: )?(?:R\\d+|fp-\\d+)[_=].*");

  private static final String[] NOISE = {
    "mark_precise:",
    "force_precise:",
    "last_idx ",
    "regs=",
    "parent ",
    "falling back to forcing",
    "propagating ",
    "caller:",
    "callee:",
    "to caller at ",
    "returning from callee:",
    "cur state:",
    "old state:",
    "verification time ",
    "stack depth ",
    "func#",
    "arg#0 reference type('UNKNOWN '",
    "Live regs before insn:",
    "BPF_PROG_LOAD"
  };

  private final List<Step> path = new ArrayList<>();
  private final List<Boolean> forked = new ArrayList<>();
  private final Map<Integer, Map<String, String>> frames = new HashMap<>();
  private final List<String> complaint = new ArrayList<>();
  private int frame;
  private String source = "";
  private OptionalInt processed = OptionalInt.empty();
  private Optional<DiagnosisReader> diagnosis = Optional.empty();

  void line(String line) {
    Matcher statistics = PROCESSED.matcher(line);
    if (statistics.matches()) {
      processed = OptionalInt.of(Integer.parseInt(statistics.group(1)));
      return;
    }
    if (DiagnosisReader.isTitle(line)) {
      diagnosis = Optional.of(DiagnosisReader.of(line));
    } else if (diagnosis.isPresent()) {
      if (processed.isEmpty()) {
        diagnosis.get().line(line);
      }
    } else if (!walk(line) && !isNoise(line)) {
      complaint.add(line.strip());
    }
  }

  /** Takes a line that belongs to the walk through the program; false for any other. */
  private boolean walk(String line) {
    Matcher instruction = INSTRUCTION.matcher(line);
    if (instruction.matches()) {
      step(Integer.parseInt(instruction.group(1)), instruction.group(2));
      String state = instruction.group(3) != null ? instruction.group(3) : instruction.group(4);
      if (state != null) {
        state(state);
      }
      return true;
    }
    if (line.startsWith("; ")) {
      int at = line.lastIndexOf(" @ ");
      source = line.substring(2, at > 2 ? at : line.length()).strip();
      return true;
    }
    Matcher from = FROM.matcher(line);
    if (from.matches()) {
      from(Integer.parseInt(from.group(1)), from.group(3).strip());
      return true;
    }
    Matcher state = STATE.matcher(line);
    if (state.matches()) {
      state(state.group(1));
      return true;
    }
    if (REGISTERS.matcher(line).matches()) { // below "callee:" and the like
      state(line);
      return true;
    }
    if (line.startsWith("Validating ")) {
      // A global function is looked at for itself, as if it were a program.
      path.clear();
      forked.clear();
      frames.clear();
      frame = 0;
      complaint.clear();
      return true;
    }
    return false;
  }

  private void step(int slot, String text) {
    path.add(new Step(slot, text, source));
    forked.add(false);
    complaint.clear();
  }

  private void from(int slot, String state) {
    if (state.equals("safe")) {
      return;
    }
    int at = path.size() - 1;
    while (at >= 0 && (path.get(at).slot() != slot || forked.get(at))) {
      at--;
    }
    if (at >= 0) {
      forked.set(at, true);
    }
    path.subList(at + 1, path.size()).clear();
    forked.subList(at + 1, forked.size()).clear();
    complaint.clear();
    source = at < 0 ? "" : path.get(at).source();
    Matcher inner = FRAME.matcher(state);
    frames.remove(inner.matches() ? Integer.parseInt(inner.group(1)) : 0);
    state(state);
  }

  private void state(String text) {
    Matcher inner = FRAME.matcher(text);
    boolean isInner = inner.matches();
    frame = isInner ? Integer.parseInt(inner.group(1)) : 0;
    Map<String, String> known = frames.computeIfAbsent(frame, any -> new HashMap<>());
    RegisterState.split(isInner ? inner.group(2) : text.strip(), known::put);
  }

  private static boolean isNoise(String line) {
    boolean isPropagation = line.startsWith("frame ") && line.contains(": propagating ");
    if (isPropagation || line.isBlank() || line.endsWith(": safe") || line.startsWith("  ")) {
      return true;
    }
    for (String noise : NOISE) {
      if (line.startsWith(noise)) {
        return true;
      }
    }
    return false;
  }

  VerifierLog log() {
    Map<String, RegisterState> registers = new HashMap<>();
    frames
        .getOrDefault(frame, Map.of())
        .forEach((name, text) -> registers.put(name, RegisterState.parse(text)));
    return new VerifierLog(
        path, registers, complaint, diagnosis.map(DiagnosisReader::diagnosis), processed);
  }
}
