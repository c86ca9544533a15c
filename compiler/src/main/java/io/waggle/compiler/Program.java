package io.waggle.compiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A program under construction: the function that the kernel enters and those it calls. Compiling
 * consumes it, since passes rewrite it in place.
 */
public final class Program {
  final String name;
  final Source source;
  final Target target;
  final List<Function> functions = new ArrayList<>();

  /** A program without functions; {@link #main} must be called first. */
  public Program(String name, Source source, Target target) {
    this.target = Objects.requireNonNull(target);
    this.name = Objects.requireNonNull(name);
    this.source = Objects.requireNonNull(source);
  }

  /** The name. */
  public String name() {
    return name;
  }

  /** The functions, main first. */
  public List<Function> functions() {
    return List.copyOf(functions);
  }

  /** Starts the function the kernel enters; its parameter 0 is the context pointer. */
  public FunctionBuilder main() {
    if (!functions.isEmpty()) {
      throw new IllegalStateException("program " + name + " has a main function");
    }
    return function(name, Type.POINTER);
  }

  /**
   * Starts a function with its own frame, to be given to a helper by {@link
   * FunctionBuilder#function}. It returns a number.
   *
   * @param parameters up to five
   */
  public FunctionBuilder function(String functionName, Type... parameters) {
    if (parameters.length > 5) {
      throw new IllegalArgumentException(functionName + ": more than 5 parameters");
    }
    Function function = new Function(this, functionName, parameters);
    functions.add(function);
    return new FunctionBuilder(function, target);
  }

  /** The program as text, see {@link Printer}. */
  @Override
  public String toString() {
    return Printer.print(this);
  }
}
