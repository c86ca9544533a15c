package io.waggle.script.check;

import io.waggle.script.types.Type;
import java.util.Optional;

/** A map of the script; its types are final once checking has ended. */
public final class MapSymbol {
  private final String name;
  private Optional<Type.Plain> key = Optional.empty();
  private Optional<Type> value = Optional.empty();
  private boolean scalar;
  private boolean keyFromNumbers = true;
  private boolean valueFromNumbers = true;
  private Optional<Declaration> declaration = Optional.empty();

  /** How the script declared it: {@code hash}, {@code lruhash}, … and how many entries at most. */
  public record Declaration(String kind, int entries) {}

  MapSymbol(String name) {
    this.name = name;
  }

  /** As written, with the at sign. */
  public String name() {
    return name;
  }

  /** Type of the key, empty for a map without keys. */
  public Optional<Type.Plain> key() {
    return key;
  }

  /** Type of the values. */
  public Type value() {
    return value.orElse(Type.Int.INT64);
  }

  /** How the script declared it, if it did. */
  public Optional<Declaration> declaration() {
    return declaration;
  }

  boolean hasValue() {
    return value.isPresent();
  }

  boolean isScalar() {
    return scalar;
  }

  void scalar(boolean withoutKey) {
    scalar = withoutKey;
  }

  void key(Type.Plain type) {
    key = Optional.of(type);
  }

  void value(Type type) {
    value = Optional.of(type);
  }

  /**
   * Whether the key's type comes from plain positive numbers alone, which fit unsigned types too.
   */
  boolean keyFromNumbers() {
    return keyFromNumbers;
  }

  void keyFromMore() {
    keyFromNumbers = false;
  }

  /** As {@link #keyFromNumbers}, of the value. */
  boolean valueFromNumbers() {
    return valueFromNumbers;
  }

  void valueFromMore() {
    valueFromNumbers = false;
  }

  void declare(Declaration how) {
    declaration = Optional.of(how);
  }

  @Override
  public String toString() {
    return name;
  }
}
