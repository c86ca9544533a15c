package io.waggle.kernel;

import io.waggle.bpf.GlobalVariable;
import io.waggle.linux.Mapping;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * A variable of a loaded object. Where the kernel shares the memory of its section (Linux 5.5, not
 * of constants), reading and writing is plain memory access; else it costs a call, and writing is
 * not atomic towards programs that write other variables of the section.
 */
public final class LoadedVariable {
  private final GlobalVariable variable;
  private final LoadedMap map;

  /** The section's memory; the object's to close. */
  private final Optional<Mapping> shared;

  LoadedVariable(GlobalVariable variable, LoadedMap map, Optional<Mapping> shared) {
    this.variable = variable;
    this.map = map;
    this.shared = shared;
  }

  /** What it is. */
  public GlobalVariable declaration() {
    return variable;
  }

  /** Whether reading and writing is plain memory access. */
  public boolean isShared() {
    return shared.isPresent();
  }

  /**
   * The variable's own bytes, which programs change and see changed. Not to be touched once the
   * object is closed.
   *
   * @throws IllegalStateException if the memory is not shared
   */
  public MemorySegment memory() {
    Mapping mapping =
        shared.orElseThrow(
            () ->
                new IllegalStateException(
                    "the memory of '" + variable.name() + "' is not shared; use get and set"));
    return mapping.segment().asSlice(variable.offset(), variable.size());
  }

  /** A copy of its bytes. */
  public byte[] get() {
    if (shared.isPresent()) {
      return memory().toArray(ValueLayout.JAVA_BYTE);
    }
    try (Arena arena = Arena.ofConfined()) {
      return section(arena)
          .asSlice(variable.offset(), variable.size())
          .toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /**
   * Its value as a number.
   *
   * @throws IllegalStateException if it has not 1, 2, 4 or 8 bytes
   */
  public long getLong() {
    MemorySegment bytes = MemorySegment.ofArray(get());
    return switch (variable.size()) {
      case 1 -> bytes.get(ValueLayout.JAVA_BYTE, 0);
      case 2 -> bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0);
      case 4 -> bytes.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
      case 8 -> bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
      default ->
          throw new IllegalStateException(
              "variable '" + variable.name() + "' has " + variable.size() + " bytes, no number");
    };
  }

  /**
   * Overwrites its bytes.
   *
   * @throws IllegalArgumentException if there are not as many
   * @throws IllegalStateException if it is a constant, which cannot change once loaded
   */
  public void set(byte[] value) {
    if (value.length != variable.size()) {
      throw new IllegalArgumentException(
          "variable '%s' has %d bytes, not %d"
              .formatted(variable.name(), variable.size(), value.length));
    }
    if (variable.isConstant()) {
      throw new IllegalStateException(
          "variable '" + variable.name() + "' is constant; set it before the object is loaded");
    }
    if (shared.isPresent()) {
      memory().copyFrom(MemorySegment.ofArray(value));
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment section = section(arena);
      MemorySegment.copy(value, 0, section, ValueLayout.JAVA_BYTE, variable.offset(), value.length);
      map.update(arena.allocate(ValueLayout.JAVA_INT), section);
    }
  }

  private MemorySegment section(Arena arena) {
    MemorySegment section = arena.allocate(map.valueBytes(), 8);
    map.lookup(arena.allocate(ValueLayout.JAVA_INT), section);
    return section;
  }
}
