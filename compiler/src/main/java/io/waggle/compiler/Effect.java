package io.waggle.compiler;

/** What a helper call may do beside giving its result. */
public enum Effect {
  /**
   * Same arguments, same result throughout one run of the program, and nothing else happens: {@code
   * get_current_pid_tgid}, {@code get_smp_processor_id}. Not the clocks, not random numbers.
   */
  PURE,
  /** May read memory its pointer arguments lead to; a call whose result is unused is kept. */
  READS,
  /** May read and write memory its pointer arguments lead to, or maps, or the world. */
  WRITES
}
