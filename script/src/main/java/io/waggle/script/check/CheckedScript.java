package io.waggle.script.check;

import io.waggle.script.syntax.Diagnostic;
import io.waggle.script.syntax.Source;
import java.util.List;

/**
 * A script that makes sense.
 *
 * @param probes one per place, in the script's order
 * @param maps in order of first appearance
 * @param timeFormats what {@link Term.FormatTime} names by index
 * @param warnings to show to the author
 */
public record CheckedScript(
    Source source,
    List<CheckedProbe> probes,
    List<MapSymbol> maps,
    List<String> timeFormats,
    List<Diagnostic> warnings) {
  public CheckedScript {
    probes = List.copyOf(probes);
    maps = List.copyOf(maps);
    timeFormats = List.copyOf(timeFormats);
    warnings = List.copyOf(warnings);
  }
}
