package io.waggle.script;

import io.waggle.script.Settings.MissingProbes;
import io.waggle.script.check.Clause;
import io.waggle.script.check.Place;
import io.waggle.script.probes.Probe;
import io.waggle.script.probes.ProbeException;
import io.waggle.script.probes.Probes;
import io.waggle.script.syntax.Diagnostic;
import io.waggle.script.syntax.Script.AttachPoint;
import io.waggle.script.syntax.ScriptException;
import io.waggle.script.syntax.Source;
import io.waggle.script.syntax.Span;
import java.util.ArrayList;
import java.util.List;

/** Resolves a script's attach points and tells errors at their place in the source. */
final class AttachPoints {
  private final Source source;
  private final Probes probes;
  private final List<String> parameters;
  private final Settings settings;
  private final List<Diagnostic> warnings = new ArrayList<>();

  AttachPoints(Source source, Probes probes, List<String> parameters, Settings settings) {
    this.source = source;
    this.probes = probes;
    this.parameters = parameters;
    this.settings = settings;
  }

  /** Attach points that were left out. */
  List<Diagnostic> warnings() {
    return warnings;
  }

  /**
   * What each probe of the script stands for.
   *
   * @throws ScriptException with all attach points that stand for nothing, unless they may be
   *     missing
   */
  List<Clause> clauses(List<io.waggle.script.syntax.Script.Probe> written) {
    List<Diagnostic> errors = new ArrayList<>();
    List<Clause> clauses = new ArrayList<>();
    for (io.waggle.script.syntax.Script.Probe probe : written) {
      List<Place> places = new ArrayList<>();
      List<Diagnostic> refusals = new ArrayList<>();
      List<String> unmatched = new ArrayList<>();
      for (AttachPoint point : probe.attachPoints()) {
        try {
          for (Probe found : resolve(point)) {
            places.add(new Place(found.attachment(), found.names()));
          }
        } catch (ProbeException refused) {
          if (refused.isPattern()) {
            unmatched.add(refused.getMessage());
          } else {
            refusals.add(refusal(point.span(), refused));
          }
        }
      }
      if (!places.isEmpty()) {
        clauses.add(new Clause(probe, places));
      } else if (refusals.isEmpty() || settings.missingProbes() != MissingProbes.ERROR) {
        refusals.add(without(probe, unmatched));
      }
      (settings.missingProbes() == MissingProbes.ERROR ? errors : warnings).addAll(refusals);
    }
    if (settings.missingProbes() == MissingProbes.IGNORE) {
      warnings.clear();
    }
    if (!errors.isEmpty()) {
      throw new ScriptException(source, errors);
    }
    if (clauses.isEmpty() && !written.isEmpty()) {
      List<Diagnostic> all = new ArrayList<>(warnings);
      Span first = written.getFirst().attachPoints().getFirst().span();
      all.add(Diagnostic.error(first, "No probes to attach"));
      throw new ScriptException(source, all);
    }
    limit(clauses);
    return clauses;
  }

  private Diagnostic refusal(Span span, ProbeException refused) {
    String message = refused.getMessage();
    if (settings.missingProbes() == MissingProbes.WARN) {
      return Diagnostic.warning(span, message + ". Skipping.");
    }
    String dot = message.startsWith("No matches") ? "." : "";
    return Diagnostic.error(span, message + dot, refused.hint().orElse(""));
  }

  /** A probe all of whose attach points are patterns that match nothing, or were left out. */
  private Diagnostic without(io.waggle.script.syntax.Script.Probe probe, List<String> unmatched) {
    Span span = probe.attachPoints().getFirst().span();
    return settings.missingProbes() == MissingProbes.WARN
        ? Diagnostic.warning(
            span,
            "Probe has no valid attach points. It is being removed which may cause issues with"
                + " program behavior.")
        : Diagnostic.error(
            span,
            "Probe has no valid attach points. If this is expected, set the 'missing_probes'"
                + " config variable to 'warn'.",
            String.join("; ", unmatched));
  }

  /** A wildcard too wide can bring a machine to a stop: each probe costs whoever runs into it. */
  private void limit(List<Clause> clauses) {
    int count = 0;
    for (Clause clause : clauses) {
      for (Place place : clause.places()) {
        count += place.names().size();
      }
    }
    if (count > settings.maxProbes()) {
      throw new ProbeException(
          "Can't attach to "
              + count
              + " probes because it exceeds the current limit of "
              + settings.maxProbes()
              + " probes.",
          "BPFTRACE_MAX_PROBES in the environment or max_probes in the config block raise it");
    }
  }

  private List<Probe> resolve(AttachPoint point) {
    List<String> parts = new ArrayList<>(point.parts().size() + 1);
    add(point.kind(), parts);
    for (String part : point.parts()) {
      add(part, parts);
    }
    return probes.resolve(parts.getFirst(), parts.subList(1, parts.size()));
  }

  /** A parameter may stand for several parts at once. */
  private void add(String part, List<String> parts) {
    String expanded = expand(part);
    if (expanded.equals(part)) {
      parts.add(part);
    } else {
      parts.addAll(List.of(expanded.split(":", -1)));
    }
  }

  /** {@code $1} and so on stand for parameters inside attach points too; missing ones are empty. */
  private String expand(String part) {
    int dollar = part.indexOf('$');
    if (dollar < 0) {
      return part;
    }
    int end = dollar + 1;
    while (end < part.length() && Character.digit(part.charAt(end), 10) >= 0) {
      end++;
    }
    if (end == dollar + 1 || end > dollar + 4) {
      return part;
    }
    int index = Integer.parseInt(part, dollar + 1, end, 10);
    String value = index > 0 && index <= parameters.size() ? parameters.get(index - 1) : "";
    return part.substring(0, dollar) + value + expand(part.substring(end));
  }
}
