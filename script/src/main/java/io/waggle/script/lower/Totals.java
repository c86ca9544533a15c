package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Op;
import io.waggle.compiler.Value;
import io.waggle.compiler.Variable;
import io.waggle.script.types.Type;

/**
 * Reading an aggregation inside the kernel: the values of all CPUs, put together one by one. That
 * costs a call per CPU (bpf_map_lookup_percpu_elem, 5.19), which is why scripts should do it
 * rarely.
 */
final class Totals {
  private final Code code;
  private final int cpus;

  /**
   * @param cpus how many CPUs the machine can have
   */
  Totals(Code code, int cpus) {
    this.code = code;
    this.cpus = cpus;
  }

  /** The aggregation as a number: a total, an average, the smallest, the largest; 0 when absent. */
  Value number(ScriptMap map, Place key) {
    Variable total = code.variable("total");
    Variable count = code.variable("count");
    Loop loop = begin(map, key, total, count);
    switch ((Type.Aggregation) map.value()) {
      case Type.Count type -> addTo(total, loop.at, 0);
      case Type.Sum type -> addTo(total, loop.at, 0);
      case Type.Avg type -> {
        addTo(total, loop.at, 0);
        addTo(count, loop.at, 8);
      }
      case Type.Stats type -> {
        addTo(total, loop.at, 0);
        addTo(count, loop.at, 8);
      }
      case Type.Min type -> keep(total, count, loop.at, type.signed() ? JumpOp.SLT : JumpOp.LT);
      case Type.Max type -> keep(total, count, loop.at, type.signed() ? JumpOp.SGT : JumpOp.GT);
      case Type.Hist type -> throw new IllegalArgumentException("a histogram is no number");
      case Type.Lhist type -> throw new IllegalArgumentException("a histogram is no number");
      case Type.Tseries type -> throw new IllegalArgumentException("a series is no number");
    }
    loop.end();
    return switch ((Type.Aggregation) map.value()) {
      case Type.Avg type -> average(total, count, type.signed());
      case Type.Stats type -> average(total, count, type.signed());
      default -> code.read(total);
    };
  }

  private Value average(Variable total, Variable count, boolean signed) {
    // The machine gives 0 for a division by 0.
    return code.binary(signed ? Op.SDIV : Op.DIV, code.read(total), code.read(count));
  }

  private void addTo(Variable sum, Place at, int offset) {
    code.write(sum, code.add(code.read(sum), code.load(at.plus(offset), 8, true)));
  }

  /** {@code best} is the number found so far and {@code seen} 1 once there is one. */
  private void keep(Variable best, Variable seen, Place at, JumpOp wins) {
    Block valid = code.block("valid");
    Block compare = code.block("compare");
    Block take = code.block("take");
    Block next = code.block("next");
    Value number = code.load(at, 8, true);
    code.branch(JumpOp.NE, code.load(at.plus(8), 8, false), code.number(0), valid, next);
    code.start(valid);
    code.branch(JumpOp.NE, code.read(seen), code.number(0), compare, take);
    code.start(compare);
    code.branch(wins, number, code.read(best), take, next);
    code.start(take);
    code.write(best, number);
    code.write(seen, code.number(1));
    code.jump(next);
    code.start(next);
  }

  private Loop begin(ScriptMap map, Place key, Variable total, Variable count) {
    code.write(total, code.number(0));
    code.write(count, code.number(0));
    return new Loop(map, key);
  }

  /** The loop over the CPUs; its body sees one CPU's value at {@link #at}. */
  private final class Loop {
    private final Variable cpu = code.variable("cpu");
    private final Block head = code.block("cpus");
    private final Block next = code.block("nextCpu");
    private final Block done = code.block("total");
    private final Place at;

    private Loop(ScriptMap map, Place key) {
      code.write(cpu, code.number(0));
      code.jump(head);
      code.enter(head);
      Value found =
          code.call(
              HelperTable.MAP_LOOKUP_PERCPU,
              code.map(map.bpfName()),
              code.address(map.isScalar() ? code.zeroKey() : key),
              code.read(cpu));
      Block there = code.block("there");
      code.branch(JumpOp.NE, found, code.number(0), there, next);
      code.start(there);
      at = new Place(found);
    }

    private void end() {
      code.jump(next);
      code.start(next);
      Value following = code.add(code.read(cpu), code.number(1));
      code.write(cpu, following);
      code.branch(JumpOp.LT, following, code.number(cpus), head, done);
      code.seal(head);
      code.start(done);
    }
  }
}
