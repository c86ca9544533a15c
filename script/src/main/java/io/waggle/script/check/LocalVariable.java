package io.waggle.script.check;

import io.waggle.script.syntax.Macros;
import io.waggle.script.types.Type;

/** A {@code $variable} of one scope; two of the same name in different scopes are two objects. */
public final class LocalVariable {
  private final String name;
  private Type.Plain type;
  private boolean declared;
  private boolean fromNumbers = true;

  LocalVariable(String name, Type.Plain type) {
    this.name = name;
    this.type = type;
  }

  /** Without the dollar sign. */
  public String name() {
    return name;
  }

  public Type.Plain type() {
    return type;
  }

  void type(Type.Plain wider) {
    type = wider;
  }

  /** Whether the script gave the type, which then stays. */
  boolean declared() {
    return declared;
  }

  /** Whether the type comes from plain positive numbers alone, which fit unsigned types too. */
  boolean fromNumbers() {
    return fromNumbers;
  }

  void fromMore() {
    fromNumbers = false;
  }

  void declare() {
    declared = true;
  }

  @Override
  public String toString() {
    return "$" + Macros.written(name);
  }
}
