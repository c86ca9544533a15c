package io.waggle.compiler;

import java.util.List;

/**
 * Which block is passed on every way to another (Cooper, Harvey, Kennedy, "A Simple, Fast Dominance
 * Algorithm", 2001). Blocks are in reverse postorder.
 */
final class Dominators {
  private final int[] position;
  private final int[] dominator;

  Dominators(Function function) {
    List<Block> blocks = function.blocks;
    position = new int[function.blockCount];
    dominator = new int[blocks.size()];
    for (int i = 0; i < blocks.size(); i++) {
      position[blocks.get(i).id] = i;
      dominator[i] = -1;
    }
    dominator[0] = 0;
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = 1; i < blocks.size(); i++) {
        int common = -1;
        for (Block predecessor : blocks.get(i).predecessors) {
          int candidate = position[predecessor.id];
          if (dominator[candidate] >= 0) {
            common = common < 0 ? candidate : common(common, candidate);
          }
        }
        if (dominator[i] != common) {
          dominator[i] = common;
          changed = true;
        }
      }
    }
  }

  private int common(int a, int b) {
    while (a != b) {
      if (a > b) {
        a = dominator[a];
      } else {
        b = dominator[b];
      }
    }
    return a;
  }

  /** Whether {@code a} lies on every way to {@code b}, or is {@code b}. */
  boolean dominates(Block a, Block b) {
    int above = position[a.id];
    int at = position[b.id];
    while (at > above) {
      at = dominator[at];
    }
    return at == above;
  }
}
