package io.waggle.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;

/** What holds of every function between two passes. */
final class Invariants {
  private Invariants() {}

  static void check(Program program) {
    for (Function function : program.functions) {
      check(function);
    }
  }

  private static void check(Function function) {
    Map<Value, Integer> places = new HashMap<>();
    for (Block block : function.blocks) {
      assertThat(block.isTerminated()).as("%s ends", block).isTrue();
      for (int i = 0; i < block.size; i++) {
        Value value = block.values[i];
        assertThat(value.block).as("block of %s", value).isSameAs(block);
        assertThat(places.put(value, i)).as("second place of %s", value).isNull();
        assertThat(value.op.isTerminator()).isEqualTo(i == block.size - 1);
        assertThat(value.op == Op.PHI).isEqualTo(i < block.phiCount());
        assertThat(value.replacement).isNull();
      }
      checkEdges(function, block);
    }
    Dominators dominators = new Dominators(function);
    for (Block block : function.blocks) {
      for (int i = 0; i < block.size; i++) {
        checkArguments(places, dominators, block, i);
        checkTypes(block.values[i]);
      }
    }
  }

  private static void checkEdges(Function function, Block block) {
    for (Block successor : block.successors) {
      assertThat(function.blocks).contains(successor);
      assertThat(successor.predecessors).contains(block);
      boolean critical =
          block.successors.length > 1
              && successor.predecessors.length > 1
              && successor.phiCount() > 0;
      assertThat(critical).as("critical edge %s to %s", block, successor).isFalse();
    }
    for (Block predecessor : block.predecessors) {
      assertThat(function.blocks).contains(predecessor);
      assertThat(predecessor.successors).contains(block);
    }
  }

  private static void checkArguments(
      Map<Value, Integer> places, Dominators dominators, Block block, int index) {
    Value value = block.values[index];
    if (value.op == Op.PHI) {
      assertThat(value.args).as("arguments of %s", value).hasSameSizeAs(block.predecessors);
    }
    for (int i = 0; i < value.args.length; i++) {
      Value arg = value.args[i];
      assertThat(arg.type).isNotEqualTo(Type.VOID);
      if (arg.op.isLeaf()) {
        assertThat(arg.block).isNull();
        continue;
      }
      assertThat(places).as("argument of %s", value).containsKey(arg);
      if (value.op == Op.PHI) {
        assertThat(dominators.dominates(arg.block, block.predecessors[i])).isTrue();
      } else if (arg.block == block) {
        assertThat(places.get(arg)).as("%s before %s", arg, value).isLessThan(index);
      } else {
        assertThat(dominators.dominates(arg.block, block)).isTrue();
      }
    }
  }

  private static void checkTypes(Value value) {
    boolean pointers = false;
    for (Value arg : value.args) {
      pointers |= arg.type == Type.POINTER;
    }
    if (pointers && value.op.isBinary()) {
      assertThat(value.wide).isTrue();
      assertThat(value.op).isIn(Op.ADD, Op.SUB);
    }
    if (value.op == Op.LOAD || value.op == Op.STORE || value.op == Op.ATOMIC) {
      assertThat(value.args[0].type).as("base of %s", value).isEqualTo(Type.POINTER);
    }
  }
}
