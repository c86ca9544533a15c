package io.waggle.script.check;

import io.waggle.script.types.Type;
import java.util.Optional;

/** A map of the script; its types are final once checking has ended. */
public final class MapSymbol {
  private final String name;
  private Optional<Type.Plain> key = Optional.empty();
  private Optional<Type> value = Optional.empty();
  private boolean scalar;
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

  void declare(Declaration how) {
    declaration = Optional.of(how);
  }

  @Override
  public String toString() {
    return name;
  }
}
