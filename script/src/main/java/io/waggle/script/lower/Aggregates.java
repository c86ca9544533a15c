package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Value;
import io.waggle.script.types.Type;

/**
 * Changing one CPU's value of an aggregation. Nobody else writes there while the program runs, so
 * no access is atomic. Layouts are those of {@link Type.Aggregation}.
 */
final class Aggregates {
  private Aggregates() {}

  /** Puts {@code number} (ignored by {@code count()}) into the value at {@code at}. */
  static void add(Code code, Type.Aggregation type, Place at, Value number) {
    switch (type) {
      case Type.Count count -> Memory.add(code, at, code.number(1));
      case Type.Sum sum -> Memory.add(code, at, number);
      case Type.Avg avg -> addWithCount(code, at, number);
      case Type.Stats stats -> addWithCount(code, at, number);
      case Type.Min min -> keep(code, at, number, min.signed() ? JumpOp.SLT : JumpOp.LT);
      case Type.Max max -> keep(code, at, number, max.signed() ? JumpOp.SGT : JumpOp.GT);
      case Type.Hist hist -> count(code, at, Buckets.log(code, hist, number));
      case Type.Lhist lhist -> count(code, at, Buckets.linear(code, lhist, number));
      case Type.Tseries series -> Series.add(code, series, at, number);
    }
  }

  private static void addWithCount(Code code, Place at, Value number) {
    Memory.add(code, at, number);
    Memory.add(code, at.plus(8), code.number(1));
  }

  /** Stores {@code number} if it is the first or if it compares so with the value held. */
  private static void keep(Code code, Place at, Value number, JumpOp wins) {
    Block compare = code.block("compare");
    Block store = code.block("store");
    Block done = code.block("done");
    code.branch(JumpOp.NE, code.load(at.plus(8), 8, false), code.number(0), compare, store);
    code.start(compare);
    code.branch(wins, number, code.load(at, 8, true), store, done);
    code.start(store);
    code.store(at, 8, number);
    code.store(at.plus(8), 8, code.number(1));
    code.jump(done);
    code.start(done);
  }

  private static void count(Code code, Place at, Value bucket) {
    Value address = code.add(code.address(at), code.shiftLeft(bucket, 3));
    Memory.add(code, new Place(address), code.number(1));
  }
}
