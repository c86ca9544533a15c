package io.waggle.script.plan;

/** Something that went wrong inside the kernel and is counted there. */
public sealed interface Counter {

  /** Events that found the ring buffer full. */
  record LostEvents() implements Counter {}

  /** Updates that map {@code map} (as the script names it, with @) refused because it was full. */
  record MapFull(String map) implements Counter {}

  /** Something in the script that could not be done as written. */
  record Warning(SourcePlace where, String message) implements Counter {}

  /**
   * A helper of the kernel that failed.
   *
   * @param helper its name without {@code bpf_}
   * @param code the error, negative
   */
  record HelperError(SourcePlace where, String helper, int code) implements Counter {}
}
