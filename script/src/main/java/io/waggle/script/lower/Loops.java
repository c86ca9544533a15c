package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Function;
import io.waggle.compiler.FunctionBuilder;
import io.waggle.compiler.Type;
import io.waggle.compiler.Value;
import io.waggle.script.check.LocalVariable;
import io.waggle.script.check.Statement;
import io.waggle.script.types.Type.Plain;
import io.waggle.script.types.Type.Tuple;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Loops. {@code while} and short ranges are jumps, which the verifier follows round by round.
 * Longer ranges and maps are run by the kernel (bpf_loop, 5.17; bpf_for_each_map_elem, 5.13): the
 * loop's body becomes a function that returns 1 to end the loop, and is verified once.
 */
final class Loops {
  /** BPF_MAX_LOOPS, include/linux/bpf_verifier.h. */
  private static final long MOST_ROUNDS = 8 << 20;

  /** Where {@code continue} and {@code break} go inside this function. */
  private record Around(Block next, Block end) {}

  private final Body body;
  private final Code code;
  private final Deque<Around> arounds = new ArrayDeque<>();

  Loops(Body body) {
    this.body = body;
    this.code = body.code;
  }

  /** {@code break}. */
  void leave() {
    if (arounds.isEmpty()) {
      body.leaveLoop();
    } else {
      code.jump(arounds.peek().end());
    }
  }

  /** {@code continue}. */
  void goOn() {
    if (arounds.isEmpty()) {
      code.leave(code.number(0));
    } else {
      code.jump(arounds.peek().next());
    }
  }

  void repeat(Statement.While statement) {
    Block head = code.block("while");
    Block round = code.block("round");
    Block end = code.block("endWhile");
    code.jump(head);
    code.enter(head);
    body.terms.branch(statement.condition(), round, end);
    code.start(round);
    inside(statement.body(), head, end);
    if (code.open()) {
      code.jump(head);
    }
    code.seal(head);
    code.start(end);
  }

  private void inside(List<Statement> statements, Block next, Block end) {
    arounds.push(new Around(next, end));
    body.statements.all(statements);
    arounds.pop();
  }

  void forRange(Statement.ForRange statement) {
    if (Captures.isCallback(statement)) {
      kernelRange(statement);
      return;
    }
    LocalVariable variable = statement.variable();
    Block head = code.block("for");
    Block round = code.block("round");
    Block next = code.block("next");
    Block end = code.block("endFor");
    // The counter is not the variable, which the body may change.
    var counter = code.variable("counter");
    Value last = body.terms.number(statement.to());
    code.write(counter, body.terms.number(statement.from()));
    code.jump(head);
    code.enter(head);
    code.branch(JumpOp.SLT, code.read(counter), last, round, end);
    code.start(round);
    body.locals.write(variable, code.read(counter));
    inside(statement.body(), next, end);
    if (code.open()) {
      code.jump(next);
    }
    code.start(next);
    code.write(counter, code.add(code.read(counter), code.number(1)));
    code.jump(head);
    code.seal(head);
    code.start(end);
  }

  private void kernelRange(Statement.ForRange statement) {
    Place shared = body.shared.orElseThrow();
    Place start = shared.plus(body.scope.captures().start(statement));
    Value from = body.terms.number(statement.from());
    Value to = body.terms.number(statement.to());
    Block some = code.block("some");
    Block end = code.block("endFor");
    code.branch(JumpOp.SLT, from, to, some, end);
    code.start(some);
    code.store(start, 8, from);
    Value rounds = code.boundMax(code.sub(to, from), MOST_ROUNDS);
    Function round = rangeBody(statement);
    code.call(HelperTable.LOOP, rounds, code.function(round), code.address(shared), code.number(0));
    leaveIfReturned(statement.body());
    code.jump(end);
    code.start(end);
  }

  private Function rangeBody(Statement.ForRange statement) {
    FunctionBuilder builder = body.scope.program().function("range", Type.INT, Type.POINTER);
    Body inner = inner(builder, 1);
    inner.code.beginRegion();
    Place start = inner.shared.orElseThrow().plus(body.scope.captures().start(statement));
    Value number = inner.code.add(inner.code.load(start, 8, false), builder.parameter(0));
    inner.locals.write(statement.variable(), number);
    return finish(inner, statement.body());
  }

  void forMap(Statement.ForMap statement) {
    ScriptMap map = body.scope.map(statement.map());
    Function round = mapBody(statement, map);
    code.call(
        HelperTable.FOR_EACH_MAP_ELEM,
        code.map(map.bpfName()),
        code.function(round),
        code.address(body.shared.orElseThrow()),
        code.number(0));
    leaveIfReturned(statement.body());
  }

  private Function mapBody(Statement.ForMap statement, ScriptMap map) {
    FunctionBuilder builder =
        body.scope
            .program()
            .function("entry", Type.POINTER, Type.POINTER, Type.POINTER, Type.POINTER);
    Body inner = inner(builder, 3);
    inner.code.beginRegion();
    Tuple entry = (Tuple) statement.variable().type();
    Place to = inner.locals.place(statement.variable());
    if (Shapes.hasPadding(entry)) {
      Memory.zero(inner.code, to, entry.size());
    }
    Memory.copy(inner.code, to, new Place(builder.parameter(1)), map.keySize());
    Place valueTo = to.plus(entry.offset(1));
    Plain valueType = entry.elements().get(1);
    if (map.isAggregation()) {
      Value total = inner.totals.number(map, new Place(builder.parameter(1)));
      inner.code.store(valueTo, valueType.size(), total);
    } else {
      Memory.copy(inner.code, valueTo, new Place(builder.parameter(2)), map.value().size());
    }
    return finish(inner, statement.body());
  }

  /** The body of a function whose parameter {@code index} is the shared object. */
  private Body inner(FunctionBuilder builder, int index) {
    return new Body(body.scope, builder, false, Optional.of(new Place(builder.parameter(index))));
  }

  private static Function finish(Body inner, List<Statement> statements) {
    inner.statements.all(statements);
    if (inner.code.open()) {
      inner.code.leave(inner.code.number(0));
    }
    inner.code.endRegion(inner.scratchMap());
    return inner.builder.function();
  }

  /** A return inside the loop ended only the loop; it goes on to end what the loop is in. */
  private void leaveIfReturned(List<Statement> statements) {
    if (!Shapes.canReturn(statements)) {
      return;
    }
    Block returned = code.block("returned");
    Block on = code.block("on");
    Value flag = code.load(body.shared.orElseThrow().plus(Captures.RETURNED), 8, false);
    code.branch(JumpOp.NE, flag, code.number(0), returned, on);
    code.start(returned);
    code.leave(
        body.isMain()
            ? code.load(body.shared.orElseThrow().plus(Captures.RESULT), 8, true)
            : code.number(1));
    code.start(on);
  }

  /** How many entries a map has: the kernel counts those it passes. */
  Value length(ScriptMap map) {
    FunctionBuilder builder =
        body.scope
            .program()
            .function("count", Type.POINTER, Type.POINTER, Type.POINTER, Type.POINTER);
    builder.returnValue(builder.constant(0));
    return code.call(
        HelperTable.FOR_EACH_MAP_ELEM,
        code.map(map.bpfName()),
        code.function(builder.function()),
        code.number(0),
        code.number(0));
  }
}
