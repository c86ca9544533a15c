package io.waggle.cli;

import io.waggle.bpf.BpfObject;
import io.waggle.kernel.Codec;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.LoadedMap;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.Uprobes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * The user's side of {@code memleak.bpf.c}, as a program that uses the Java API would have it:
 * open, set constants, load, attach, read maps.
 */
final class Memleak implements AutoCloseable {
  private static final String LIBRARY = "libc.so.6";
  private static final long USER_STACK = 1 << 8; // BPF_F_USER_STACK
  private static final long SIZE_BITS = 40;

  private final Kernel kernel = Kernel.host();
  private final SymbolFrames names = new SymbolFrames();
  private final LoadedObject loaded;
  private final int pid;

  /** Memory that one stack holds. */
  private record Holder(long stack, long bytes, long allocations) {
    static Holder of(long stack, long bits) {
      return new Holder(stack, bits & (1L << SIZE_BITS) - 1, bits >>> SIZE_BITS);
    }
  }

  Memleak(Path object, int pid, long minSize) {
    this.pid = pid;
    loaded =
        kernel.load(BpfObject.read(object).set("stack_flags", USER_STACK).set("min_size", minSize));
    OptionalInt only = OptionalInt.of(pid);
    loaded.attach("malloc_enter", Uprobes.function(LIBRARY, "malloc", false, only));
    loaded.attach("malloc_exit", Uprobes.function(LIBRARY, "malloc", true, only));
    loaded.attach("free_enter", Uprobes.function(LIBRARY, "free", false, only));
  }

  /** The stacks that hold most, with the most first. */
  String report(int most) {
    List<Holder> holders = new ArrayList<>();
    loaded
        .map("combined_allocs")
        .as(Codec.LONG, Codec.LONG)
        .forEach((stack, bits) -> holders.add(Holder.of(stack, bits)));
    holders.removeIf(holder -> holder.allocations() == 0);
    holders.sort(Comparator.comparingLong(Holder::bytes).reversed());
    StringBuilder text = new StringBuilder();
    text.append('[').append(LocalTime.now().format(DateTimeFormatter.ofPattern("HH:mm:ss")));
    text.append("] Top ").append(most).append(" stacks with outstanding allocations:\n");
    for (Holder holder : holders.subList(0, Math.min(most, holders.size()))) {
      text.append(holder.bytes()).append(" bytes in ").append(holder.allocations());
      text.append(" allocations from stack\n");
      frames(text, holder.stack());
    }
    return text.toString();
  }

  private void frames(StringBuilder text, long stack) {
    LoadedMap traces = loaded.map("stack_traces");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocateFrom(ValueLayout.JAVA_INT, (int) stack);
      MemorySegment frames = arena.allocate(traces.valueBytes(), 8);
      boolean found = traces.lookup(key, frames);
      for (int i = 0; found && i < frames.byteSize() / Long.BYTES; i++) {
        long address = frames.getAtIndex(ValueLayout.JAVA_LONG, i);
        if (address == 0) {
          return;
        }
        text.append("\t%d [<%016x>] ".formatted(i, address));
        text.append(names.user(pid, address).orElse("<null sym>")).append('\n');
      }
    }
  }

  @Override
  public void close() {
    loaded.close();
    names.close();
    kernel.close();
  }
}
