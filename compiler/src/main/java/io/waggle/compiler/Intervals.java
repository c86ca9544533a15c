package io.waggle.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * From where to where each value must be kept, in positions of the code: value number {@code n} in
 * order reads its arguments at {@code 2n} and has its result from {@code 2n + 1}. Intervals have no
 * holes.
 */
final class Intervals {
  /** First and last position by value id; -1 for values that need no register. */
  final int[] start;

  final int[] end;

  /** Whether a call destroys the caller-saved registers while the value is needed. */
  final boolean[] crossesCall;

  /** What it costs to keep a value on the stack. */
  final float[] weight;

  /** The values with an interval, by start: the order of the code. */
  final List<Value> ordered = new ArrayList<>();

  private final Function function;

  Intervals(Function function) {
    this.function = function;
    start = new int[function.valueCount];
    end = new int[function.valueCount];
    crossesCall = new boolean[function.valueCount];
    weight = new float[function.valueCount];
    Arrays.fill(start, -1);
    Arrays.fill(end, -1);
    boolean[] wanted = wanted();
    BitSet[] liveOut = liveOut(wanted);
    measure(wanted, liveOut);
    for (Block block : function.blocks) {
      findCrossed(wanted, block, liveOut[block.id]);
    }
    weigh();
  }

  boolean has(Value value) {
    return start[value.id] >= 0;
  }

  /** Marks what is needed behind a call and was there before it; {@code live} is used up. */
  private void findCrossed(boolean[] wanted, Block block, BitSet live) {
    for (int i = block.size - 1; i >= 0; i--) {
      Value value = block.values[i];
      live.clear(value.id);
      if (value.op.isCall()) {
        for (int id = live.nextSetBit(0); id >= 0; id = live.nextSetBit(id + 1)) {
          crossesCall[id] = true;
        }
      }
      if (value.op != Op.PHI) {
        for (Value arg : value.args) {
          if (wanted[arg.id]) {
            live.set(arg.id);
          }
        }
      }
    }
  }

  /** Uses count for more the deeper in loops they are, and per length of the interval. */
  private void weigh() {
    int[] depth = loopDepths();
    for (int b = 0; b < function.blocks.size(); b++) {
      Block block = function.blocks.get(b);
      float use = 1 << 3 * Math.min(depth[b], 5);
      for (int i = 0; i < block.size; i++) {
        weight[block.values[i].id] += use;
        for (Value arg : block.values[i].args) {
          weight[arg.id] += use;
        }
      }
    }
    for (Value value : ordered) {
      weight[value.id] /= end[value.id] - start[value.id];
    }
  }

  /** By position; a jump back to a block makes a loop of all blocks in between. */
  private int[] loopDepths() {
    int[] position = new int[function.blockCount];
    int[] depth = new int[function.blocks.size()];
    for (int b = 0; b < depth.length; b++) {
      Block block = function.blocks.get(b);
      position[block.id] = b + 1;
      for (Block successor : block.successors) {
        for (int i = position[successor.id] - 1; i >= 0 && i <= b; i++) {
          depth[i]++;
        }
      }
    }
    return depth;
  }

  /**
   * Values that need a register: those used, but for leaves outside blocks, which are made anew
   * where they are used. A fetching atomic gives its result whether wanted or not.
   */
  private boolean[] wanted() {
    boolean[] wanted = new boolean[function.valueCount];
    for (Block block : function.blocks) {
      for (int i = 0; i < block.size; i++) {
        Value value = block.values[i];
        wanted[value.id] |= value.fetch;
        for (Value arg : value.args) {
          wanted[arg.id] |= arg.block != null;
        }
      }
    }
    return wanted;
  }

  private BitSet[] liveOut(boolean[] wanted) {
    BitSet[] in = new BitSet[function.blockCount];
    BitSet[] out = new BitSet[function.blockCount];
    for (Block block : function.blocks) {
      in[block.id] = new BitSet();
      out[block.id] = new BitSet();
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = function.blocks.size() - 1; i >= 0; i--) {
        Block block = function.blocks.get(i);
        BitSet live = out[block.id];
        for (Block successor : block.successors) {
          live.or(in[successor.id]);
          int edge = successor.indexOfPredecessor(block);
          for (int phi = 0; phi < successor.phiCount(); phi++) {
            Value arg = successor.values[phi].args[edge];
            if (wanted[arg.id]) {
              live.set(arg.id);
            }
          }
        }
        BitSet now = (BitSet) live.clone();
        for (int v = block.size - 1; v >= 0; v--) {
          Value value = block.values[v];
          now.clear(value.id);
          if (value.op != Op.PHI) {
            for (Value arg : value.args) {
              if (wanted[arg.id]) {
                now.set(arg.id);
              }
            }
          }
        }
        if (!now.equals(in[block.id])) {
          in[block.id] = now;
          changed = true;
        }
      }
    }
    return out;
  }

  private void measure(boolean[] wanted, BitSet[] liveOut) {
    int[] first = new int[function.blockCount];
    int number = 1;
    for (Block block : function.blocks) {
      first[block.id] = 2 * number;
      number += block.size;
    }
    for (Block block : function.blocks) {
      int at = first[block.id];
      int last = at + 2 * block.size - 1;
      BitSet out = liveOut[block.id];
      for (int id = out.nextSetBit(0); id >= 0; id = out.nextSetBit(id + 1)) {
        extend(id, last);
      }
      for (int i = 0; i < block.size; i++, at += 2) {
        Value value = block.values[i];
        if (wanted[value.id]) {
          // Phis of a block get their values together, before it starts; parameters likewise.
          define(value, value.op == Op.PHI || value.op == Op.PARAM ? first[block.id] - 1 : at + 1);
        }
        if (value.op == Op.PHI) {
          continue;
        }
        for (int arg = 0; arg < value.args.length; arg++) {
          if (wanted[value.args[arg].id]) {
            extend(value.args[arg].id, keepsOverResult(value, arg) ? at + 2 : at);
          }
        }
      }
    }
  }

  private void define(Value value, int at) {
    ordered.add(value);
    start[value.id] = at;
    end[value.id] = Math.max(end[value.id], at + 1);
  }

  private void extend(int id, int to) {
    end[id] = Math.max(end[id], to);
  }

  /**
   * Whether the argument must not share the result's register: it is read after the first write.
   */
  private static boolean keepsOverResult(Value value, int arg) {
    return switch (value.op) {
      case COMPARE -> true;
      case ATOMIC -> arg == 0;
      default -> value.op.isBinary() && arg == 1 && !value.op.isCommutative();
    };
  }
}
