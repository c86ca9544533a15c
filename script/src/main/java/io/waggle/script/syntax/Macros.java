package io.waggle.script.syntax;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Puts the bodies of macros where they are called. A body sees what it was given and its own
 * variables, which get names that no script can write; a map it must be given.
 */
public final class Macros {
  /** Separates a variable's own name from what tells one call's from another's. */
  private static final char MARK = '#';

  private final Source source;
  private final Map<String, List<Script.Macro>> macros = new HashMap<>();
  private final Function<String, Optional<String>> defines;
  private final Predicate<String> isLibrary;
  private final Deque<String> calls = new ArrayDeque<>();
  private int count;

  private Macros(
      Script script, Function<String, Optional<String>> defines, Predicate<String> isLibrary) {
    this.source = script.source();
    this.defines = defines;
    this.isLibrary = isLibrary;
    for (Script.Macro macro : script.macros()) {
      List<Script.Macro> named = macros.computeIfAbsent(macro.name(), _ -> new ArrayList<>());
      for (Script.Macro other : named) {
        if (signature(other).equals(signature(macro))) {
          throw error(macro.span(), "Redefinition of macro: " + macro.name());
        }
      }
      checkParameters(macro);
      named.add(macro);
    }
  }

  /**
   * The script with all macros replaced by what they stand for.
   *
   * @param defines what a macro of C stands for, as written
   * @param isLibrary whether the language has a function of that name
   * @throws ScriptException at a call that fits no macro, or that never ends
   */
  public static Script expand(
      Script script, Function<String, Optional<String>> defines, Predicate<String> isLibrary) {
    Macros macros = new Macros(script, defines, isLibrary);
    List<Script.Probe> probes = new ArrayList<>();
    for (Script.Probe probe : script.probes()) {
      Expansion outside = macros.new Expansion(Map.of(), false, "");
      probes.add(
          new Script.Probe(
              probe.span(),
              probe.attachPoints(),
              probe.predicate().map(outside::expr),
              outside.statements(probe.body())));
    }
    return new Script(
        script.source(),
        List.of(),
        script.config(),
        script.definitions(),
        script.maps(),
        List.of(),
        script.functions(),
        probes);
  }

  /** How a variable was written that a macro made. */
  public static String written(String name) {
    int mark = name.indexOf(MARK);
    return mark < 0 ? name : name.substring(0, mark);
  }

  private ScriptException error(Span span, String message) {
    return new ScriptException(source, Diagnostic.error(span, message));
  }

  private static List<Class<?>> signature(Script.Macro macro) {
    List<Class<?>> kinds = new ArrayList<>();
    macro.parameters().forEach(parameter -> kinds.add(parameter.getClass()));
    return kinds;
  }

  private void checkParameters(Script.Macro macro) {
    Set<String> names = new HashSet<>();
    for (Expr parameter : macro.parameters()) {
      if (!(parameter instanceof Expr.Variable
          || parameter instanceof Expr.Name
          || parameter instanceof Expr.MapAccess(Span _, String _, Optional<Expr> key)
              && key.isEmpty())) {
        throw error(parameter.span(), "syntax error, a macro takes $variables, @maps and names");
      }
      if (!names.add(key(parameter))) {
        String what =
            switch (parameter) {
              case Expr.Variable _ -> "Variable";
              case Expr.MapAccess _ -> "Map";
              default -> "Ident";
            };
        throw error(
            parameter.span(),
            what + " for macro argument has already been used: " + key(parameter));
      }
    }
  }

  /** A parameter as it is written. */
  private static String key(Expr parameter) {
    return switch (parameter) {
      case Expr.Variable variable -> "$" + variable.name();
      case Expr.MapAccess map -> "@" + map.name();
      case Expr.Name name -> name.name();
      default -> "";
    };
  }

  // Choice of a macro.

  private Optional<Script.Macro> find(Span span, String name, List<Expr> arguments) {
    List<Script.Macro> named = macros.getOrDefault(name, List.of());
    for (Script.Macro macro : named) {
      if (mismatch(macro, arguments).isEmpty()) {
        return Optional.of(macro);
      }
    }
    // A function of the library may have the same name and other arguments.
    boolean near = named.stream().anyMatch(m -> m.parameters().size() == arguments.size());
    if (named.isEmpty() || !near && isLibrary.test(name)) {
      return Optional.empty();
    }
    Script.Macro closest = named.getFirst();
    throw new ScriptException(
        source,
        Diagnostic.error(
            span,
            "Call to " + name + "() has arguments that do not match any definition.",
            mismatch(closest, arguments).orElse("")));
  }

  private static Optional<String> mismatch(Script.Macro macro, List<Expr> arguments) {
    if (macro.parameters().size() != arguments.size()) {
      return Optional.of(
          "the closest definition of "
              + macro.name()
              + "() has a different number of arguments. Expected: "
              + macro.parameters().size()
              + " but got "
              + arguments.size());
    }
    for (int i = 0; i < arguments.size(); i++) {
      Expr parameter = macro.parameters().get(i);
      Expr argument = arguments.get(i);
      boolean isMap =
          argument instanceof Expr.MapAccess(Span _, String _, Optional<Expr> key) && key.isEmpty();
      boolean isVariable = argument instanceof Expr.Variable;
      String got = isMap ? "a map." : isVariable ? "a variable." : "an expression.";
      if (parameter instanceof Expr.MapAccess && !isMap) {
        return Optional.of(
            macro.name() + "() expects a map for arg " + key(parameter) + " but got " + got);
      }
      if (parameter instanceof Expr.Variable && !isVariable) {
        return Optional.of(
            macro.name() + "() expects a variable for arg " + key(parameter) + " but got " + got);
      }
    }
    return Optional.empty();
  }

  /** What a call becomes: statements and, where the macro ends with one, a value. */
  private record Body(List<Stmt> statements, Optional<Expr> result) {}

  private Body call(Span span, Script.Macro macro, List<Expr> arguments) {
    if (calls.contains(macro.name())) {
      List<String> chain = new ArrayList<>(List.copyOf(calls).reversed());
      chain.add(macro.name());
      throw error(span, "Recursive macro call detected. Call chain: " + String.join(" > ", chain));
    }
    Map<String, Expr> given = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      given.put(key(macro.parameters().get(i)), arguments.get(i));
    }
    calls.push(macro.name());
    Expansion inside = new Expansion(given, true, MARK + macro.name() + MARK + count++);
    Body body = new Body(inside.statements(macro.body()), macro.result().map(inside::expr));
    calls.pop();
    return body;
  }

  /** The text of a macro of C as an expression; its parts stand where it is named. */
  private Expr define(Span span, String name, String text) {
    if (calls.contains(name)) {
      throw error(span, "Macro recursion: " + name);
    }
    calls.push(name);
    try {
      Expr parsed = Parser.expression(new Source(name, text));
      Expr here =
          new Rewriter() {
            @Override
            Span at(Span inText) {
              return span;
            }
          }.expr(parsed);
      return new Expansion(Map.of(), false, "").expr(here);
    } catch (ScriptException wrong) {
      throw error(span, "unable to expand macro as an expression: " + text);
    } finally {
      calls.pop();
    }
  }

  /** Rewrites the body of a probe, or of a macro for one call. */
  private final class Expansion extends Rewriter {
    private final Map<String, Expr> given;
    private final boolean inMacro;
    private final String suffix;

    private Expansion(Map<String, Expr> given, boolean inMacro, String suffix) {
      this.given = given;
      this.inMacro = inMacro;
      this.suffix = suffix;
    }

    @Override
    Expr expr(Expr expr) {
      return switch (expr) {
        case Expr.Name name -> name(name);
        case Expr.Call written -> {
          Expr.Call call = (Expr.Call) super.expr(written);
          Optional<Script.Macro> macro = find(call.span(), call.function(), call.arguments());
          yield macro.<Expr>map(found -> value(call.span(), found, call.arguments())).orElse(call);
        }
        default -> super.expr(expr);
      };
    }

    private Expr name(Expr.Name name) {
      if (given.containsKey(name.name())) {
        return given.get(name.name());
      }
      Optional<String> text = defines.apply(name.name());
      if (text.isPresent() && !text.get().isEmpty()) {
        return define(name.span(), name.name(), text.get());
      }
      for (Script.Macro macro : macros.getOrDefault(name.name(), List.of())) {
        if (macro.parameters().isEmpty()) {
          return value(name.span(), macro, List.of());
        }
      }
      return name;
    }

    private Expr value(Span span, Script.Macro macro, List<Expr> arguments) {
      Body body = call(span, macro, arguments);
      return new Expr.Block(
          span,
          body.statements(),
          body.result()
              .orElseThrow(
                  () ->
                      error(
                          span,
                          "Macro "
                              + macro.name()
                              + "() has no value: its last statement is no expression")));
    }

    @Override
    Stmt statement(Stmt statement) {
      if (statement instanceof Stmt.Evaluate(Span span, Expr expression)) {
        Optional<Script.Macro> macro = Optional.empty();
        List<Expr> arguments = List.of();
        if (expression instanceof Expr.Call written) {
          arguments = ((Expr.Call) super.expr(written)).arguments();
          macro = find(written.span(), written.function(), arguments);
        } else if (expression instanceof Expr.Name name && !given.containsKey(name.name())) {
          macro =
              macros.getOrDefault(name.name(), List.of()).stream()
                  .filter(each -> each.parameters().isEmpty())
                  .findFirst();
        }
        if (macro.isPresent()) {
          Body body = call(span, macro.get(), arguments);
          List<Stmt> all = new ArrayList<>(body.statements());
          body.result().ifPresent(result -> all.add(new Stmt.Evaluate(result.span(), result)));
          return new Stmt.Scope(span, all);
        }
      }
      return super.statement(statement);
    }

    @Override
    Expr variable(Expr.Variable variable) {
      Expr argument = given.get("$" + variable.name());
      return argument != null ? argument : own(variable);
    }

    @Override
    Expr.Variable declared(Expr.Variable variable) {
      if (given.containsKey("$" + variable.name())) {
        throw error(variable.span(), "Variable declaration shadows macro arg $" + variable.name());
      }
      return own(variable);
    }

    private Expr.Variable own(Expr.Variable variable) {
      return inMacro ? new Expr.Variable(variable.span(), variable.name() + suffix) : variable;
    }

    @Override
    String map(Span span, String name) {
      if (!inMacro) {
        return name;
      }
      if (given.get("@" + name) instanceof Expr.MapAccess argument) {
        return argument.name();
      }
      throw error(
          span,
          "Unhygienic access to map: @"
              + name
              + ". Maps must be passed into the macro as arguments.");
    }

    @Override
    TypeName type(TypeName type) {
      Expr argument = type.of().isPresent() ? null : given.get(type.name());
      if (argument == null) {
        return super.type(type);
      }
      List<Integer> suffixes = new ArrayList<>();
      if (argument instanceof Expr.TypeOf(Span _, TypeName named)) {
        suffixes.addAll(named.suffixes());
        suffixes.addAll(type.suffixes());
        return new TypeName(type.span(), named.name(), named.of(), suffixes);
      }
      return new TypeName(type.span(), "", Optional.of(argument), type.suffixes());
    }
  }
}
