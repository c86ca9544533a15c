package io.waggle.kernel;

import io.waggle.bpf.FunctionStart;
import io.waggle.linux.Bpf;
import io.waggle.linux.Fd;
import io.waggle.linux.ProgramLoad;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Types of a program's functions, as little as the kernel asks for: every parameter and result is a
 * {@code long}, every function static, which callbacks must be. The format is BTF
 * (Documentation/bpf/btf.rst).
 */
final class FunctionTypes implements AutoCloseable {
  private static final int MAGIC = 0xeb9f;
  private static final int HEADER = 24;
  private static final int INT = 1;
  private static final int FUNC = 12;
  private static final int FUNC_PROTO = 13;
  private static final int LONG = 1;
  private static final int SIGNED_64_BITS = 1 << 24 | 64;
  private static final int RECORD = 8;

  private final Optional<Fd> btf;
  private final MemorySegment records;

  private FunctionTypes(Optional<Fd> btf, MemorySegment records) {
    this.btf = btf;
    this.records = records;
  }

  /** Loads the types; nothing for a program of one function. */
  static FunctionTypes of(List<FunctionStart> functions, Arena arena) {
    if (functions.isEmpty()) {
      return new FunctionTypes(Optional.empty(), MemorySegment.NULL);
    }
    MemorySegment records = arena.allocate((long) RECORD * functions.size(), 8);
    for (int i = 0; i < functions.size(); i++) {
      records.set(ValueLayout.JAVA_INT, (long) RECORD * i, functions.get(i).slot());
      // After the type long, each function takes two: its prototype and itself.
      records.set(ValueLayout.JAVA_INT, (long) RECORD * i + 4L, LONG + 2 * (i + 1));
    }
    byte[] blob = blob(functions);
    MemorySegment memory = arena.allocate(blob.length, 8);
    MemorySegment.copy(blob, 0, memory, ValueLayout.JAVA_BYTE, 0, blob.length);
    return new FunctionTypes(Optional.of(Bpf.loadBtf(memory)), records);
  }

  static byte[] blob(List<FunctionStart> functions) {
    Strings strings = new Strings();
    int words = 4;
    for (FunctionStart function : functions) {
      words += 6 + 2 * function.parameters();
    }
    ByteBuffer types = ByteBuffer.allocate(4 * words).order(ByteOrder.nativeOrder());
    types.putInt(strings.add("long")).putInt(INT << 24).putInt(8).putInt(SIGNED_64_BITS);
    int parameter = strings.add("a");
    int id = LONG;
    for (FunctionStart function : functions) {
      types.putInt(0).putInt(FUNC_PROTO << 24 | function.parameters()).putInt(LONG);
      for (int i = 0; i < function.parameters(); i++) {
        types.putInt(parameter).putInt(LONG);
      }
      types.putInt(strings.add(function.name())).putInt(FUNC << 24).putInt(id + 1);
      id += 2;
    }
    byte[] names = strings.bytes();
    ByteBuffer blob =
        ByteBuffer.allocate(HEADER + 4 * words + names.length).order(ByteOrder.nativeOrder());
    blob.putShort((short) MAGIC).put((byte) 1).put((byte) 0).putInt(HEADER);
    blob.putInt(0).putInt(4 * words).putInt(4 * words).putInt(names.length);
    blob.put(types.array()).put(names);
    return blob.array();
  }

  void addTo(ProgramLoad load) {
    btf.ifPresent(fd -> load.btf(fd, records, RECORD, MemorySegment.NULL, 0));
  }

  @Override
  public void close() {
    btf.ifPresent(Fd::close);
  }

  /** Names, each ended by a NUL; the first is empty. */
  private static final class Strings {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Strings() {
      out.write(0);
    }

    private int add(String name) {
      int at = out.size();
      out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
      out.write(0);
      return at;
    }

    private byte[] bytes() {
      return out.toByteArray();
    }
  }
}
