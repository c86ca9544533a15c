package io.waggle.bpf;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What code asks of a kernel; the kernel version of each is in the tables beside this.
 *
 * @param helpers numbers of the helpers called, ascending
 * @param maps names of the maps used, in order of first use
 * @param functions of the kernel that are called by name, in order of first call
 * @param symbols of the kernel whose address is taken, in order of first use
 */
public record Requirements(
    List<Integer> helpers,
    Set<MachineFeature> features,
    List<String> maps,
    List<CallTarget.KernelSymbol> functions,
    List<WideSource.KernelSymbol> symbols) {
  /** As many instructions as all kernels take. */
  private static final int SMALL_PROGRAM = 4096;

  public Requirements {
    helpers = List.copyOf(helpers);
    features = Set.copyOf(features);
    maps = List.copyOf(maps);
    functions = List.copyOf(functions);
    symbols = List.copyOf(symbols);
  }

  /** 4 if an instruction of v4 occurs, else 3, which this compiler always writes. */
  public int instructionSet() {
    return features.contains(MachineFeature.V4_INSTRUCTIONS) ? 4 : 3;
  }

  /** Of the code of one program. */
  public static Requirements of(List<Instruction> code) {
    Collector collector = new Collector();
    int slots = 0;
    for (Instruction instruction : code) {
      collector.add(instruction);
      slots += instruction.slots();
    }
    if (slots > SMALL_PROGRAM) {
      collector.features.add(MachineFeature.LARGE_PROGRAMS);
    }
    if (new Cycles(code).exist()) {
      collector.features.add(MachineFeature.BOUNDED_LOOPS);
    }
    return collector.requirements();
  }

  private static final class Collector {
    private final SortedSet<Integer> helpers = new TreeSet<>();
    private final Set<MachineFeature> features = EnumSet.noneOf(MachineFeature.class);
    private final Set<String> maps = new LinkedHashSet<>();
    private final Set<CallTarget.KernelSymbol> functions = new LinkedHashSet<>();
    private final Set<WideSource.KernelSymbol> symbols = new LinkedHashSet<>();

    Requirements requirements() {
      return new Requirements(
          new ArrayList<>(helpers),
          features,
          new ArrayList<>(maps),
          new ArrayList<>(functions),
          new ArrayList<>(symbols));
    }

    void add(Instruction instruction) {
      switch (instruction) {
        case Instruction.Alu alu -> {
          boolean division = alu.op() == AluOp.SDIV || alu.op() == AluOp.SMOD;
          if (division || alu.signExtend() != 0) {
            features.add(MachineFeature.V4_INSTRUCTIONS);
          }
        }
        case Instruction.Load load when load.signed() ->
            features.add(MachineFeature.V4_INSTRUCTIONS);
        case Instruction.ByteSwap swap when swap.order() == Instruction.Order.SWAP ->
            features.add(MachineFeature.V4_INSTRUCTIONS);
        case Instruction.Goto(int offset) when offset != (short) offset ->
            features.add(MachineFeature.V4_INSTRUCTIONS);
        case Instruction.Jump jump when !jump.wide() -> features.add(MachineFeature.JUMPS_32);
        case Instruction.MayGoto _ -> features.add(MachineFeature.MAY_GOTO);
        case Instruction.Atomic atomic -> atomic(atomic);
        case Instruction.Call(CallTarget target) -> call(target);
        case Instruction.LoadWide(Register _, WideSource source) -> wide(source);
        default -> {}
      }
    }

    private void atomic(Instruction.Atomic atomic) {
      switch (atomic.op()) {
        case LOAD_ACQUIRE, STORE_RELEASE -> features.add(MachineFeature.ORDERED_ACCESS);
        case ADD -> {
          if (atomic.fetch()) {
            features.add(MachineFeature.FETCHING_ATOMICS);
          }
        }
        default -> features.add(MachineFeature.FETCHING_ATOMICS);
      }
    }

    private void call(CallTarget target) {
      switch (target) {
        case CallTarget.Helper(int id) -> helpers.add(id);
        case CallTarget.Local _ -> features.add(MachineFeature.LOCAL_CALLS);
        case CallTarget.KernelSymbol symbol -> functions.add(symbol);
        default -> {}
      }
    }

    private void wide(WideSource source) {
      switch (source) {
        case WideSource.Map(String name) -> maps.add(name);
        case WideSource.MapValue(String name, int _) -> {
          maps.add(name);
          features.add(MachineFeature.MAP_VALUE_ADDRESS);
        }
        case WideSource.Function _ -> features.add(MachineFeature.CALLBACKS);
        case WideSource.KernelSymbol symbol -> symbols.add(symbol);
        default -> {}
      }
    }
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
