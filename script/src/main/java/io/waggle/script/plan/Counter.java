package io.waggle.script.plan;

/** Something that went wrong inside the kernel and is counted there. */
public sealed interface Counter {

  /** Events that found the ring buffer full. */
  record LostEvents() implements Counter {}

  /** Updates that map {@code map} (as the script names it, with @) refused because it was full. */
  record MapFull(String map) implements Counter {}
}
