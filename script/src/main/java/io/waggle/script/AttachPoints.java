package io.waggle.script;

import io.waggle.script.check.Clause;
import io.waggle.script.check.Place;
import io.waggle.script.probes.Probe;
import io.waggle.script.probes.ProbeException;
import io.waggle.script.probes.Probes;
import io.waggle.script.syntax.Diagnostic;
import io.waggle.script.syntax.Script.AttachPoint;
import io.waggle.script.syntax.ScriptException;
import io.waggle.script.syntax.Source;
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
    List<Diagnostic> diagnostics = new ArrayList<>();
    List<Clause> clauses = new ArrayList<>();
    for (io.waggle.script.syntax.Script.Probe probe : written) {
      List<Place> places = new ArrayList<>();
      for (AttachPoint point : probe.attachPoints()) {
        try {
          for (Probe found : resolve(point)) {
            places.add(new Place(found.attachment(), found.names()));
          }
        } catch (ProbeException refused) {
          switch (settings.missingProbes()) {
            case ERROR ->
                diagnostics.add(
                    Diagnostic.error(
                        point.span(), refused.getMessage(), refused.hint().orElse("")));
            case WARN ->
                warnings.add(
                    Diagnostic.warning(point.span(), refused.getMessage() + ". Skipping."));
            case IGNORE -> {}
          }
        }
      }
      if (!places.isEmpty()) {
        clauses.add(new Clause(probe, places));
      }
    }
    if (!diagnostics.isEmpty()) {
      throw new ScriptException(source, diagnostics);
    }
    limit(clauses);
    return clauses;
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
