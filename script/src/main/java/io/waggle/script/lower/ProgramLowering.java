package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Compiler;
import io.waggle.compiler.FrameTooLarge;
import io.waggle.compiler.Program;
import io.waggle.script.check.CheckedProbe;
import io.waggle.script.check.MapSymbol;
import io.waggle.script.plan.Action;
import io.waggle.script.plan.Counter;
import io.waggle.script.syntax.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lowers one probe to one program: the filter for a process, the predicate, and only behind them
 * whatever the body needs.
 */
final class ProgramLowering {
  private final Source source;
  private final CheckedProbe probe;
  private final ProgramKind kind;
  private final LoweringOptions options;

  ProgramLowering(Source source, CheckedProbe probe, ProgramKind kind, LoweringOptions options) {
    this.source = source;
    this.probe = probe;
    this.kind = kind;
    this.options = options;
  }

  /** Once more with nothing but numbers on the stack should the stack not suffice. */
  Compiler.Compiled lower(
      String name,
      SupportMaps support,
      Map<MapSymbol, ScriptMap> maps,
      List<Action> actions,
      List<Counter> counters,
      int ringBytes,
      Consumer<Program> listing) {
    try {
      return lower(name, options, support, maps, actions, counters, ringBytes, listing);
    } catch (FrameTooLarge large) {
      LoweringOptions small = options.withOnStackLimit(8);
      return lower(name, small, support, maps, actions, counters, ringBytes, listing);
    }
  }

  private Compiler.Compiled lower(
      String name,
      LoweringOptions limits,
      SupportMaps support,
      Map<MapSymbol, ScriptMap> maps,
      List<Action> actions,
      List<Counter> counters,
      int ringBytes,
      Consumer<Program> listing) {
    Program program =
        new Program(
            name, new io.waggle.compiler.Source(source.name(), source.text()), limits.target());
    ScratchMemory scratch = new ScratchMemory();
    ProgramScope scope =
        new ProgramScope(
            limits,
            program,
            source,
            probe,
            kind,
            Captures.of(probe.body(), limits.onStackLimit()),
            scratch,
            support,
            maps,
            actions,
            counters,
            0,
            ringBytes);
    write(new Body(scope, program.main(), true, Optional.empty()));
    support.useScratch(kind, scratch.size());
    listing.accept(program);
    return Compiler.compile(program);
  }

  private void write(Body body) {
    Code code = body.code;
    body.at(probe.span());
    Block skip = code.block("skip");
    boolean skips = false;
    if (options.pidFilter().isPresent() && kind.isFiltered()) {
      Block mine = code.block("mine");
      var pid = body.builtins.pid();
      code.branch(JumpOp.EQ, pid, code.number(options.pidFilter().getAsInt()), mine, skip);
      code.start(mine);
      skips = true;
    }
    if (probe.predicate().isPresent()) {
      Block holds = code.block("holds");
      code.beginRegion();
      body.at(probe.predicate().get().span());
      body.terms.branch(probe.predicate().get(), holds, skip);
      code.endRegion(body.scratchMap());
      code.start(holds);
      skips = true;
    }
    code.beginRegion();
    share(body);
    body.locals.zero();
    body.statements.all(probe.body());
    if (code.open()) {
      code.leave(code.number(0));
    }
    code.endRegion(body.scratchMap());
    if (skips) {
      code.start(skip);
      code.leave(code.number(0));
    }
  }

  /** Sets up what the functions of the program share. */
  private static void share(Body body) {
    if (body.shared.isEmpty()) {
      return;
    }
    Place shared = body.shared.get();
    Memory.zero(body.code, shared, body.scope.captures().size());
    body.code.store(shared.plus(Captures.CONTEXT), 8, body.context().base());
  }
}
