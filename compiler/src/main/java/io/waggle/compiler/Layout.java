package io.waggle.compiler;

import io.waggle.bpf.JumpOp;
import java.util.ArrayList;
import java.util.List;

/**
 * The order in which blocks are written. What runs when a pointer is null comes last, since that is
 * the rare case of lookups and reservations; the test of a loop comes behind its body, which saves
 * a jump each time round.
 */
final class Layout {
  private final Function function;
  private final boolean[] rare;

  private Layout(Function function) {
    this.function = function;
    this.rare = new boolean[function.blockCount];
  }

  static List<Block> order(Function function) {
    Layout layout = new Layout(function);
    layout.findRare();
    List<Block> order = new ArrayList<>(function.blocks.size());
    layout.add(order, false);
    layout.add(order, true);
    layout.rotate(order);
    return order;
  }

  private void add(List<Block> order, boolean wanted) {
    for (Block block : function.blocks) {
      if (rare[block.id] == wanted) {
        order.add(block);
      }
    }
  }

  /** In reverse postorder: a block is rare when all edges from blocks before it are. */
  private void findRare() {
    boolean[] seen = new boolean[function.blockCount];
    for (Block block : function.blocks) {
      boolean all = block.predecessors.length > 0;
      for (Block predecessor : block.predecessors) {
        if (seen[predecessor.id] && !rare[predecessor.id] && !isRareEdge(predecessor, block)) {
          all = false;
        }
      }
      rare[block.id] = all;
      seen[block.id] = true;
    }
  }

  private static boolean isRareEdge(Block from, Block to) {
    Value end = from.terminator();
    if (end.op != Op.BRANCH || end.args[0].type != Type.POINTER || !end.args[1].isConstant(0)) {
      return false;
    }
    return end.condition == JumpOp.EQ && from.successors[0] == to
        || end.condition == JumpOp.NE && from.successors[1] == to;
  }

  /** Moves each loop's head, when it ends with the test, behind the last block that jumps back. */
  private void rotate(List<Block> order) {
    for (Block head : function.blocks) {
      if (head.terminator().op != Op.BRANCH) {
        continue;
      }
      int at = order.indexOf(head);
      int last = -1;
      for (Block predecessor : head.predecessors) {
        int from = order.indexOf(predecessor);
        if (from > at && predecessor.terminator().op == Op.JUMP && !rare[predecessor.id]) {
          last = Math.max(last, from);
        }
      }
      if (at > 0 && last > at && leadsTo(head, order.get(at + 1))) {
        order.remove(at);
        order.add(last, head);
      }
    }
  }

  private static boolean leadsTo(Block from, Block to) {
    return from.successors[0] == to || from.successors[1] == to;
  }
}
