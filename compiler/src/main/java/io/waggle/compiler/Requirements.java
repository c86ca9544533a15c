package io.waggle.compiler;

import io.waggle.bpf.AluOp;
import io.waggle.bpf.AtomicOp;
import io.waggle.bpf.CallTarget;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.Register;
import io.waggle.bpf.WideSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What code asks of a kernel; the kernel version of each is in the tables of {@code io.waggle.bpf}.
 *
 * @param helpers numbers of the helpers called, ascending
 * @param maps names of the maps used, in order of first use
 */
public record Requirements(List<Integer> helpers, Set<Feature> features, List<String> maps) {
  public Requirements {
    helpers = List.copyOf(helpers);
    features = Set.copyOf(features);
    maps = List.copyOf(maps);
  }

  /** 4 if an instruction of v4 occurs, else 3, which this compiler always writes. */
  public int instructionSet() {
    return features.contains(Feature.V4_INSTRUCTIONS) ? 4 : 3;
  }

  /** Of the code of one program. */
  public static Requirements of(List<Instruction> code) {
    SortedSet<Integer> helpers = new TreeSet<>();
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    Set<String> maps = new LinkedHashSet<>();
    for (Instruction instruction : code) {
      switch (instruction) {
        case Instruction.Alu alu -> {
          boolean division = alu.op() == AluOp.SDIV || alu.op() == AluOp.SMOD;
          if (division || alu.signExtend() != 0) {
            features.add(Feature.V4_INSTRUCTIONS);
          }
        }
        case Instruction.Load load when load.signed() -> features.add(Feature.V4_INSTRUCTIONS);
        case Instruction.ByteSwap swap when swap.order() == Instruction.Order.SWAP ->
            features.add(Feature.V4_INSTRUCTIONS);
        case Instruction.Atomic atomic when atomic.fetch() || atomic.op() != AtomicOp.ADD ->
            features.add(Feature.FETCHING_ATOMICS);
        case Instruction.Call(CallTarget.Helper(int id)) -> helpers.add(id);
        case Instruction.Call(CallTarget.Local _) -> features.add(Feature.LOCAL_CALLS);
        case Instruction.LoadWide(Register _, WideSource source) -> {
          switch (source) {
            case WideSource.Map(String name) -> maps.add(name);
            case WideSource.MapValue(String name, int _) -> {
              maps.add(name);
              features.add(Feature.MAP_VALUE_ADDRESS);
            }
            case WideSource.Function _ -> features.add(Feature.CALLBACKS);
            default -> {}
          }
        }
        default -> {}
      }
    }
    if (new Cycles(code).exist()) {
      features.add(Feature.BOUNDED_LOOPS);
    }
    return new Requirements(new ArrayList<>(helpers), features, new ArrayList<>(maps));
  }

  /** Looks for a way from an instruction back to itself, as the verifier does (check_cfg). */
  private static final class Cycles {
    private static final byte ON_THE_WAY = 1;
    private static final byte DONE = 2;

    private final Instruction[] slots;
    private final byte[] state;
    private final int[] way;

    Cycles(List<Instruction> code) {
      int count = 0;
      for (Instruction instruction : code) {
        count += instruction.slots();
      }
      slots = new Instruction[count];
      state = new byte[count];
      way = new int[count];
      int slot = 0;
      for (Instruction instruction : code) {
        slots[slot] = instruction;
        slot += instruction.slots();
      }
    }

    boolean exist() {
      for (int start = 0; start < slots.length; start++) {
        if (slots[start] != null && state[start] == 0 && walk(start)) {
          return true;
        }
      }
      return false;
    }

    private boolean walk(int start) {
      int depth = 0;
      way[0] = start;
      while (depth >= 0) {
        int slot = way[depth];
        state[slot] = ON_THE_WAY;
        int next = fresh(slot);
        if (next == slot) {
          return true;
        } else if (next < 0) {
          state[slot] = DONE;
          depth--;
        } else {
          way[++depth] = next;
        }
      }
      return false;
    }

    /** A successor not yet seen, -1 for none, or {@code slot} itself if one leads back. */
    private int fresh(int slot) {
      Instruction at = slots[slot];
      int through = slot + at.slots();
      int branch =
          switch (at) {
            case Instruction.Jump jump -> through + jump.offset();
            case Instruction.Goto(int offset) -> through + offset;
            case Instruction.Exit _ -> -1;
            default -> through;
          };
      int[] successors = {branch, at instanceof Instruction.Jump ? through : -1};
      int found = -1;
      for (int successor : successors) {
        if (successor >= 0 && state[successor] == ON_THE_WAY) {
          return slot;
        } else if (successor >= 0 && state[successor] == 0) {
          found = successor;
        }
      }
      return found;
    }
  }
}
