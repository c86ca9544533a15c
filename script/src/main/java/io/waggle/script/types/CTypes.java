package io.waggle.script.types;

import java.util.List;
import java.util.Optional;

/** The types and constants of C that a script can name: its own, or the kernel's. */
public interface CTypes {
  /** Knows none. */
  CTypes NONE = new Nothing();

  /**
   * What a name means.
   *
   * @param name of a type definition, or after {@code struct}, {@code union} or {@code enum}
   */
  Optional<Type.Plain> named(String name);

  /** A constant of an enumeration or macro. */
  Optional<Constant> constant(String name);

  /** Names of types like this one, for hints. */
  List<String> names(String like);

  /**
   * A number with a name.
   *
   * @param type {@link Type.Enumeration} of 8 bytes, or an integer
   */
  record Constant(Type.Plain type, long value) {}

  /** A struct of that name, looked up when something is asked of it; without members if unknown. */
  default Type.Structure structure(String name) {
    return new Type.Structure(name, new LaterLayout(this, name));
  }

  /** No types at all. */
  final class Nothing implements CTypes {
    private Nothing() {}

    @Override
    public Optional<Type.Plain> named(String name) {
      return Optional.empty();
    }

    @Override
    public Optional<Constant> constant(String name) {
      return Optional.empty();
    }

    @Override
    public List<String> names(String like) {
      return List.of();
    }
  }
}
