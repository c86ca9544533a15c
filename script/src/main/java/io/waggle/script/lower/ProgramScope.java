package io.waggle.script.lower;

import io.waggle.compiler.Program;
import io.waggle.script.check.CheckedProbe;
import io.waggle.script.check.MapSymbol;
import io.waggle.script.plan.Action;
import io.waggle.script.plan.Counter;
import io.waggle.script.plan.SourcePlace;
import io.waggle.script.syntax.Diagnostic;
import io.waggle.script.syntax.Source;
import io.waggle.script.syntax.Span;
import java.util.List;
import java.util.Map;

/**
 * What all functions of one program share while it is lowered.
 *
 * @param maps the script's maps as they lie in the kernel
 * @param actions those of the whole script; an event names one by its index
 * @param counters those of the whole script
 * @param lostCounter index of the counter of lost events
 * @param ringBytes size of the ring buffer
 */
record ProgramScope(
    LoweringOptions options,
    Program program,
    Source source,
    CheckedProbe probe,
    ProgramKind kind,
    Captures captures,
    ScratchMemory scratch,
    SupportMaps support,
    Map<MapSymbol, ScriptMap> maps,
    List<Action> actions,
    List<Counter> counters,
    int lostCounter,
    int ringBytes) {

  ScriptMap map(MapSymbol symbol) {
    return maps.get(symbol);
  }

  /** The number of {@code action}, to be sent in an event. */
  int action(Action action) {
    support.useEvents();
    int known = actions.indexOf(action);
    if (known >= 0) {
      return known;
    }
    actions.add(action);
    return actions.size() - 1;
  }

  /** The number of {@code counter}, to be added to where it happens. */
  int counter(Counter counter) {
    int known = counters.indexOf(counter);
    if (known >= 0) {
      return known;
    }
    counters.add(counter);
    return counters.size() - 1;
  }

  /** Where a span lies, for messages at run time. */
  SourcePlace place(Span span) {
    return new SourcePlace(
        source.name(),
        source.line(span.start()),
        source.column(span.start()),
        Diagnostic.place(source, span),
        Diagnostic.excerpt(source, span));
  }
}
