package io.waggle.compiler;

import io.waggle.bpf.JumpOp;
import io.waggle.bpf.Size;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes nothing twice: a value whose equal was computed on every way here stands for it. That
 * makes one helper call of two {@code pid} and one load of two {@code arg0}.
 */
final class Numbering {
  private Numbering() {}

  /** What makes two computations equal; constants count by their number. */
  private record Key(
      Op op,
      long imm,
      boolean signed,
      Size size,
      JumpOp condition,
      Object symbol,
      List<Long> args) {}

  static void run(Function function) {
    Dominators dominators = new Dominators(function);
    Map<Key, Value> known = new HashMap<>();
    for (Block block : function.blocks) {
      int kept = 0;
      for (int i = 0; i < block.size; i++) {
        Value value = block.values[i];
        for (int arg = 0; arg < value.args.length; arg++) {
          value.args[arg] = value.args[arg].resolve();
        }
        if (isRepeatable(function, value)) {
          Key key = key(value);
          Value equal = known.get(key);
          if (equal != null && dominators.dominates(equal.block, block)) {
            value.replacement = equal;
            continue;
          }
          known.put(key, value);
        }
        block.values[kept++] = value;
      }
      block.truncate(kept);
    }
    // Phis were passed before the values that come to them from behind were replaced.
    for (Block block : function.blocks) {
      for (int i = 0; i < block.size && block.values[i].op == Op.PHI; i++) {
        Value phi = block.values[i];
        phi.args = Arrays.stream(phi.args).map(Value::resolve).toArray(Value[]::new);
      }
    }
  }

  private static boolean isRepeatable(Function function, Value value) {
    return switch (value.op) {
      case NEG, ZEXT, SEXT, BSWAP, COMPARE, BOUND_MASK, BOUND_MAX -> true;
      case CALL -> ((HelperSignature) value.symbol).effect() == Effect.PURE;
      // The context of a tracing program does not change while it runs.
      case LOAD -> function.isMain() && value.args[0].op == Op.PARAM;
      default -> value.op.isBinary();
    };
  }

  private static Key key(Value value) {
    Long[] args = new Long[value.args.length * 2];
    for (int i = 0; i < value.args.length; i++) {
      Value arg = value.args[i];
      args[2 * i] = arg.isConstant() ? 1L : 0L;
      args[2 * i + 1] = arg.isConstant() ? arg.imm : arg.id;
    }
    return new Key(
        value.op,
        value.imm,
        value.signed,
        value.size,
        value.condition,
        value.symbol,
        List.of(args));
  }
}
