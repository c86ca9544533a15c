package io.waggle.compiler;

/**
 * Computes nothing twice: a value whose equal was computed on every way here stands for it. That
 * makes one helper call of two {@code pid} and one load of two {@code arg0}. Nothing moves, so that
 * no access comes before the check it relies on.
 */
final class Numbering {
  private final Function function;
  private final Dominators dominators;

  /** A hash table of chains: the last value of each hash, and for each value the one before. */
  private final Value[] last;

  private final Value[] before;

  private Numbering(Function function) {
    this.function = function;
    dominators = new Dominators(function);
    last = new Value[Math.max(16, Integer.highestOneBit(function.valueCount) << 1)];
    before = new Value[function.valueCount];
  }

  static void run(Function function) {
    new Numbering(function).run();
  }

  private void run() {
    for (Block block : function.blocks) {
      for (int i = 0; i < block.size; i++) {
        Value value = block.values[i];
        for (int arg = 0; arg < value.args.length; arg++) {
          value.args[arg] = value.args[arg].resolve();
        }
        if (isRepeatable(value)) {
          find(value);
        }
      }
    }
    // Phis were passed before the values that come to them from behind were replaced.
    function.removeReplaced();
  }

  private void find(Value value) {
    int at = hash(value) & last.length - 1;
    for (Value known = last[at]; known != null; known = before[known.id]) {
      if (isEqual(known, value) && dominators.dominates(known.block, value.block)) {
        value.replacement = known;
        return;
      }
    }
    before[value.id] = last[at];
    last[at] = value;
  }

  private boolean isRepeatable(Value value) {
    return switch (value.op) {
      case NEG, ZEXT, SEXT, BSWAP, COMPARE, BOUND_MASK, BOUND_MAX -> true;
      case CALL -> ((HelperSignature) value.symbol).effect() == Effect.PURE;
      // The context of a tracing program does not change while it runs.
      case LOAD -> function.isMain() && value.args[0].op == Op.PARAM;
      default -> value.op.isBinary();
    };
  }

  private static int hash(Value value) {
    int hash = value.op.ordinal() * 31 + (int) value.imm;
    for (Value arg : value.args) {
      hash = hash * 31 + arg.id;
    }
    return hash ^ hash >>> 12;
  }

  private static boolean isEqual(Value a, Value b) {
    boolean same =
        a.op == b.op
            && a.type == b.type
            && a.imm == b.imm
            && a.signed == b.signed
            && a.size == b.size
            && a.condition == b.condition
            && a.symbol == b.symbol
            && a.args.length == b.args.length;
    for (int i = 0; same && i < a.args.length; i++) {
      same = a.args[i] == b.args[i];
    }
    return same;
  }
}
