package io.waggle.compiler;

import java.util.Arrays;

/**
 * Removes stores to stack objects that are overwritten, or the function left, before anyone reads
 * them: the zeros under fields that are then filled, for example. Looks at one block at a time.
 * Only for objects whose address does not get about: it is loaded from, stored to or given to a
 * call.
 */
final class DeadStores {
  private final Function function;
  private final boolean[] roams;

  /** By object, for each byte whether it is written before it is read. */
  private final boolean[][] rewritten;

  private DeadStores(Function function) {
    this.function = function;
    roams = new boolean[function.slots.size()];
    rewritten = new boolean[function.slots.size()][];
    for (StackSlot slot : function.slots) {
      rewritten[slot.id()] = new boolean[slot.size()];
    }
  }

  static void run(Function function) {
    if (!function.slots.isEmpty()) {
      DeadStores stores = new DeadStores(function);
      stores.findRoaming();
      for (Block block : function.blocks) {
        stores.run(block);
      }
    }
  }

  private void findRoaming() {
    for (Block block : function.blocks) {
      for (int i = 0; i < block.size; i++) {
        Value value = block.values[i];
        for (int arg = 0; arg < value.args.length; arg++) {
          if (value.args[arg].op == Op.STACK && !staysHere(value, arg)) {
            roams[((StackSlot) value.args[arg].symbol).id()] = true;
          }
        }
      }
    }
  }

  private static boolean staysHere(Value user, int arg) {
    return switch (user.op) {
      case LOAD, CALL, CALL_LOCAL -> true;
      case STORE, ATOMIC -> arg == 0;
      default -> false;
    };
  }

  private void run(Block block) {
    boolean leaves = block.terminator().op == Op.RETURN;
    for (boolean[] bytes : rewritten) {
      Arrays.fill(bytes, leaves);
    }
    boolean removed = false;
    for (int i = block.size - 1; i >= 0; i--) {
      Value value = block.values[i];
      switch (value.op) {
        case STORE -> {
          if (isTracked(value.args[0])) {
            if (isRewritten(value)) {
              block.values[i] = null;
              removed = true;
            }
            mark(value, true);
          }
        }
        case LOAD, ATOMIC -> {
          if (isTracked(value.args[0])) {
            mark(value, false);
          }
        }
        case CALL, CALL_LOCAL -> {
          for (Value arg : value.args) {
            if (arg.op == Op.STACK) {
              Arrays.fill(rewritten[((StackSlot) arg.symbol).id()], false);
            }
          }
        }
        default -> {}
      }
    }
    if (removed) {
      block.removeGaps();
    }
  }

  private boolean isTracked(Value base) {
    return base.op == Op.STACK && !roams[((StackSlot) base.symbol).id()];
  }

  private boolean isRewritten(Value access) {
    boolean[] bytes = rewritten[((StackSlot) access.args[0].symbol).id()];
    int start = (int) (access.args[0].imm + access.imm);
    for (int i = start; i < start + access.size.bytes(); i++) {
      if (!bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private void mark(Value access, boolean written) {
    boolean[] bytes = rewritten[((StackSlot) access.args[0].symbol).id()];
    int start = (int) (access.args[0].imm + access.imm);
    Arrays.fill(bytes, start, start + access.size.bytes(), written);
  }
}
