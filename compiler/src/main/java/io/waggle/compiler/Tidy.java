package io.waggle.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Puts a function in order: blocks that can be reached, in reverse postorder; every argument the
 * value that stands for it; no needless phi, no dead value; no edge from a block with several
 * successors to a block with phis (moves for a phi go to the end of the predecessor).
 */
final class Tidy {
  private final Function function;
  private boolean[] reached;
  private List<Block> postorder;

  private Tidy(Function function) {
    this.function = function;
  }

  static void run(Function function) {
    Tidy tidy = new Tidy(function);
    tidy.order();
    function.removeReplaced();
    while (tidy.simplify()) {
      tidy.order();
    }
    tidy.removeDead();
    tidy.splitEdges();
    tidy.order();
  }

  private void order() {
    reached = new boolean[function.blockCount];
    postorder = new ArrayList<>();
    visit(function.blocks.getFirst());
    for (Block block : function.blocks) {
      if (!reached[block.id]) {
        for (Block successor : block.successors) {
          if (reached[successor.id]) {
            successor.removePredecessor(successor.indexOfPredecessor(block));
          }
        }
      }
    }
    function.blocks.clear();
    function.blocks.addAll(postorder.reversed());
  }

  private void visit(Block block) {
    reached[block.id] = true;
    if (!block.isTerminated()) {
      throw new IllegalStateException(function.name + ": " + block + " has no end");
    }
    // The second successor first, so that the first comes right behind its branch.
    for (int i = block.successors.length - 1; i >= 0; i--) {
      if (!reached[block.successors[i].id]) {
        visit(block.successors[i]);
      }
    }
    postorder.add(block);
  }

  /** Replaces phis of one value and decides branches on constants; true if something changed. */
  private boolean simplify() {
    boolean changed = false;
    boolean cut = false;
    for (Block block : function.blocks) {
      for (int i = 0; i < block.size && block.values[i].op == Op.PHI; i++) {
        changed |= simplifyPhi(block.values[i]);
      }
    }
    if (changed) {
      function.removeReplaced();
    }
    for (Block block : function.blocks) {
      Value end = block.terminator();
      if (end.op == Op.BRANCH && end.args[0].isConstant() && end.args[1].isConstant()) {
        decide(block, Fold.holds(end.condition, end.args[0].imm, end.args[1].imm) ? 0 : 1);
        cut = true;
      } else if (end.op == Op.BRANCH && end.args[0].isConstant()) {
        Value left = end.args[0];
        end.args[0] = end.args[1];
        end.args[1] = left;
        end.condition = Fold.swapped(end.condition);
      }
    }
    return changed || cut;
  }

  private static boolean simplifyPhi(Value phi) {
    Value only = null;
    for (Value arg : phi.args) {
      Value value = arg.resolve();
      if (value != phi && value != only) {
        if (only != null) {
          return false;
        }
        only = value;
      }
    }
    if (only == null) {
      return false;
    }
    phi.replacement = only;
    return true;
  }

  private static void decide(Block block, int taken) {
    Value end = block.terminator();
    Block other = block.successors[1 - taken];
    int edge = other.indexOfPredecessor(block);
    if (other == block.successors[taken] && taken == 0) {
      edge = other.lastIndexOfPredecessor(block);
    }
    other.removePredecessor(edge);
    block.successors = new Block[] {block.successors[taken]};
    end.op = Op.JUMP;
    end.args = Value.NONE;
    end.condition = null;
  }

  private void removeDead() {
    boolean[] live = new boolean[function.valueCount];
    ArrayList<Value> work = new ArrayList<>();
    for (Block block : function.blocks) {
      for (int i = 0; i < block.size; i++) {
        if (hasEffect(block.values[i])) {
          mark(block.values[i], live, work);
        }
      }
    }
    while (!work.isEmpty()) {
      for (Value arg : work.removeLast().args) {
        mark(arg, live, work);
      }
    }
    for (Block block : function.blocks) {
      int kept = 0;
      for (int i = 0; i < block.size; i++) {
        if (live[block.values[i].id] || block.values[i].op == Op.PARAM) {
          block.values[kept++] = block.values[i];
        }
      }
      block.truncate(kept);
    }
  }

  private static void mark(Value value, boolean[] live, List<Value> work) {
    if (!live[value.id]) {
      live[value.id] = true;
      work.add(value);
    }
  }

  private static boolean hasEffect(Value value) {
    return switch (value.op) {
      case STORE, ATOMIC, CALL_LOCAL, JUMP, BRANCH, RETURN -> true;
      case CALL -> ((HelperSignature) value.symbol).effect() != Effect.PURE;
      default -> false;
    };
  }

  private void splitEdges() {
    for (Block block : List.copyOf(function.blocks)) {
      if (block.successors.length < 2) {
        continue;
      }
      for (int i = 0; i < block.successors.length; i++) {
        Block to = block.successors[i];
        if (to.predecessors.length > 1 && to.phiCount() > 0) {
          split(block, i, to);
        }
      }
    }
  }

  private void split(Block from, int edge, Block to) {
    Block middle = function.block("edge");
    Value jump = function.value(Op.JUMP, Type.VOID, Value.NONE);
    jump.line = from.terminator().line;
    jump.column = from.terminator().column;
    middle.append(jump);
    middle.successors = new Block[] {to};
    middle.predecessors = new Block[] {from};
    to.predecessors[to.indexOfPredecessor(from)] = middle;
    from.successors = Arrays.copyOf(from.successors, from.successors.length);
    from.successors[edge] = middle;
    function.blocks.add(middle);
  }
}
