package io.waggle.script.check;

import io.waggle.script.syntax.Script;
import java.util.List;

/** A probe of the script with everything its attach points stand for. */
public record Clause(Script.Probe probe, List<Place> places) {
  public Clause {
    places = List.copyOf(places);
  }
}
