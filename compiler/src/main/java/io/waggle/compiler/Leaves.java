package io.waggle.compiler;

/**
 * Puts a copy of a leaf before each use that only a register serves: a constant of more than 32
 * bits in arithmetic, the address of a map's value to load from. Uses between two calls share a
 * copy, so that none has to survive a call.
 */
final class Leaves {
  private final Function function;
  private final Block block;
  private Value[] copies = new Value[8];
  private int count;

  private Leaves(Function function, Block block) {
    this.function = function;
    this.block = block;
  }

  static void place(Function function) {
    for (Block block : function.blocks) {
      new Leaves(function, block).place();
    }
  }

  private void place() {
    for (int i = 0; i < block.size; i++) {
      Value user = block.values[i];
      for (int arg = 0; arg < user.args.length; arg++) {
        Value leaf = user.args[arg];
        if (leaf.op.isLeaf() && !isOperand(user, arg)) {
          int before = block.size;
          user.args[arg] = copy(leaf, i);
          i += block.size - before;
        }
      }
      if (user.op.isCall()) {
        count = 0;
      }
    }
  }

  /** Whether the code for {@code user} makes this argument by itself, without another register. */
  private static boolean isOperand(Value user, int arg) {
    Value leaf = user.args[arg];
    boolean small = leaf.op == Op.CONST && leaf.imm == (int) leaf.imm;
    return switch (user.op) {
      case PHI, CALL, CALL_LOCAL, RETURN -> true;
      case LOAD -> leaf.op == Op.STACK;
      case STORE -> arg == 0 ? leaf.op == Op.STACK : small;
      case ATOMIC -> arg == 0 && leaf.op == Op.STACK;
      case COMPARE, BRANCH -> arg == 1 && small;
      default -> small || arg == 0 && !user.op.isCommutative();
    };
  }

  private Value copy(Value leaf, int index) {
    for (int i = 0; i < count; i++) {
      Value copy = copies[i];
      if (copy.op == leaf.op && copy.imm == leaf.imm && copy.symbol == leaf.symbol) {
        return copy;
      }
    }
    Value copy = function.value(leaf.op, leaf.type, Value.NONE);
    copy.imm = leaf.imm;
    copy.symbol = leaf.symbol;
    copy.line = block.values[index].line;
    copy.column = block.values[index].column;
    block.insert(index, copy);
    if (count == copies.length) {
      copies = java.util.Arrays.copyOf(copies, count * 2);
    }
    copies[count++] = copy;
    return copy;
  }
}
