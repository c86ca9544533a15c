package io.waggle.cli;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Helper;
import io.waggle.bpf.License;
import io.waggle.bpf.Release;
import io.waggle.bpf.needs.Need;
import io.waggle.bpf.needs.Needs;
import io.waggle.bpf.needs.Subject;
import io.waggle.kernel.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an object needs and whether a kernel has it.
 *
 * @param verdicts one for each need
 * @param kernel what the last line calls the kernel
 * @param column what the heading of its column calls it
 */
record NeedsReport(
    String file,
    BpfObject object,
    Needs needs,
    Map<Need, Verdict> verdicts,
    String kernel,
    String column) {

  private static final int MOST_HEADING = "Kernel functions".length();

  /** Answers for a kernel by its version alone. */
  static NeedsReport byTables(String file, BpfObject object, Needs needs, Release kernel) {
    Map<Need, Verdict> verdicts = new LinkedHashMap<>();
    for (Need need : needs.all()) {
      Verdict.State state =
          need.since()
              .map(its -> its.compareTo(kernel) <= 0 ? Verdict.State.YES : Verdict.State.NO)
              .orElse(Verdict.State.UNKNOWN);
      verdicts.put(need, new Verdict(state, ""));
    }
    return new NeedsReport(file, object, needs, verdicts, "Linux " + kernel, kernel.toString());
  }

  /** Whether nothing is missing that the object cannot do without; what is unknown counts not. */
  boolean canRun() {
    return missing().isEmpty() && needs.forbidden().isEmpty();
  }

  private List<Need> missing() {
    List<Need> missing = new ArrayList<>();
    verdicts.forEach(
        (need, verdict) -> {
          if (!need.isOptional() && isMissing(need, verdict)) {
            missing.add(need);
          }
        });
    return missing;
  }

  /** Options say why something is missing; where all works without one, the table is behind. */
  private static boolean isMissing(Need need, Verdict verdict) {
    return verdict.state() == Verdict.State.NO && !(need.subject() instanceof Subject.OfOption);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(file).append(": ").append(count(object.programs().size(), "program"));
    text.append(", ").append(count(object.maps().size(), "map")).append('\n');
    license(text);
    String heading = "";
    Set<String> lines = new HashSet<>(); // programs of several types need the same helper
    int width = MOST_HEADING;
    for (Need need : needs.all()) {
      width = Math.max(width, need.subject().name().length());
    }
    for (Map.Entry<Need, Verdict> entry : verdicts.entrySet()) {
      Subject subject = entry.getKey().subject();
      if (!subject.heading().equals(heading)) {
        heading = subject.heading();
        text.append('\n').append(heading).append(" ".repeat(width - heading.length() + 2));
        text.append("  since  ").append(column).append('\n');
        lines.clear();
      }
      String line = line(entry.getKey(), entry.getValue(), width);
      if (lines.add(line)) {
        text.append(line).append('\n');
      }
    }
    return text.append('\n').append(conclusion()).append('\n').toString();
  }

  private static String count(int count, String word) {
    return count + " " + word + (count == 1 ? "" : "s");
  }

  private void license(StringBuilder text) {
    String license = needs.license();
    text.append("licence: ").append(license.isEmpty() ? "none declared" : license);
    List<String> forbidden =
        needs.forbidden().stream().map(Helper::name).map(name -> "bpf_" + name).toList();
    if (!forbidden.isEmpty()) {
      text.append("; it keeps from programs what they call: ")
          .append(String.join(", ", forbidden))
          .append("\n  declare one of: ")
          .append(String.join(", ", License.GPL_COMPATIBLE));
    } else if (License.isGplCompatible(license)) {
      text.append(", compatible with the GPL: all helpers can be called");
    } else {
      text.append(", not compatible with the GPL; no helper is called that asks for that");
    }
    text.append('\n');
  }

  private String line(Need need, Verdict verdict, int width) {
    StringBuilder text = new StringBuilder();
    String name = need.subject().name();
    text.append("  ").append(name).append(" ".repeat(Math.max(0, width - name.length())));
    text.append("  ").append("%-5s".formatted(need.since().map(Release::toString).orElse("-")));
    String word = word(verdict);
    text.append("  ").append(word).append(" ".repeat(Math.max(0, column.length() - word.length())));
    List<String> notes = new ArrayList<>();
    if (need.subject() instanceof Subject.OfHelper of && of.helper().gplOnly()) {
      notes.add("GPL only");
    }
    if (need.subject() instanceof Subject.OfOption of) {
      notes.add(of.option().meaning());
    }
    if (need.isOptional()) {
      notes.add("can do without");
    }
    if (!verdict.reason().isEmpty()) {
      notes.add(verdict.reason());
    }
    if (!need.programs().isEmpty() && verdict.state() != Verdict.State.YES) {
      notes.add("for " + String.join(", ", need.programs()));
    }
    if (!notes.isEmpty()) {
      text.append("  ").append(String.join("; ", notes));
    }
    return text.toString().stripTrailing();
  }

  private static String word(Verdict verdict) {
    return switch (verdict.state()) {
      case YES -> "yes";
      case NO -> "no";
      case UNKNOWN -> "?";
    };
  }

  private String conclusion() {
    List<Need> newest = needs.newest();
    Set<String> reasons = new LinkedHashSet<>();
    missing().forEach(need -> reasons.add(need.subject().name()));
    needs.forbidden().forEach(helper -> reasons.add("a licence for bpf_" + helper.name()));
    return "needs Linux "
        + needs.oldest()
        + " or newer"
        + (newest.isEmpty() ? "" : " (" + newest.getFirst().subject().name() + ")")
        + "; "
        + kernel
        + (canRun() ? " can run it" : " cannot run it: it lacks " + String.join(", ", reasons));
  }

  String json() {
    List<Map<String, Object>> list = new ArrayList<>();
    verdicts.forEach(
        (need, verdict) -> {
          Map<String, Object> fields = new LinkedHashMap<>();
          fields.put("kind", need.subject().heading());
          fields.put("name", need.subject().name());
          fields.put("since", need.since());
          fields.put("optional", need.isOptional());
          fields.put("available", available(verdict));
          fields.put("reason", verdict.reason());
          fields.put("programs", need.programs());
          if (need.subject() instanceof Subject.OfHelper of) {
            fields.put("gpl_only", of.helper().gplOnly());
          }
          list.add(fields);
        });
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("file", file);
    report.put("license", needs.license());
    report.put("gpl_compatible", License.isGplCompatible(needs.license()));
    report.put("forbidden", needs.forbidden().stream().map(its -> "bpf_" + its.name()).toList());
    report.put("needs", list);
    report.put("oldest_kernel", needs.oldest());
    report.put("runs", canRun());
    return JsonText.of(report);
  }

  private static Optional<Boolean> available(Verdict verdict) {
    return verdict.state() == Verdict.State.UNKNOWN
        ? Optional.empty()
        : Optional.of(verdict.state() == Verdict.State.YES);
  }
}
