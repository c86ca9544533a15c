package io.waggle.script;

import io.waggle.script.check.CheckedProbe;
import io.waggle.script.check.CheckedScript;
import io.waggle.script.check.Statement;
import io.waggle.script.lower.Walk;
import io.waggle.script.probes.ProbeException;
import io.waggle.script.syntax.Diagnostic;
import io.waggle.script.syntax.ScriptException;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import java.util.List;
import java.util.Optional;

/** Holds a script to what its settings allow. */
final class Limits {
  private static final String SERIES = "tseries";

  private Limits() {}

  /**
   * Checks a script.
   *
   * @param warnings gets what is allowed and should be known
   * @throws ProbeException if it becomes more programs than are allowed
   * @throws ScriptException if it uses what is not enabled
   */
  static void check(CheckedScript script, Settings settings, List<String> warnings) {
    if (script.probes().size() > settings.maxPrograms()) {
      throw new ProbeException(
          "Your program is trying to generate more than "
              + script.probes().size()
              + " BPF programs, which exceeds the current limit of "
              + settings.maxPrograms(),
          "BPFTRACE_MAX_BPF_PROGS in the environment or max_bpf_progs in the config block raise it");
    }
    Optional<Span> series = series(script);
    if (series.isEmpty()) {
      return;
    }
    switch (settings.timeSeries()) {
      case ENABLE -> {}
      case WARN ->
          warnings.add(
              "WARNING: Script is using an unstable feature: "
                  + SERIES
                  + ". To prevent this warning you must explicitly enable it in the config e.g."
                  + " unstable_tseries=enable\n");
      case ERROR ->
          throw new ScriptException(
              script.source(),
              Diagnostic.error(
                  series.get(),
                  SERIES
                      + " feature is not enabled by default. To enable this unstable feature, set"
                      + " the config flag to enable. unstable_tseries=enable"));
    }
  }

  private static Optional<Span> series(CheckedScript script) {
    Span[] found = new Span[1];
    for (CheckedProbe probe : script.probes()) {
      Walk.statements(
          probe.body(),
          new Walk.Visit() {
            @Override
            public void statement(Statement statement) {
              if (statement instanceof Statement.Aggregate aggregate
                  && aggregate.how() instanceof Type.Tseries) {
                found[0] = statement.span();
              }
            }
          });
    }
    return Optional.ofNullable(found[0]);
  }
}
