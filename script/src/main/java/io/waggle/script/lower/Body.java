package io.waggle.script.lower;

import io.waggle.compiler.FunctionBuilder;
import io.waggle.compiler.Value;
import io.waggle.script.syntax.Span;
import java.util.Optional;

/**
 * One function of a program while it is lowered, with the parts that write it: {@link Terms}
 * numbers, {@link Values} what lives in memory, {@link Statements} what is done, {@link Loops}
 * repetition.
 */
final class Body {
  final ProgramScope scope;
  final FunctionBuilder builder;
  final Code code;
  final MapAccess maps;
  final Totals totals;
  final Events events;
  final Locals locals;
  final Terms terms;
  final Values values;
  final Builtins builtins;
  final Operations operations;
  final Prints prints;
  final Loops loops;
  final Statements statements;

  /** The object that the program's functions share, if there is one; see {@link Captures}. */
  final Optional<Place> shared;

  private final HelperWatch watch;
  private final boolean isMain;

  Body(ProgramScope scope, FunctionBuilder builder, boolean isMain, Optional<Place> shared) {
    this.scope = scope;
    this.builder = builder;
    this.isMain = isMain;
    int limit = scope.options().onStackLimit();
    this.code = new Code(builder, new Frame(limit, scope.scratch()), scope.support());
    this.watch = new HelperWatch(scope, scope.probe().span());
    if (scope.options().helperErrors()) {
      code.watch(watch);
    }
    this.shared = shared.isPresent() || !isMain ? shared : object();
    this.maps = new MapAccess(code);
    this.totals = new Totals(code, scope.options().cpus());
    this.events = new Events(code, scope.ringBytes(), scope.lostCounter());
    this.locals = new Locals(this);
    this.terms = new Terms(this);
    this.values = new Values(this);
    this.builtins = new Builtins(this);
    this.operations = new Operations(this);
    this.prints = new Prints(this);
    this.loops = new Loops(this);
    this.statements = new Statements(this);
  }

  private Optional<Place> object() {
    Captures captures = scope.captures();
    return captures.hasCallbacks()
        ? Optional.of(code.stackObject("shared", captures.size()))
        : Optional.empty();
  }

  boolean isMain() {
    return isMain;
  }

  /** What the kernel gave the program. */
  Place context() {
    return isMain
        ? new Place(builder.parameter(0))
        : new Place(code.loadAddress(shared.orElseThrow().plus(Captures.CONTEXT)));
  }

  /** What follows comes from here in the script. */
  void at(Span span) {
    watch.at(span);
    code.at(scope.source().lineOfAll(span.start()), scope.source().column(span.start()));
  }

  /** Ends the whole program. */
  void leaveProgram() {
    leaveProgram(code.number(0));
  }

  /** Ends the whole program with a result. */
  void leaveProgram(Value result) {
    if (isMain) {
      code.leave(result);
    } else {
      code.store(shared.orElseThrow().plus(Captures.RESULT), 8, result);
      code.store(shared.orElseThrow().plus(Captures.RETURNED), 8, code.number(1));
      leaveLoop();
    }
  }

  /** Ends this function and the loop that it is the body of. */
  void leaveLoop() {
    code.leave(code.number(1));
  }

  /** The scratch map of the program. */
  String scratchMap() {
    return scope.support().scratch(scope.kind());
  }
}
