package io.waggle.script.header;

import io.waggle.script.types.CTypes;
import io.waggle.script.types.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What C declares: types, constants of enumerations, and macros without parameters. */
public final class Declarations implements CTypes {
  private final CTypes others;
  private final Map<String, Type.Plain> types = new LinkedHashMap<>();
  private final Map<String, Constant> constants = new HashMap<>();
  private final Map<String, String> macros = new LinkedHashMap<>();
  private final Deque<Boolean> conditions = new ArrayDeque<>();
  private int nameless;

  /**
   * Nothing declared yet.
   *
   * @param others asked for names that are not declared here
   */
  public Declarations(CTypes others) {
    this.others = others;
  }

  /**
   * Adds what a script's text declares.
   *
   * @throws CSyntaxException if it is not understood
   */
  public void add(String text) {
    new CParser(this, text, true).parse();
  }

  /**
   * Adds what a preprocessed header declares. What is not understood is left out: a header holds
   * much that no script needs.
   */
  public void addHeader(String text) {
    new CParser(this, text, false).parse();
  }

  @Override
  public Optional<Type.Plain> named(String name) {
    Type.Plain own = types.get(name);
    return own != null ? Optional.of(own) : others.named(name);
  }

  @Override
  public Optional<Constant> constant(String name) {
    Constant own = constants.get(name);
    return own != null ? Optional.of(own) : others.constant(name);
  }

  /** What a macro without parameters stands for, as written. */
  public Optional<String> macro(String name) {
    return Optional.ofNullable(macros.get(name));
  }

  /** Names of macros without parameters. */
  public List<String> macros() {
    return List.copyOf(macros.keySet());
  }

  @Override
  public List<String> names(String like) {
    List<String> names = new ArrayList<>(types.keySet());
    names.addAll(others.names(like));
    return names;
  }

  /** Whether the name was declared here. */
  boolean has(String name) {
    return types.containsKey(name);
  }

  /** For each open condition of the preprocessor whether its lines count. */
  Deque<Boolean> conditions() {
    return conditions;
  }

  /** A name for a type that has none, such as {@code struct (anonymous 3)}. */
  String nameless(String word) {
    return word + " (anonymous " + ++nameless + ")";
  }

  Optional<Constant> own(String name) {
    return Optional.ofNullable(constants.get(name));
  }

  void type(String name, Type.Plain type) {
    types.put(name, type);
  }

  void constant(String name, Constant constant) {
    constants.put(name, constant);
  }

  void define(String name, String text) {
    macros.put(name, text);
  }

  void undefine(String name) {
    macros.remove(name);
  }
}
