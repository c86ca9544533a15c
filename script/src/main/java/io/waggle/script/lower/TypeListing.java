package io.waggle.script.lower;

import io.waggle.script.check.CheckedProbe;
import io.waggle.script.check.CheckedScript;
import io.waggle.script.check.LocalVariable;
import io.waggle.script.check.MapSymbol;
import io.waggle.script.check.Statement;
import io.waggle.script.check.Term;
import io.waggle.script.check.Types;
import java.util.LinkedHashSet;
import java.util.Set;

/** Lists the types that a script's maps and variables came to, for people. */
public final class TypeListing {
  private TypeListing() {}

  /** One line a map, then one a variable of each probe. */
  public static String of(CheckedScript script) {
    StringBuilder out = new StringBuilder();
    for (MapSymbol map : script.maps()) {
      out.append(map.name());
      map.key().ifPresent(key -> out.append('[').append(Types.name(key)).append(']'));
      out.append(": ").append(Types.name(map.value())).append('\n');
    }
    for (CheckedProbe probe : script.probes()) {
      out.append(String.join(", ", probe.place().names())).append('\n');
      for (LocalVariable variable : variables(probe)) {
        out.append("  ").append(variable).append(": ");
        out.append(Types.name(variable.type())).append('\n');
      }
    }
    return out.toString();
  }

  private static Set<LocalVariable> variables(CheckedProbe probe) {
    Set<LocalVariable> variables = new LinkedHashSet<>();
    Walk.statements(
        probe.body(),
        new Walk.Visit() {
          @Override
          public void statement(Statement statement) {
            switch (statement) {
              case Statement.AssignLocal assign -> variables.add(assign.variable());
              case Statement.ForMap loop -> variables.add(loop.variable());
              case Statement.ForRange loop -> variables.add(loop.variable());
              default -> {}
            }
          }

          @Override
          public void term(Term term) {
            if (term instanceof Term.StepLocal step) {
              variables.add(step.variable());
            }
          }
        });
    return variables;
  }
}
