package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Op;
import io.waggle.compiler.Value;
import io.waggle.compiler.Variable;
import io.waggle.script.types.Type;

/**
 * Which bucket of a histogram a number falls into. The logarithm has no branches: a program with
 * several histograms would otherwise have the verifier walk every combination of their paths.
 */
final class Buckets {
  private Buckets() {}

  /** Index for {@link Type.Hist}, less than {@link Type.Hist#buckets}. */
  static Value log(Code code, Type.Hist hist, Value number) {
    int bits = hist.bits();
    // All ones for a negative number. It is then treated as 0, and its index masked to 0.
    Value sign = code.binary(Op.SAR, number, code.number(63));
    Value positive = code.binary(Op.XOR, sign, code.number(-1));
    if (bits == 0) {
      Value value = code.binary(Op.AND, number, positive);
      Value isZero = code.binary(Op.SHR, code.add(value, code.number(-1)), code.number(63));
      Value index = code.sub(code.add(log2(code, value), code.number(2)), isZero);
      return bounded(code, code.binary(Op.AND, index, positive), hist.buckets());
    }
    int parts = 1 << bits;
    Variable index = code.variable("bucket");
    Block small = code.block("small");
    Block large = code.block("large");
    Block found = code.block("found");
    Value value = code.binary(Op.AND, number, positive);
    code.branch(JumpOp.LT, value, code.number(parts), small, large);
    code.start(small);
    // Value 0 is bucket 1, and a negative number bucket 0.
    code.write(index, code.binary(Op.AND, code.add(value, code.number(1)), positive));
    code.jump(found);
    code.start(large);
    Value power = log2(code, value);
    Value shift = code.sub(power, code.number(bits));
    Value part = code.binary(Op.AND, code.binary(Op.SHR, value, shift), code.number(parts - 1));
    Value row = code.shiftLeft(shift, bits);
    code.write(index, code.add(code.add(row, part), code.number(1 + parts)));
    code.jump(found);
    code.start(found);
    return bounded(code, code.read(index), hist.buckets());
  }

  /** Index for {@link Type.Lhist}, less than {@link Type.Lhist#buckets}. */
  static Value linear(Code code, Type.Lhist lhist, Value number) {
    Variable index = code.variable("bucket");
    Block notBelow = code.block("notBelow");
    Block inside = code.block("inside");
    Block found = code.block("found");
    code.write(index, code.number(0));
    code.branch(JumpOp.SLT, number, code.number(lhist.min()), found, notBelow);
    code.start(notBelow);
    code.write(index, code.number(lhist.buckets() - 1));
    code.branch(JumpOp.SGE, number, code.number(lhist.max()), found, inside);
    code.start(inside);
    Value steps = code.sub(number, code.number(lhist.min()));
    if (lhist.step() > 1) {
      steps =
          Long.bitCount(lhist.step()) == 1
              ? code.binary(Op.SHR, steps, code.number(Long.numberOfTrailingZeros(lhist.step())))
              : code.binary(Op.DIV, steps, code.number(lhist.step()));
    }
    code.write(index, code.add(steps, code.number(1)));
    code.jump(found);
    code.start(found);
    return bounded(code, code.read(index), lhist.buckets());
  }

  /** floor(log2 value) for 0 < value < 2^63, 0 for 0. */
  private static Value log2(Code code, Value value) {
    Value rest = value;
    Value log = null;
    for (int step = 5; step > 0; step--) {
      // What lies 2^step bits up decides; its negative has the top bit set unless it is 0.
      Value upper = code.binary(Op.SHR, rest, code.number(1L << step));
      Value any = code.binary(Op.SHR, code.negate(upper), code.number(63));
      Value bits = code.shiftLeft(any, step);
      log = log == null ? bits : code.binary(Op.OR, log, bits);
      rest = code.binary(Op.SHR, rest, bits);
    }
    return code.binary(Op.OR, log, code.binary(Op.SHR, rest, code.number(1)));
  }

  /** Lets the verifier see what the arithmetic above guarantees. */
  private static Value bounded(Code code, Value index, int buckets) {
    return code.boundMax(index, buckets - 1);
  }
}
