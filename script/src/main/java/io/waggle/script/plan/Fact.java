package io.waggle.script.plan;

/**
 * Something that a program must know of the machine it runs on. A script that is traced at once has
 * it as a number in its code; a package asks for it when it is run and finds it in the map {@link
 * Plan#FACTS}, 8 bytes each.
 */
public sealed interface Fact {

  /** Bytes from the start of a structure of the kernel ({@code struct x}) to a member. */
  record Offset(String structure, String member) implements Fact {}

  /** The address of a symbol of the kernel. */
  record KernelSymbol(String name) implements Fact {}

  /** When the tracing began, nanoseconds of CLOCK_BOOTTIME. */
  record Start() implements Fact {}

  /** How many CPUs are online. */
  record Cpus() implements Fact {}
}
