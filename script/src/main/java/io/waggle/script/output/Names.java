package io.waggle.script.output;

import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.TimeFormat;
import io.waggle.script.types.Type;
import io.waggle.symbols.KernelSymbols;
import io.waggle.symbols.Location;
import io.waggle.symbols.ProcessSymbols;
import io.waggle.symbols.SymbolFiles;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What numbers of the kernel are called: moments, functions, users, cgroups. Each source is read
 * when a value first needs it, and what is known of a process stays known after its end. For one
 * thread; closing gives back the files that symbols come from.
 */
public final class Names implements AutoCloseable {
  private static final byte[] UNRESOLVED = ByteText.ascii("(?)");
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final List<TimeFormat> formats;
  private final Clocks clocks;
  private Optional<KernelSymbols> kernel = Optional.empty();
  private Optional<SymbolFiles> files = Optional.empty();
  private final Map<Integer, ProcessSymbols> processes = new HashMap<>();
  private final Users users = new Users();
  private final CgroupPaths cgroups = new CgroupPaths();

  /** Those of a script that has these formats of moments. */
  public Names(List<TimeFormat> formats, Clocks clocks) {
    this.formats = List.copyOf(formats);
    this.clocks = clocks;
  }

  /** For scripts without moments. */
  public static Names none() {
    return new Names(List.of(), new Clocks(0));
  }

  private SymbolFiles files() {
    if (files.isEmpty()) {
      files = Optional.of(new SymbolFiles());
    }
    return files.get();
  }

  /** Learns what a process maps now, so that its addresses can be named after its end. */
  public void follow(int pid) {
    ProcessSymbols known = processes.get(pid);
    if (known == null) {
      processes.put(pid, new ProcessSymbols(pid, files()));
    } else {
      known.refresh();
    }
  }

  /** The moment, in nanoseconds since 1970, of nanoseconds since the machine's start. */
  long moment(long boot) {
    return clocks.wall(boot, Clocks.BOOT);
  }

  /** Appends the value of {@code type} at {@code at}. */
  void write(ByteText out, Type.Named type, MemorySegment memory, long at) {
    switch (type) {
      case Type.Timestamp _ -> moment(out, memory, at);
      case Type.Symbol(boolean user) -> {
        long address = memory.get(LONG, at);
        Location place = user ? user(memory.get(INT, at + 8), address) : kernel(address);
        if (place.hasSymbol()) {
          out.put(place.symbol());
        } else {
          out.put('0').put('x').hex(address, false);
        }
      }
      case Type.Stack stack -> stack(out, stack, memory, at);
      case Type.Inet _ -> InternetAddress.write(out, memory, at);
      case Type.Mac _ -> {
        for (int i = 0; i < 6; i++) {
          int value = memory.get(ValueLayout.JAVA_BYTE, at + i) & 0xff;
          out.put(i == 0 ? "" : ":").put(digit(value >> 4)).put(digit(value & 15));
        }
      }
      case Type.CgroupPath(String filter) -> out.put(cgroups.of(memory.get(LONG, at), filter));
      case Type.UserName _ -> out.put(users.name(memory.get(LONG, at)));
    }
  }

  private static int digit(int value) {
    return "0123456789ABCDEF".charAt(value);
  }

  private void moment(ByteText out, MemorySegment memory, long at) {
    int format = memory.get(INT, at + 8);
    if (format < 0 || format >= formats.size()) {
      out.put(UNRESOLVED);
      return;
    }
    formats.get(format).write(out, clocks.wall(memory.get(LONG, at), memory.get(INT, at + 12)));
  }

  private Location kernel(long address) {
    if (kernel.isEmpty()) {
      kernel = Optional.of(new KernelSymbols());
    }
    try {
      return kernel.get().find(address);
    } catch (UncheckedIOException hidden) {
      return Location.unknown(address);
    }
  }

  private Location user(int pid, long address) {
    ProcessSymbols symbols = processes.get(pid);
    if (symbols == null) {
      symbols = new ProcessSymbols(pid, files());
      processes.put(pid, symbols);
    }
    return symbols.find(address);
  }

  /** A line of its own for each frame, the first line being empty. */
  private void stack(ByteText out, Type.Stack type, MemorySegment memory, long at) {
    int depth = Math.clamp(memory.get(INT, at) & 0xffff_ffffL, 0, type.limit());
    int pid = memory.get(INT, at + 4);
    out.put('\n');
    for (int i = 0; i < depth; i++) {
      long frame = at + Type.Stack.HEADER + (long) i * type.frame();
      switch (type.mode()) {
        case RAW -> out.hex(memory.get(LONG, frame), false);
        case BUILD_ID -> buildId(out, memory, frame);
        case BPFTRACE -> {
          long address = memory.get(LONG, frame);
          out.put("        ");
          function(out, type.user() ? user(pid, address) : kernel(address), address);
        }
        case PERF -> {
          long address = memory.get(LONG, frame);
          Location place = type.user() ? user(pid, address) : kernel(address);
          out.put('\t').hex(address, false).put(' ');
          function(out, place, address);
          String module = place.module().isEmpty() ? "[unknown]" : place.module();
          if (type.user() || !place.module().isEmpty()) {
            out.put(" (").put(module).put(')');
          }
        }
      }
      out.put('\n');
    }
  }

  private static void function(ByteText out, Location place, long address) {
    if (place.hasSymbol()) {
      out.put(place.symbol()).put('+').decimal(place.offset());
    } else {
      out.put('0').put('x').hex(address, false);
    }
  }

  /** {@code struct bpf_stack_build_id}: status, 20 bytes of build id, offset (uapi/linux/bpf.h). */
  private static void buildId(ByteText out, MemorySegment memory, long frame) {
    boolean valid = memory.get(INT, frame) == 1;
    long offset = memory.get(LONG, frame + 24);
    if (!valid) {
      out.hex(offset, false);
      return;
    }
    for (int i = 0; i < 20; i++) {
      out.hexByte(memory.get(ValueLayout.JAVA_BYTE, frame + 4 + i));
    }
    out.put(" 0x").hex(offset, false);
  }

  @Override
  public void close() {
    files.ifPresent(SymbolFiles::close);
  }
}
