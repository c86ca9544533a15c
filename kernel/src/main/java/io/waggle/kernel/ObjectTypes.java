package io.waggle.kernel;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.FunctionStart;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.SourceLine;
import io.waggle.formats.btf.Btf;
import io.waggle.linux.Bpf;
import io.waggle.linux.Fd;
import io.waggle.linux.ProgramLoad;
import io.waggle.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An object's types in the kernel, while its maps and programs are made. */
final class ObjectTypes implements AutoCloseable {
  private static final int FUNCTION_RECORD = 8; // struct bpf_func_info
  private static final int LINE_RECORD = 16; // struct bpf_line_info
  private static final int LARGEST_LINE = 1 << 22;
  private static final int LARGEST_COLUMN = 1 << 10;

  private final Optional<Fd> fd;
  private final Map<String, Integer> strings;

  private ObjectTypes(Optional<Fd> fd, Map<String, Integer> strings) {
    this.fd = fd;
    this.strings = strings;
  }

  /**
   * Loads an object's types. A kernel that does not take them (one older than a kind of type in
   * them) loads maps and programs without; what cannot do without fails by itself.
   */
  static ObjectTypes load(BpfObject object) {
    if (object.types().isEmpty()) {
      return new ObjectTypes(Optional.empty(), Map.of());
    }
    byte[] content = object.types().get().content();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(content.length, 8);
      MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, 0, content.length);
      return new ObjectTypes(Optional.of(Bpf.loadBtf(memory)), strings(object.types().get()));
    } catch (SystemCallException refused) {
      return new ObjectTypes(Optional.empty(), Map.of());
    }
  }

  /** Where each piece of text starts in the object's strings, which line records refer to. */
  private static Map<String, Integer> strings(Btf types) {
    Map<String, Integer> places = new HashMap<>();
    ByteBuffer bytes = types.strings();
    byte[] all = new byte[bytes.remaining()];
    bytes.get(all);
    int start = 0;
    for (int at = 0; at < all.length; at++) {
      if (all[at] == 0) {
        places.putIfAbsent(new String(all, start, at - start, StandardCharsets.UTF_8), start);
        start = at + 1;
      }
    }
    return places;
  }

  /** The number of the descriptor; 0 if the kernel has not taken the types. */
  int number() {
    return fd.map(Fd::number).orElse(0);
  }

  /** Tells of a program's functions and lines. Memory is the arena's. */
  void addTo(ProgramLoad load, ProgramSpec spec, Arena arena) {
    List<FunctionStart> functions = spec.functions();
    if (fd.isEmpty() || functions.isEmpty()) {
      return;
    }
    MemorySegment records = arena.allocate((long) FUNCTION_RECORD * functions.size(), 4);
    for (int i = 0; i < functions.size(); i++) {
      records.set(ValueLayout.JAVA_INT, (long) FUNCTION_RECORD * i, functions.get(i).slot());
      records.set(ValueLayout.JAVA_INT, (long) FUNCTION_RECORD * i + 4, functions.get(i).type());
    }
    MemorySegment lines = lines(spec, arena);
    load.btf(fd.get(), records, FUNCTION_RECORD, lines, lines.byteSize() == 0 ? 0 : LINE_RECORD);
  }

  private MemorySegment lines(ProgramSpec spec, Arena arena) {
    List<SourceLine> lines = spec.lines();
    MemorySegment records = arena.allocate((long) LINE_RECORD * lines.size(), 4);
    for (int i = 0; i < lines.size(); i++) {
      SourceLine line = lines.get(i);
      Integer file = strings.get(line.file());
      Integer text = strings.get(line.text());
      if (file == null || text == null) {
        return MemorySegment.NULL;
      }
      long at = (long) LINE_RECORD * i;
      records.set(ValueLayout.JAVA_INT, at, line.slot());
      records.set(ValueLayout.JAVA_INT, at + 4, file);
      records.set(ValueLayout.JAVA_INT, at + 8, text);
      records.set(
          ValueLayout.JAVA_INT,
          at + 12,
          Math.min(line.line(), LARGEST_LINE - 1) << 10
              | Math.min(line.column(), LARGEST_COLUMN - 1));
    }
    return records;
  }

  @Override
  public void close() {
    fd.ifPresent(Fd::close);
  }
}
