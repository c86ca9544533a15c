package io.waggle.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/** The terminal that a process writes to. */
public final class Terminal {
  private static final int STANDARD_OUTPUT = 1;
  private static final int TIOCGWINSZ = 0x5413;

  private Terminal() {}

  /** Characters on a line of standard output; empty if that is no terminal, or tells none. */
  public static OptionalInt columns() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(8, 2); // struct winsize: rows, columns, pixels
      long result = Native.call(Syscall.IOCTL, STANDARD_OUTPUT, TIOCGWINSZ, size.address());
      int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 2));
      return result < 0 || columns == 0 ? OptionalInt.empty() : OptionalInt.of(columns);
    }
  }
}
