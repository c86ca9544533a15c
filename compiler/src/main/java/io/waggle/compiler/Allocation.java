package io.waggle.compiler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A register or a place in the frame for every value: linear scan (Poletto, Sarkar, 1999). R6 to R9
 * survive calls and go to values that must; the others take R0 to R5 first.
 *
 * <p>Once something has to go to the frame, the function is done again with {@link #SCRATCH} and
 * {@link #SCRATCH_2} left free, through which such values then pass.
 */
final class Allocation {
  static final int SCRATCH = 0;
  static final int SCRATCH_2 = 5;

  private static final int REGISTERS = 10;
  private static final int FIRST_SAVED = 6;

  /** By value id: a register's number, or {@code REGISTERS +} the number of a spill slot, or -1. */
  private final int[] place;

  private final Intervals intervals;
  private final boolean[] reserved = new boolean[REGISTERS];
  private final List<Value> active = new ArrayList<>();
  private final Value[] holder = new Value[REGISTERS];

  /** Which value's register a value would like, to need no move. */
  private final Value[] hints;

  /** Which register a value would like, because a call wants it there or gives it there; or -1. */
  private final int[] wishes;

  private int spillSlots;
  private int spills;

  private Allocation(Function function, Intervals intervals, boolean reserve) {
    this.intervals = intervals;
    place = new int[function.valueCount];
    hints = new Value[function.valueCount];
    wishes = new int[function.valueCount];
    Arrays.fill(place, -1);
    Arrays.fill(wishes, -1);
    reserved[SCRATCH] = reserve;
    reserved[SCRATCH_2] = reserve;
    collectHints(function);
  }

  static Allocation of(Function function) {
    Intervals intervals = new Intervals(function);
    Allocation allocation = new Allocation(function, intervals, false);
    allocation.scan();
    if (allocation.spills > 0) {
      allocation = new Allocation(function, intervals, true);
      allocation.scan();
      allocation.shareSpillSlots();
    }
    return allocation;
  }

  /** Whether the value was given a register or a place in the frame. */
  boolean has(Value value) {
    return place[value.id] >= 0;
  }

  /** The number of the value's register, or -1. */
  int register(Value value) {
    int at = place[value.id];
    return at < REGISTERS ? at : -1;
  }

  /** The number of the value's spill slot, or -1. */
  int spill(Value value) {
    int at = place[value.id];
    return at >= REGISTERS ? at - REGISTERS : -1;
  }

  int spillSlots() {
    return spillSlots;
  }

  /** How many values lie in the frame; some share a slot. */
  int spills() {
    return spills;
  }

  private void collectHints(Function function) {
    for (Block block : function.blocks) {
      for (int i = 0; i < block.size; i++) {
        Value value = block.values[i];
        switch (value.op) {
          case PHI -> {
            for (Value arg : value.args) {
              link(value, arg);
              link(arg, value);
            }
          }
          case CALL, CALL_LOCAL -> {
            wishes[value.id] = 0;
            for (int arg = 0; arg < value.args.length; arg++) {
              if (wishes[value.args[arg].id] < 0) {
                wishes[value.args[arg].id] = arg + 1;
              }
            }
          }
          case PARAM -> wishes[value.id] = (int) value.imm + 1;
          case RETURN -> wishes[value.args[0].id] = 0;
          default -> {
            if (value.args.length > 0 && value.type != Type.VOID && value.op != Op.LOAD) {
              link(value, value.args[0]);
            }
          }
        }
      }
    }
  }

  private void link(Value value, Value other) {
    if (hints[value.id] == null) {
      hints[value.id] = other;
    }
  }

  private void scan() {
    for (Value value : intervals.ordered) {
      expire(intervals.start[value.id]);
      int register = choose(value);
      if (register < 0) {
        register = evict(value);
      }
      if (register < 0) {
        place[value.id] = REGISTERS;
        spills++;
        continue;
      }
      place[value.id] = register;
      holder[register] = value;
      active.add(value);
    }
  }

  /** Gives each value in the frame the first slot whose last value is no longer needed. */
  private void shareSpillSlots() {
    int[] ends = new int[spills];
    for (Value value : intervals.ordered) {
      if (place[value.id] >= REGISTERS) {
        int slot = 0;
        while (slot < spillSlots && ends[slot] > intervals.start[value.id]) {
          slot++;
        }
        ends[slot] = intervals.end[value.id];
        spillSlots = Math.max(spillSlots, slot + 1);
        place[value.id] = REGISTERS + slot;
      }
    }
  }

  private void expire(int now) {
    for (int i = active.size() - 1; i >= 0; i--) {
      Value value = active.get(i);
      if (intervals.end[value.id] <= now) {
        holder[place[value.id]] = null;
        active.remove(i);
      }
    }
  }

  private int choose(Value value) {
    Value hint = hints[value.id];
    if (hint != null && place[hint.id] >= 0 && place[hint.id] < REGISTERS) {
      int register = place[hint.id];
      if (isFree(register, value)) {
        return register;
      }
    }
    if (wishes[value.id] >= 0 && isFree(wishes[value.id], value)) {
      return wishes[value.id];
    }
    // From the top of either class, so that argument registers stay free for who wishes them.
    for (int register = FIRST_SAVED - 1; register >= 0; register--) {
      if (isFree(register, value)) {
        return register;
      }
    }
    for (int register = FIRST_SAVED; register < REGISTERS; register++) {
      if (isFree(register, value)) {
        return register;
      }
    }
    return -1;
  }

  private boolean isFree(int register, Value value) {
    return holder[register] == null && isAllowed(register, value);
  }

  private boolean isAllowed(int register, Value value) {
    return !reserved[register] && (register >= FIRST_SAVED || !intervals.crossesCall[value.id]);
  }

  /** The register of the value that is cheapest to have on the stack, if cheaper than this one. */
  private int evict(Value value) {
    Value victim = null;
    for (Value candidate : active) {
      if (isAllowed(place[candidate.id], value)
          && (victim == null || intervals.weight[candidate.id] < intervals.weight[victim.id])) {
        victim = candidate;
      }
    }
    if (victim == null || intervals.weight[victim.id] >= intervals.weight[value.id]) {
      return -1;
    }
    int register = place[victim.id];
    place[victim.id] = REGISTERS;
    spills++;
    active.remove(victim);
    return register;
  }
}
