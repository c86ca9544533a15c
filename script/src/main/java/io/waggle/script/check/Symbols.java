package io.waggle.script.check;

import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Maps and variables, with the types learned so far; lives over all passes. */
final class Symbols {
  private final Map<String, MapSymbol> maps = new LinkedHashMap<>();
  private final Map<Birth, LocalVariable> locals = new HashMap<>();
  private final List<String> timeFormats = new ArrayList<>();

  /** A variable is the same in every pass when it is first written at the same place. */
  private record Birth(int probe, int offset) {}

  MapSymbol map(String name) {
    return maps.computeIfAbsent("@" + name, MapSymbol::new);
  }

  Optional<MapSymbol> knownMap(String name) {
    return Optional.ofNullable(maps.get("@" + name));
  }

  /** Those that some probe names. */
  List<MapSymbol> used() {
    return maps.values().stream().filter(MapSymbol::hasValue).toList();
  }

  List<MapSymbol> maps() {
    return List.copyOf(maps.values());
  }

  LocalVariable local(int probe, Span span, String name) {
    return locals.computeIfAbsent(
        new Birth(probe, span.start()), birth -> new LocalVariable(name, new Type.None()));
  }

  int timeFormat(String format) {
    int index = timeFormats.indexOf(format);
    if (index < 0) {
      timeFormats.add(format);
      index = timeFormats.size() - 1;
    }
    return index;
  }

  List<String> timeFormats() {
    return timeFormats;
  }
}
