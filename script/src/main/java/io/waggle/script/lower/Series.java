package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Op;
import io.waggle.compiler.Value;
import io.waggle.script.types.Type;

/** One CPU's values over time; see {@link Type.Tseries} for how they lie in memory. */
final class Series {
  private static final int VALUE = 8;
  private static final int BESIDE = 16;

  private Series() {}

  /** Puts {@code number} into the interval that it is now. */
  static void add(Code code, Type.Tseries series, Place at, Value number) {
    Value now = code.call(HelperTable.KTIME_BOOT);
    Value interval = code.binary(Op.DIV, now, code.number(series.interval()));
    Value slot =
        code.boundMax(
            code.binary(Op.MOD, interval, code.number(series.intervals())),
            series.intervals() - 1L);
    Value offset = code.binary(Op.MUL, slot, code.number(8L * Type.Tseries.WORDS));
    Place place = new Place(code.add(code.address(at), offset));
    Block fresh = code.block("fresh");
    Block ready = code.block("ready");
    code.branch(JumpOp.EQ, code.load(place, 8, false), interval, ready, fresh);
    code.start(fresh);
    code.store(place, 8, interval);
    code.store(place.plus(VALUE), 8, code.number(0));
    code.store(place.plus(BESIDE), 8, code.number(0));
    code.jump(ready);
    code.start(ready);
    switch (series.how()) {
      case LAST -> {
        code.store(place.plus(VALUE), 8, number);
        code.store(place.plus(BESIDE), 8, now);
      }
      case AVG, SUM -> {
        Memory.add(code, place.plus(VALUE), number);
        Memory.add(code, place.plus(BESIDE), code.number(1));
      }
      case MIN -> keep(code, place, number, series.signed() ? JumpOp.SLT : JumpOp.LT);
      case MAX -> keep(code, place, number, series.signed() ? JumpOp.SGT : JumpOp.GT);
    }
  }

  /** Stores {@code number} if it is the first or compares so with the value held. */
  private static void keep(Code code, Place place, Value number, JumpOp wins) {
    Block compare = code.block("compare");
    Block store = code.block("store");
    Block done = code.block("done");
    Value seen = code.load(place.plus(BESIDE), 8, false);
    code.branch(JumpOp.NE, seen, code.number(0), compare, store);
    code.start(compare);
    code.branch(wins, number, code.load(place.plus(VALUE), 8, true), store, done);
    code.start(store);
    code.store(place.plus(VALUE), 8, number);
    code.store(place.plus(BESIDE), 8, code.number(1));
    code.jump(done);
    code.start(done);
  }
}
