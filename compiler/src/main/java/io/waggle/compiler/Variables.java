package io.waggle.compiler;

import java.util.Arrays;

/**
 * Mutable variables as SSA values, made while the blocks are made (Braun et al., "Simple and
 * Efficient Construction of Static Single Assignment Form", 2013). A variable read before any write
 * is 0.
 */
final class Variables {
  private final Function function;

  /** Current value by block and variable: {@code current[block][variable]}. */
  private Value[][] current = new Value[8][];

  /** Phis of blocks that are not sealed yet: {@code pending[block][variable]}. */
  private Value[][] pending = new Value[8][];

  private Type[] types = new Type[8];
  private int count;

  Variables(Function function) {
    this.function = function;
  }

  Variable declare(String name, Type type) {
    if (count == types.length) {
      types = Arrays.copyOf(types, count * 2);
    }
    types[count] = type;
    return new Variable(count++, name, type);
  }

  void write(int variable, Block block, Value value) {
    row(block)[variable] = value;
  }

  Value read(int variable, Block block) {
    Value value = row(block)[variable];
    if (value != null) {
      return value.resolve();
    }
    if (!block.sealed) {
      value = phi(variable, block);
      pendingRow(block)[variable] = value;
    } else if (block.predecessors.length == 0) {
      value = function.constant(0);
    } else if (block.predecessors.length == 1) {
      value = read(variable, block.predecessors[0]);
    } else {
      value = phi(variable, block);
      write(variable, block, value);
      value = complete(variable, value);
    }
    write(variable, block, value);
    return value;
  }

  void seal(Block block) {
    block.sealed = true;
    if (block.id >= pending.length || pending[block.id] == null) {
      return;
    }
    Value[] phis = pending[block.id];
    pending[block.id] = null;
    for (int i = 0; i < phis.length; i++) {
      if (phis[i] != null) {
        complete(i, phis[i]);
      }
    }
  }

  private Value phi(int variable, Block block) {
    Value phi = function.value(Op.PHI, types[variable], Value.NONE);
    block.insert(0, phi);
    return phi;
  }

  private Value complete(int variable, Value phi) {
    Block block = phi.block;
    Value[] args = new Value[block.predecessors.length];
    phi.args = args;
    for (int i = 0; i < args.length; i++) {
      args[i] = read(variable, block.predecessors[i]);
    }
    return simplify(phi);
  }

  /** A phi of itself and one other value is that value; other phis that become so wait for Fold. */
  private Value simplify(Value phi) {
    Value only = null;
    for (Value arg : phi.args) {
      Value value = arg.resolve();
      if (value != phi && value != only) {
        if (only != null) {
          return phi;
        }
        only = value;
      }
    }
    if (only == null) {
      return phi;
    }
    phi.replacement = only;
    return only;
  }

  private Value[] row(Block block) {
    if (block.id >= current.length) {
      current = Arrays.copyOf(current, Math.max(block.id + 1, current.length * 2));
    }
    return current[block.id] = sized(current[block.id]);
  }

  private Value[] pendingRow(Block block) {
    if (block.id >= pending.length) {
      pending = Arrays.copyOf(pending, Math.max(block.id + 1, pending.length * 2));
    }
    return pending[block.id] = sized(pending[block.id]);
  }

  private Value[] sized(Value[] row) {
    if (row == null) {
      return new Value[Math.max(4, count)];
    }
    return row.length < count ? Arrays.copyOf(row, Math.max(count, row.length * 2)) : row;
  }
}
