package io.waggle.compiler;

import io.waggle.bpf.MachineFeature;

/**
 * Writes what the target cannot do with what it can: signed division before v4 by unsigned division
 * of the magnitudes.
 */
final class Legal {
  private final Function function;
  private final Block block;
  private int index;

  private Legal(Function function, Block block) {
    this.function = function;
    this.block = block;
  }

  static void run(Function function, Target target) {
    if (target.has(MachineFeature.V4_INSTRUCTIONS)) {
      return;
    }
    for (Block block : function.blocks) {
      Legal legal = new Legal(function, block);
      for (; legal.index < block.size; legal.index++) {
        Value value = block.values[legal.index];
        if (value.op == Op.SDIV || value.op == Op.SMOD) {
          legal.divide(value);
        }
      }
    }
  }

  private void divide(Value value) {
    Value a = value.args[0];
    Value b = value.args[1];
    Value signA = before(Op.SAR, a, function.constant(63));
    Value signB = b.isConstant() ? function.constant(b.imm >> 63) : null;
    Value magnitudeB;
    if (signB != null) {
      magnitudeB = function.constant(Math.abs(b.imm));
    } else {
      signB = before(Op.SAR, b, function.constant(63));
      magnitudeB = before(Op.SUB, before(Op.XOR, b, signB), signB);
    }
    Value magnitudeA = before(Op.SUB, before(Op.XOR, a, signA), signA);
    boolean quotient = value.op == Op.SDIV;
    Value result = before(quotient ? Op.DIV : Op.MOD, magnitudeA, magnitudeB);
    Value sign = quotient ? before(Op.XOR, signA, signB) : signA;
    value.op = Op.SUB;
    value.args = new Value[] {before(Op.XOR, result, sign), sign};
  }

  private Value before(Op op, Value a, Value b) {
    Value value = function.value(op, Type.INT, a, b);
    value.line = block.values[index].line;
    value.column = block.values[index].column;
    block.insert(index++, value);
    return value;
  }
}
