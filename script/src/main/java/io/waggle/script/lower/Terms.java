package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Op;
import io.waggle.compiler.Value;
import io.waggle.compiler.Variable;
import io.waggle.script.check.Term;
import io.waggle.script.plan.Action;
import io.waggle.script.plan.Counter;
import io.waggle.script.syntax.Expr.BinaryOp;
import io.waggle.script.types.Type;
import java.util.Optional;

/** Numbers, truth values and addresses. */
final class Terms {
  private static final String OUT_OF_BOUNDS =
      "Array access out of bounds. This can lead to unexpected results.";

  private static final String DIVIDED_BY_ZERO =
      "Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the"
          + " result.";

  private final Body body;
  private final Code code;

  Terms(Body body) {
    this.body = body;
    this.code = body.code;
  }

  /** The term's value, extended to 64 bits as its type says. */
  Value number(Term term) {
    return switch (term) {
      case Term.Number t -> code.number(t.value());
      case Term.ReadLocal t -> body.locals.number(t.variable());
      case Term.ReadMap t -> readMap(t);
      case Term.ReadBuiltin t -> body.builtins.number(t);
      case Term.Argument t -> body.builtins.argument(t.index());
      case Term.ReadField t -> body.builtins.field(t.field());
      case Term.ReadClock t -> body.builtins.clock(t.clock());
      case Term.Unary t -> unary(t);
      case Term.Arithmetic t -> arithmetic(t);
      case Term.Compare t -> compare(t);
      case Term.Logic t -> truth(t);
      case Term.Choose t -> choose(t);
      case Term.Convert t -> convert(t);
      case Term.Element t -> code.loadNumber(body.values.element(t), t.type());
      case Term.Load t -> load(t);
      case Term.Part t -> {
        Place at = body.values.place(t.whole()).plus(t.offset());
        yield code.bits(code.loadNumber(at, t.type()), t.type(), t.bits());
      }
      case Term.Within t -> within(t);
      case Term.AddressOf t -> body.values.addressOf(t.value());
      case Term.StepLocal t -> stepLocal(t);
      case Term.StepMap t -> stepMap(t);
      case Term.Block t -> {
        body.statements.all(t.body());
        yield code.open() ? number(t.result()) : lost();
      }
      case Term.Compute t -> body.operations.number(t);
      case Term.TextLength t -> Texts.length(code, body.values.place(t.text()), size(t.text()));
      case Term.CompareText t -> compareText(t);
      case Term.MapLength t -> body.loops.length(body.scope.map(t.map()));
      case Term.HasKey t -> {
        ScriptMap map = body.scope.map(t.map());
        Value found = body.maps.find(map, body.values.key(map, Optional.of(t.key())));
        yield code.compare(JumpOp.NE, found, code.number(0));
      }
      case Term.Delete t -> delete(t);
      case Term.Text _, Term.MakeTuple _, Term.ReadText _, Term.ReadBuffer _, Term.FormatTime _ ->
          throw new IllegalArgumentException("no number: " + term);
    };
  }

  /** Goes to {@code yes} where the truth value holds, else to {@code no}. */
  void branch(Term condition, Block yes, Block no) {
    switch (condition) {
      case Term.Logic logic -> {
        Block second = code.block("second");
        if (logic.op() == BinaryOp.AND) {
          branch(logic.left(), second, no);
        } else {
          branch(logic.left(), yes, second);
        }
        code.start(second);
        branch(logic.right(), yes, no);
      }
      case Term.Unary unary when unary.type() instanceof Type.Bool ->
          branch(unary.operand(), no, yes);
      case Term.Compare compare when Shapes.isNumber(compare.left().type()) -> {
        Value left = number(compare.left());
        Value right = number(compare.right());
        code.branch(condition(compare), left, right, yes, no);
      }
      case Term.Convert convert when Shapes.isNumber(convert.operand().type()) ->
          code.branch(JumpOp.NE, number(convert.operand()), code.number(0), yes, no);
      default -> code.branch(JumpOp.NE, number(condition), code.number(0), yes, no);
    }
  }

  private Value truth(Term term) {
    Variable result = code.variable("truth");
    Block yes = code.block("yes");
    Block no = code.block("no");
    Block done = code.block("done");
    branch(term, yes, no);
    code.start(yes);
    code.write(result, code.number(1));
    code.jump(done);
    code.start(no);
    code.write(result, code.number(0));
    code.jump(done);
    code.start(done);
    return code.read(result);
  }

  /** Stands for a value that is never had, since the program has ended before. */
  private Value lost() {
    code.start(code.block("unreachable"));
    return code.number(0);
  }

  private Value delete(Term.Delete term) {
    ScriptMap map = body.scope.map(term.map());
    if (map.isScalar() && map.isAggregation()) {
      // No program can reach the values of other CPUs' arrays by address.
      body.prints.signal(new Action.Clear(map.name()));
      return code.number(1);
    }
    return body.maps.delete(map, body.values.key(map, term.key()));
  }

  private Value readMap(Term.ReadMap term) {
    ScriptMap map = body.scope.map(term.map());
    Place key = body.values.key(map, term.key());
    Value number = map.isAggregation() ? body.totals.number(map, key) : body.maps.number(map, key);
    return map.isAggregation() ? code.fit(number, term.type()) : number;
  }

  private Value load(Term.Load term) {
    Value address = number(term.address());
    int size = term.type().size();
    Place room = code.temporary("loaded", size);
    body.at(term.span());
    Memory.read(code, room, size, address, term.space());
    return code.bits(code.loadNumber(room, term.type()), term.type(), term.bits());
  }

  private Value within(Term.Within term) {
    Variable result = code.variable("element", io.waggle.compiler.Type.POINTER);
    Block inside = code.block("inside");
    Block outside = code.block("outside");
    Block done = code.block("element");
    Value start = number(term.start());
    Value index = number(term.index());
    code.branch(JumpOp.LT, index, code.number(term.count()), inside, outside);
    code.start(inside);
    Value offset = code.binary(Op.MUL, index, code.number(term.size()));
    code.write(result, code.add(start, offset));
    code.jump(done);
    code.start(outside);
    code.bump(
        body.scope.counter(new Counter.Warning(body.scope.place(term.span()), OUT_OF_BOUNDS)));
    code.write(result, code.number(0));
    code.jump(done);
    code.start(done);
    return code.read(result);
  }

  private Value unary(Term.Unary term) {
    Value operand = number(term.operand());
    return switch (term.op()) {
      case NEGATE -> code.fit(code.negate(operand), term.type());
      case COMPLEMENT -> code.fit(code.binary(Op.XOR, operand, code.number(-1)), term.type());
      case NOT -> code.compare(JumpOp.EQ, operand, code.number(0));
      case DEREFERENCE, ADDRESS -> throw new IllegalArgumentException("no number: " + term);
    };
  }

  private Value arithmetic(Term.Arithmetic term) {
    Value left = number(term.left());
    Value right = number(term.right());
    boolean signed = Shapes.isSigned(term.type());
    Op op =
        switch (term.op()) {
          case ADD -> Op.ADD;
          case SUB -> Op.SUB;
          case MUL -> Op.MUL;
          case DIV -> signed ? Op.SDIV : Op.DIV;
          case MOD -> signed ? Op.SMOD : Op.MOD;
          case SHL -> Op.SHL;
          case SHR -> signed ? Op.SAR : Op.SHR;
          case BIT_AND -> Op.AND;
          case BIT_OR -> Op.OR;
          case BIT_XOR -> Op.XOR;
          default -> throw new IllegalArgumentException("no arithmetic: " + term.op());
        };
    Value result =
        mayDivideByZero(term) ? divide(term, op, left, right) : code.binary(op, left, right);
    return code.fit(result, term.type());
  }

  private static boolean mayDivideByZero(Term.Arithmetic term) {
    return (term.op() == BinaryOp.DIV || term.op() == BinaryOp.MOD)
        && !(term.right() instanceof Term.Number);
  }

  /** Quotient or remainder; 1 where the divisor is 0, which is what the language says. */
  private Value divide(Term.Arithmetic term, Op op, Value left, Value right) {
    Variable result = code.variable("quotient");
    Block divide = code.block("divide");
    Block impossible = code.block("impossible");
    Block done = code.block("divided");
    code.write(result, code.number(1));
    code.branch(JumpOp.NE, right, code.number(0), divide, impossible);
    code.start(impossible);
    code.bump(
        body.scope.counter(new Counter.Warning(body.scope.place(term.span()), DIVIDED_BY_ZERO)));
    code.jump(done);
    code.start(divide);
    code.write(result, code.binary(op, left, right));
    code.jump(done);
    code.start(done);
    return code.read(result);
  }

  private Value compare(Term.Compare term) {
    if (Shapes.isNumber(term.left().type())) {
      Value left = number(term.left());
      Value right = number(term.right());
      return code.compare(condition(term), left, right);
    }
    Value equal = body.values.equal(term.left(), term.right());
    return term.op() == BinaryOp.NE ? code.compare(JumpOp.EQ, equal, code.number(0)) : equal;
  }

  private static JumpOp condition(Term.Compare term) {
    boolean signed = Shapes.isSigned(term.left().type());
    return switch (term.op()) {
      case EQ -> JumpOp.EQ;
      case NE -> JumpOp.NE;
      case LT -> signed ? JumpOp.SLT : JumpOp.LT;
      case GT -> signed ? JumpOp.SGT : JumpOp.GT;
      case LE -> signed ? JumpOp.SLE : JumpOp.LE;
      case GE -> signed ? JumpOp.SGE : JumpOp.GE;
      default -> throw new IllegalArgumentException("no comparison: " + term.op());
    };
  }

  private Value choose(Term.Choose term) {
    if (term.type() instanceof Type.None) {
      return code.number(0);
    }
    Variable result = code.variable("chosen");
    Block yes = code.block("yes");
    Block no = code.block("no");
    Block done = code.block("done");
    branch(term.condition(), yes, no);
    code.start(yes);
    code.write(result, number(term.yes()));
    code.jump(done);
    code.start(no);
    code.write(result, number(term.no()));
    code.jump(done);
    code.start(done);
    return code.read(result);
  }

  private Value convert(Term.Convert term) {
    Type.Plain from = term.operand().type();
    Type.Plain to = term.type();
    Value value = number(term.operand());
    if (to instanceof Type.Bool) {
      return from instanceof Type.Bool ? value : code.compare(JumpOp.NE, value, code.number(0));
    }
    boolean keeps =
        from.size() < to.size() && (Shapes.isSigned(to) || !Shapes.isSigned(from))
            || from.size() == to.size() && Shapes.isSigned(from) == Shapes.isSigned(to);
    return keeps ? value : code.fit(value, to);
  }

  private Value stepLocal(Term.StepLocal term) {
    Value before = body.locals.number(term.variable());
    Value after = code.fit(code.add(before, step(term.increment())), term.type());
    body.locals.write(term.variable(), after);
    return term.postfix() ? before : after;
  }

  private Value stepMap(Term.StepMap term) {
    ScriptMap map = body.scope.map(term.map());
    Place key = body.values.key(map, term.key());
    Value before = body.maps.fetchAndAdd(map, key, step(term.increment()));
    return term.postfix()
        ? before
        : code.fit(code.add(before, step(term.increment())), term.type());
  }

  /** {@code ++} of a map whose result nobody wants. */
  void stepMapOnly(Term.StepMap term) {
    ScriptMap map = body.scope.map(term.map());
    body.maps.add(map, body.values.key(map, term.key()), step(term.increment()));
  }

  private Value step(boolean increment) {
    return code.number(increment ? 1 : -1);
  }

  private Value compareText(Term.CompareText term) {
    Value equal = body.values.equalUpTo(term.left(), term.right(), term.count());
    return code.compare(JumpOp.EQ, equal, code.number(0));
  }

  private static int size(Term term) {
    return term.type().size();
  }
}
