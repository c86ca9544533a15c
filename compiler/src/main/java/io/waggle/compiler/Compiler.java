package io.waggle.compiler;

import io.waggle.bpf.FunctionStart;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.Requirements;
import io.waggle.bpf.SourceLine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** From a {@link Program} to instructions. */
public final class Compiler {
  private Compiler() {}

  /**
   * Instructions and where they come from.
   *
   * @param functions where the functions start; empty for a program of one
   */
  public record Compiled(
      List<Instruction> code,
      List<SourceLine> lines,
      List<FunctionStart> functions,
      Statistics statistics) {
    public Compiled {
      code = List.copyOf(code);
      lines = List.copyOf(lines);
      functions = List.copyOf(functions);
    }

    /** What the code asks of a kernel. */
    public Requirements requirements() {
      return Requirements.of(code);
    }
  }

  /**
   * How the code came out.
   *
   * @param slots its length in 8-byte slots
   * @param stackBytes what the deepest chain of functions takes of the kernel's 512 bytes
   * @param spills values that found no register and lie on the stack
   */
  public record Statistics(int slots, int stackBytes, int spills) {}

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
    StackDepth depth = new StackDepth(program);
    int spills = 0;
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
      depth.add(function, emitter.frame());
      spills += emitter.spills();
    }
    Statistics statistics = new Statistics(code.slot(), depth.check(), spills);
    return new Compiled(
        code.finish(), code.lines(), starts.size() > 1 ? starts : List.of(), statistics);
  }

  /** Runs the passes up to {@code last}, to look at what they did: {@link Program#toString}. */
  public static void optimise(Program program, Pass last) {
    for (Function function : program.functions) {
      Pass.run(function, last);
    }
  }

  private static void use(Function function, Set<Function> used) {
    if (used.add(function)) {
      for (Function callee : function.callees()) {
        use(callee, used);
      }
    }
  }
}
