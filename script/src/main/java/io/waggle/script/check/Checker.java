package io.waggle.script.check;

import io.waggle.bpf.Nearest;
import io.waggle.script.plan.Attachment;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Script;
import io.waggle.script.syntax.ScriptException;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.CTypes;
import io.waggle.script.types.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks a whole script, in as many passes as its types need to settle. */
public final class Checker {
  /**
   * Types only grow and end at 64 bits or the longest text, one step a pass; this stops a mistake.
   */
  private static final int MOST_PASSES = 10_000;

  private final Script script;
  private final List<Clause> clauses;
  private final ProbeFields fields;
  private final CTypes types;
  private final CheckOptions options;
  private final Symbols symbols = new Symbols();

  private Checker(
      Script script, List<Clause> clauses, ProbeFields fields, CTypes types, CheckOptions options) {
    this.script = script;
    this.clauses = clauses;
    this.fields = fields;
    this.types = types;
    this.options = options;
  }

  /**
   * Resolves names and types.
   *
   * @param clauses the script's probes with what their attach points stand for
   * @param fields asked for {@code args} where a probe uses it
   * @param types asked for names that are not the language's
   * @throws ScriptException with every error of the script
   */
  public static CheckedScript check(
      Script script, List<Clause> clauses, ProbeFields fields, CTypes types, CheckOptions options) {
    return new Checker(script, clauses, fields, types, options).check();
  }

  /** Whether the language has a function or builtin of that name. */
  public static boolean isLibrary(String name) {
    return Function.named(name).isPresent()
        || NameChecker.isBuiltin(name)
        || Unsupported.isKnown(name);
  }

  private CheckedScript check() {
    declarations();
    for (int pass = 0; pass < MOST_PASSES; pass++) {
      Report report = new Report();
      List<CheckedProbe> probes = pass(report);
      if (report.hasChanged()) {
        continue;
      }
      if (!report.errors().isEmpty()) {
        throw new ScriptException(script.source(), report.errors());
      }
      unused(report);
      requireKnownOptions();
      return new CheckedScript(
          script.source(), probes, symbols.used(), symbols.timeFormats(), report.warnings());
    }
    throw new IllegalStateException("the types of this script do not settle");
  }

  private void requireKnownOptions() {
    List<String> unknown = new ArrayList<>();
    for (String given : options.named().keySet()) {
      if (!symbols.options().containsKey(given)) {
        unknown.add("--" + given);
      }
    }
    if (unknown.isEmpty()) {
      return;
    }
    unknown.sort(null);
    StringBuilder text = new StringBuilder("unexpected program command line options: ");
    text.append(String.join(", ", unknown)).append("\nHINT: expected program options:");
    symbols
        .options()
        .forEach(
            (name, option) -> {
              text.append(symbols.options().size() > 1 ? "\n" : " ").append("--").append(name);
              text.append(option.description().isEmpty() ? "" : ": " + option.description());
            });
    throw new OptionException(text.toString());
  }

  private List<CheckedProbe> pass(Report report) {
    List<CheckedProbe> probes = new ArrayList<>();
    for (Clause clause : clauses) {
      for (Place place : clause.places()) {
        Context context =
            new Context(probes.size(), place, fields, types, options, symbols, report);
        probes.add(probe(clause.probe(), place, context));
      }
    }
    return probes;
  }

  private static CheckedProbe probe(Script.Probe probe, Place place, Context context) {
    Scope scope = new Scope(Optional.empty());
    ExpressionChecker expressions = new ExpressionChecker(context);
    Optional<Term> predicate =
        probe.predicate().map(condition -> expressions.condition(condition, scope));
    List<Statement> body =
        new StatementChecker(context, expressions)
            .block(probe.body(), new Scope(Optional.of(scope)));
    return new CheckedProbe(probe.span(), place, predicate, body);
  }

  private void declarations() {
    for (Script.MapDeclaration declaration : script.maps()) {
      int entries =
          switch (declaration.arguments()) {
            case List<Expr> one
                when one.size() == 1
                    && one.getFirst() instanceof Expr.Number(Span _, long n, boolean _)
                    && n > 0
                    && n <= Integer.MAX_VALUE ->
                (int) n;
            default ->
                throw error(
                    declaration.span(),
                    "syntax: expected positive integer for map declaration max entries",
                    "");
          };
      switch (declaration.kind()) {
        case "hash", "lruhash", "percpuhash", "percpulruhash" ->
            symbols
                .map(declaration.name())
                .declare(new MapSymbol.Declaration(declaration.kind(), entries));
        default ->
            throw error(
                declaration.span(),
                "Invalid bpf map type: " + declaration.kind(),
                "Valid map types: hash, lruhash, percpuhash, percpulruhash");
      }
    }
    unsupported();
  }

  private void unused(Report report) {
    for (Script.MapDeclaration declaration : script.maps()) {
      if (!symbols.map(declaration.name()).hasValue()) {
        report.warning(declaration.span(), "Unused map: @" + declaration.name());
      }
    }
  }

  private void unsupported() {
    script
        .functions()
        .forEach(
            function -> {
              throw error(function.span(), "functions are not supported", "");
            });
  }

  private ScriptException error(Span span, String message, String hint) {
    return new ScriptException(
        script.source(), io.waggle.script.syntax.Diagnostic.error(span, message, hint));
  }

  /** What every part of a pass over one probe shares. */
  record Context(
      int probe,
      Place place,
      ProbeFields fields,
      CTypes types,
      CheckOptions options,
      Symbols symbols,
      Report report) {

    /** A hint at types with names like this one, which need not be one. */
    String typesLike(String name) {
      int plain = name.indexOf(' ') + 1;
      String word = name.substring(0, plain);
      List<String> known = new ArrayList<>();
      for (String each : types.names(name)) {
        if (each.startsWith(word) && each.indexOf(' ', plain) < 0) {
          known.add(each.substring(plain));
        }
      }
      String wanted = name.substring(plain);
      List<String> near = Nearest.of(wanted, known);
      return near.isEmpty() ? "" : "did you mean " + word + String.join(", " + word, near) + "?";
    }

    /** The memory that an address means of which nothing else tells. */
    Type.AddressSpace space() {
      return switch (place.attachment()) {
        case Attachment.Uprobes _, Attachment.Usdt _ -> Type.AddressSpace.USER;
        case Attachment.RawTracepoint _, Attachment.Kprobes _, Attachment.Fentry _ ->
            Type.AddressSpace.KERNEL;
        default -> Type.AddressSpace.UNKNOWN;
      };
    }

    /** The memory that a pointer leads to. */
    Type.AddressSpace space(Type.Pointer pointer) {
      return pointer.space() == Type.AddressSpace.UNKNOWN ? space() : pointer.space();
    }

    /** Stands for something wrong or not known yet; errors about it are not repeated. */
    Term unknown(Span span) {
      return new Term.Number(span, new Type.None(), 0);
    }

    Term error(Span span, String message) {
      return error(span, message, "");
    }

    Term error(Span span, String message, String hint) {
      report.error(span, message, hint);
      return unknown(span);
    }
  }
}
