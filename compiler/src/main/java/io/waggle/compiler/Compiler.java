package io.waggle.compiler;

import io.waggle.bpf.FunctionStart;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.SourceLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** From a {@link Program} to instructions. */
public final class Compiler {
  /** MAX_BPF_STACK, include/linux/filter.h. */
  private static final int MAX_STACK = 512;

  private Compiler() {}

  /**
   * Instructions and where they come from.
   *
   * @param functions where the functions start; empty for a program of one
   */
  public record Compiled(
      List<Instruction> code, List<SourceLine> lines, List<FunctionStart> functions) {
    public Compiled {
      code = List.copyOf(code);
      lines = List.copyOf(lines);
      functions = List.copyOf(functions);
    }
  }

  /**
   * Compiles the program, which is consumed.
   *
   * @throws FrameTooLarge if the stack does not suffice
   * @throws MissingFeature if the target lacks what the program needs
   */
  public static Compiled compile(Program program) {
    return compile(program, Pass.LAST);
  }

  /** As {@link #compile(Program)}, with the passes up to {@code last} only. */
  public static Compiled compile(Program program, Pass last) {
    Code code = new Code(program.source);
    Map<Function, Integer> frames = new HashMap<>();
    List<FunctionStart> starts = new ArrayList<>();
    for (Function function : program.functions) {
      Pass.run(function, last);
      Legal.run(function, program.target);
    }
    // What folding cut off is left out: the kernel counts only functions that something refers to.
    Set<Function> used = new HashSet<>();
    use(program.functions.getFirst(), used);
    for (Function function : program.functions) {
      if (!used.contains(function)) {
        continue;
      }
      starts.add(new FunctionStart(code.slot(), function.name, function.parameters.length));
      Leaves.place(function);
      Emitter emitter = new Emitter(function, program.target, code);
      emitter.emit();
      frames.put(function, emitter.frame().used());
    }
    checkStack(program.functions.getFirst(), frames);
    return new Compiled(code.finish(), code.lines(), starts.size() > 1 ? starts : List.of());
  }

  /** Runs the passes up to {@code last}, to look at what they did: {@link Program#toString}. */
  public static void optimise(Program program, Pass last) {
    for (Function function : program.functions) {
      Pass.run(function, last);
    }
  }

  /** The kernel counts each frame in steps of 32 (kernel/bpf/verifier.c, check_max_stack_depth). */
  private static void checkStack(Function main, Map<Function, Integer> frames) {
    int deepest = depth(main, frames);
    if (deepest > MAX_STACK) {
      throw new FrameTooLarge(main.name, deepest, FrameLayout.largest(main));
    }
  }

  private static void use(Function function, Set<Function> used) {
    if (used.add(function)) {
      for (Function callee : callees(function)) {
        use(callee, used);
      }
    }
  }

  private static int depth(Function function, Map<Function, Integer> frames) {
    int below = 0;
    for (Function callee : callees(function)) {
      below = Math.max(below, depth(callee, frames));
    }
    return (Math.max(1, frames.get(function)) + 31 & -32) + below;
  }

  private static List<Function> callees(Function function) {
    List<Function> callees = new ArrayList<>();
    for (Block block : function.blocks) {
      for (int i = 0; i < block.size; i++) {
        for (Value arg : block.values[i].args) {
          if (arg.op == Op.FUNCTION) {
            callees.add((Function) arg.symbol);
          }
        }
      }
    }
    return callees;
  }
}
