package io.waggle.script.check;

import io.waggle.script.syntax.Macros;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Variables visible at a point: those of this block, then those of the blocks around it. */
final class Scope {
  private final Optional<Scope> outer;
  private final Map<String, LocalVariable> variables = new HashMap<>();

  Scope(Optional<Scope> outer) {
    this.outer = outer;
  }

  Optional<LocalVariable> find(String name) {
    LocalVariable variable = variables.get(name);
    return variable != null ? Optional.of(variable) : outer.flatMap(scope -> scope.find(name));
  }

  void add(String name, LocalVariable variable) {
    variables.put(name, variable);
  }

  /** All names that are visible, for hints. */
  java.util.Set<String> names() {
    java.util.Set<String> names = new java.util.TreeSet<>();
    variables.keySet().forEach(name -> names.add(Macros.written(name)));
    outer.ifPresent(scope -> names.addAll(scope.names()));
    return names;
  }
}
