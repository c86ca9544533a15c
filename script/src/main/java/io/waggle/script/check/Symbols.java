package io.waggle.script.check;

import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Maps and variables, with the types learned so far; lives over all passes. */
final class Symbols {
  private final Map<String, MapSymbol> maps = new LinkedHashMap<>();
  private final Map<Birth, LocalVariable> locals = new HashMap<>();
  private final Map<String, Option> options = new TreeMap<>();
  private final List<String> timeFormats = new ArrayList<>();

  /**
   * A variable is the same in every pass when it is first written at the same place; in a macro
   * each call has names of its own.
   */
  private record Birth(int probe, int offset, String name) {}

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
        new Birth(probe, span.start(), name), birth -> new LocalVariable(name, new Type.None()));
  }

  /**
   * Notes an option of the script.
   *
   * @return the default that it has elsewhere, if that is another
   */
  Optional<String> option(String name, String otherwise, String description) {
    Option known = options.get(name);
    if (known != null && !known.otherwise().equals(otherwise)) {
      return Optional.of(known.otherwise());
    }
    if (known == null || known.description().isEmpty()) {
      options.put(name, new Option(otherwise, description));
    }
    return Optional.empty();
  }

  /** An option's default and what it is said to be for. */
  record Option(String otherwise, String description) {}

  /** Those of the script, by name. */
  Map<String, Option> options() {
    return options;
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
