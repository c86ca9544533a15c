package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Value;
import io.waggle.linux.Errno;
import io.waggle.script.check.Statement;
import io.waggle.script.check.Term;
import io.waggle.script.plan.Action;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Counter;
import io.waggle.script.syntax.Expr.BinaryOp;
import io.waggle.script.types.Type;
import java.util.List;
import java.util.Optional;

/** What is done, one statement after the other. */
final class Statements {
  private final Body body;
  private final Code code;

  Statements(Body body) {
    this.body = body;
    this.code = body.code;
  }

  /** Lowers statements up to the first that ends the program or the loop. */
  void all(List<Statement> statements) {
    for (Statement statement : statements) {
      if (!code.open()) {
        return;
      }
      body.at(statement.span());
      int mark = code.mark();
      one(statement);
      code.release(mark);
    }
  }

  private void one(Statement statement) {
    switch (statement) {
      case Statement.Evaluate s -> evaluate(s.term());
      case Statement.AssignLocal s -> body.locals.assign(s.variable(), s.value());
      case Statement.AssignMap s -> assign(s);
      case Statement.Aggregate s -> aggregate(s);
      case Statement.If s -> choose(s);
      case Statement.While s -> body.loops.repeat(s);
      case Statement.ForMap s -> body.loops.forMap(s);
      case Statement.ForRange s -> body.loops.forRange(s);
      case Statement.Break _ -> body.loops.leave();
      case Statement.Continue _ -> body.loops.goOn();
      case Statement.Return s -> returned(s);
      case Statement.Printf s -> body.prints.printf(s);
      case Statement.Formatted s -> body.prints.formatted(s);
      case Statement.Debug s -> body.prints.debug(s);
      case Statement.PrintValue s -> body.prints.print(s);
      case Statement.PrintMap s ->
          body.prints.signal(new Action.PrintMap(s.map().name(), s.top(), s.divisor()));
      case Statement.PrintEntry s -> body.prints.printEntry(s);
      case Statement.Clear s -> body.prints.signal(new Action.Clear(s.map().name()));
      case Statement.Zero s -> body.prints.signal(new Action.Zero(s.map().name()));
      case Statement.Time s -> body.prints.signal(new Action.Time(s.format()));
      case Statement.Join s -> body.prints.join(s);
      case Statement.Unwatch s -> body.prints.unwatch(s);
      case Statement.Exit s -> body.prints.exit(s);
    }
  }

  /** The kernel minds what most programs return; only those of tests say something by it. */
  private void returned(Statement.Return statement) {
    boolean isTest = body.scope.probe().place().attachment() instanceof Attachment.Test;
    if (isTest && statement.value().isPresent()) {
      body.leaveProgram(body.terms.number(statement.value().get()));
    } else {
      body.leaveProgram();
    }
  }

  private void evaluate(Term term) {
    switch (term) {
      case Term.StepMap step -> body.terms.stepMapOnly(step);
      case Term.Convert convert -> evaluate(convert.operand());
      case Term.Delete delete when !body.scope.map(delete.map()).isScalar() -> deleteOnly(delete);
      case Term.Choose choose when choose.type() instanceof Type.None -> chooseOnly(choose);
      case Term.Block block -> {
        all(block.body());
        if (code.open()) {
          evaluate(block.result());
        }
      }
      default -> {
        if (Shapes.isPure(term)) {
          return;
        }
        if (Shapes.isNumber(term.type())) {
          body.terms.number(term);
        } else {
          body.values.place(term);
        }
      }
    }
  }

  /** Nobody looks whether there was an entry, so that its absence is told. */
  private void deleteOnly(Term.Delete delete) {
    Block absent = code.block("absent");
    Block done = code.block("deleted");
    code.branch(JumpOp.EQ, body.terms.number(delete), code.number(0), absent, done);
    code.start(absent);
    code.bump(
        body.scope.counter(
            new Counter.HelperError(
                body.scope.place(delete.span()), "map_delete_elem", -Errno.ENOENT)));
    code.jump(done);
    code.start(done);
  }

  private void chooseOnly(Term.Choose term) {
    Block yes = code.block("yes");
    Block no = code.block("no");
    Block done = code.block("done");
    body.terms.branch(term.condition(), yes, no);
    code.start(yes);
    evaluate(term.yes());
    jumpIfOpen(done);
    code.start(no);
    evaluate(term.no());
    jumpIfOpen(done);
    code.start(done);
  }

  private void jumpIfOpen(Block to) {
    if (code.open()) {
      code.jump(to);
    }
  }

  private void assign(Statement.AssignMap statement) {
    ScriptMap map = body.scope.map(statement.map());
    Term value = statement.value();
    if (isAddition(statement) && value instanceof Term.Arithmetic sum) {
      Value amount = body.terms.number(sum.right());
      Place key = body.values.key(map, statement.key());
      body.maps.add(map, key, sum.op() == BinaryOp.SUB ? code.negate(amount) : amount);
      return;
    }
    if (Shapes.isNumber(value.type())) {
      Value number = body.terms.number(value);
      body.maps.storeNumber(map, body.values.key(map, statement.key()), number);
    } else if (map.isScalar() && body.values.isWrittenInOneGo(value)) {
      body.values.into(value, body.maps.scalar(map), true);
      body.maps.markPresent(map);
    } else {
      Place from = body.values.place(value);
      body.maps.storePlace(map, body.values.key(map, statement.key()), from);
    }
  }

  /**
   * Whether the statement is {@code @x += y} or {@code -=}, which is then done atomically. The
   * checker has written it out as {@code @x = @x + y}.
   */
  private static boolean isAddition(Statement.AssignMap statement) {
    return statement.value() instanceof Term.Arithmetic sum
        && (sum.op() == BinaryOp.ADD || sum.op() == BinaryOp.SUB)
        && sum.left() instanceof Term.ReadMap read
        && read.map() == statement.map()
        && read.key().equals(statement.key())
        && read.type().equals(sum.type())
        && statement.map().value().equals(sum.type())
        && statement.key().map(Shapes::isPure).orElse(true);
  }

  private void aggregate(Statement.Aggregate statement) {
    ScriptMap map = body.scope.map(statement.map());
    Optional<Term> value = statement.value();
    Value number = value.isPresent() ? body.terms.number(value.get()) : code.number(1);
    body.maps.aggregate(map, body.values.key(map, statement.key()), number);
  }

  private void choose(Statement.If statement) {
    Block then = code.block("then");
    Block otherwise = code.block("else");
    Block done = code.block("endif");
    boolean hasElse = !statement.otherwise().isEmpty();
    body.terms.branch(statement.condition(), then, hasElse ? otherwise : done);
    code.start(then);
    all(statement.then());
    boolean goesOn = !hasElse || code.open();
    jumpIfOpen(done);
    if (hasElse) {
      code.start(otherwise);
      all(statement.otherwise());
      goesOn |= code.open();
      jumpIfOpen(done);
    }
    if (goesOn) {
      code.start(done);
    }
  }
}
