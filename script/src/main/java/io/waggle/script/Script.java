package io.waggle.script;

import io.waggle.linux.Mounts;
import io.waggle.script.check.Clause;
import io.waggle.script.check.Place;
import io.waggle.script.probes.ElfBinaries;
import io.waggle.script.probes.Probe;
import io.waggle.script.probes.Probes;
import io.waggle.script.syntax.Parser;
import io.waggle.script.syntax.ScriptException;
import io.waggle.script.syntax.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A tracing script: text that has been parsed, to be compiled for and attached to a kernel.
 *
 * <p>A plain value; the same script can be attached any number of times.
 */
public final class Script {
  private final io.waggle.script.syntax.Script syntax;
  private final Settings settings;
  private final List<String> parameters;

  private Script(
      io.waggle.script.syntax.Script syntax, Settings settings, List<String> parameters) {
    this.syntax = syntax;
    this.settings = settings;
    this.parameters = List.copyOf(parameters);
  }

  /**
   * Parses a script.
   *
   * @throws ScriptException at the first thing that is not the language
   */
  public static Script parse(String text) {
    return parse("stdin", text);
  }

  /**
   * Parses a script that has a name, for messages.
   *
   * @throws ScriptException at the first thing that is not the language
   */
  public static Script parse(String name, String text) {
    Source source = new Source(name, text);
    io.waggle.script.syntax.Script syntax = Parser.parse(source);
    return new Script(syntax, Settings.of(source, syntax.config(), System.getenv()), List.of());
  }

  /** What its {@code config} block and the environment set. */
  public Settings settings() {
    return settings;
  }

  /** The same script with other positional parameters, {@code $1} first. */
  public Script withParameters(List<String> values) {
    return new Script(syntax, settings, values);
  }

  /**
   * What the script's attach points stand for on this machine.
   *
   * @param pid the process that is to be traced, if it is one
   * @throws ScriptException if one stands for nothing
   */
  public List<Probe> probes(OptionalInt pid) {
    List<Probe> probes = new ArrayList<>();
    for (Clause clause : clauses(pid)) {
      for (Place place : clause.places()) {
        probes.add(new Probe(place.attachment(), place.names()));
      }
    }
    return probes;
  }

  private List<Clause> clauses(OptionalInt pid) {
    Probes probes = new Probes(Mounts::tracefs, new ElfBinaries(), pid);
    return new AttachPoints(syntax.source(), probes, parameters, settings).clauses(syntax.probes());
  }
}
