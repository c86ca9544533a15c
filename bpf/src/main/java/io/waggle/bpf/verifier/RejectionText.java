package io.waggle.bpf.verifier;

import io.waggle.bpf.SourceLine;
import io.waggle.bpf.verifier.Rejection.Author;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Lays out a refusal for a terminal. */
final class RejectionText {
  private static final int WIDTH = 100;
  private static final int MOST_BRANCHES = 2;

  private final Rejection rejection;
  private final StringBuilder out = new StringBuilder();

  RejectionText(Rejection rejection) {
    this.rejection = rejection;
  }

  String text(Author author) {
    out.append("the kernel rejects program '")
        .append(rejection.program().name())
        .append("' (")
        .append(rejection.program().type().name().toLowerCase(Locale.ROOT))
        .append("): ")
        .append(rejection.reason())
        .append('\n');
    place();
    registers();
    way();
    if (!rejection.rule().isEmpty()) {
      wrapped("RULE: ", rejection.rule());
    }
    String hint = author == Author.OF_PROGRAM ? rejection.mend() : hintForScript();
    if (!hint.isEmpty()) {
      wrapped("HINT: ", hint);
    }
    return out.toString().stripTrailing();
  }

  private String hintForScript() {
    return rejection.script().isEmpty()
        ? "Scripts should never come to this: the fault is Waggle's. Please report the script with"
            + " what it prints when run with -v."
        : rejection.script();
  }

  /** The line with a mark below the column, and the instruction. */
  private void place() {
    if (rejection.slot().isEmpty()) {
      return;
    }
    int slot = rejection.slot().getAsInt();
    out.append("  at instruction ").append(slot);
    Optional<SourceLine> source = rejection.source();
    String text = "";
    int column = 0;
    if (source.isPresent()) {
      SourceLine line = source.get();
      out.append(", ").append(line.file()).append(':').append(line.line());
      if (line.column() > 0) {
        out.append(':').append(line.column());
      }
      text = line.text();
      column = line.column();
    } else if (rejection.log().last().isPresent() && rejection.log().last().get().slot() == slot) {
      text = rejection.log().last().get().source();
    }
    out.append('\n');
    String shown = text.strip().replace('\t', ' ');
    if (!shown.isEmpty()) {
      out.append("    ").append(shown).append('\n');
      int indent = text.length() - text.stripLeading().length();
      if (column > indent && column - indent <= shown.length()) {
        out.append("    ").append(" ".repeat(column - indent - 1)).append("^\n");
      }
    }
    String instruction = rejection.instruction();
    if (!instruction.isEmpty()) {
      out.append("    ").append(slot).append(": ").append(instruction).append('\n');
    }
  }

  private void registers() {
    for (Map.Entry<String, RegisterState> known : rejection.registers().entrySet()) {
      out.append("  ").append(known.getKey()).append(" is ").append(known.getValue().words());
      rejection
          .log()
          .origin(known.getKey())
          .filter(step -> step.text().startsWith("call "))
          .ifPresent(
              step ->
                  out.append(", from instruction ")
                      .append(step.slot())
                      .append(": ")
                      .append(step.text()));
      out.append('\n');
    }
  }

  private void way() {
    if (rejection.slot().isEmpty()) {
      return;
    }
    List<String> way = rejection.way(MOST_BRANCHES);
    int all = rejection.log().branches().size();
    if (!way.isEmpty()) {
      out.append("  reached over ").append(all).append(all == 1 ? " branch" : " branches");
      out.append(all > way.size() ? ", at last\n" : "\n");
      way.reversed().forEach(line -> out.append("    ").append(line).append('\n'));
    }
  }

  private void wrapped(String label, String text) {
    out.append(label);
    int column = label.length();
    String indent = " ".repeat(label.length());
    boolean isFirst = true;
    for (String word : text.split(" ")) {
      if (!isFirst && column + 1 + word.length() > WIDTH) {
        out.append('\n').append(indent);
        column = indent.length();
      } else if (!isFirst) {
        out.append(' ');
        column++;
      }
      out.append(word);
      column += word.length();
      isFirst = false;
    }
    out.append('\n');
  }
}
