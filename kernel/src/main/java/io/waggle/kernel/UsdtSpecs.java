package io.waggle.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.waggle.formats.usdt.ProbeArgument;
import io.waggle.linux.Architecture;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * The array by which an object's programs are told where the arguments of static probes are ({@code
 * usdt.bpf.h}): each kind of place has an element, whose number is the cookie of the probes there.
 */
final class UsdtSpecs {
  static final String MAP = "__bpf_usdt_specs";

  private static final int MOST_ARGUMENTS = 12;

  // enum __bpf_usdt_arg_type
  private static final int CONSTANT = 0;
  private static final int REGISTER = 1;
  private static final int MEMORY = 2;
  private static final int INDEXED = 3;

  /**
   * How an argument lies in the array, bytes; the header has had two forms. The element is twelve
   * of them, then the user's cookie, then how many there are.
   *
   * @param index of the 12 bits of the index register's offset with 4 of its scale; -1 for none
   */
  private record Form(int size, int index, int register, int signed, int shift) {
    /** libbpf before 1.7. */
    static final Form OLD = new Form(16, -1, 12, 14, 15);

    static final Form NEW = new Form(24, 10, 14, 16, 17);

    int cookie() {
      return MOST_ARGUMENTS * size;
    }

    int count() {
      return cookie() + 8;
    }

    int element() {
      return cookie() + 16;
    }
  }

  private final Map<String, LoadedMap> maps;
  private final BitSet used = new BitSet();

  UsdtSpecs(Map<String, LoadedMap> maps) {
    this.maps = maps;
  }

  /**
   * Writes an element.
   *
   * @return its number, to be given back by {@link #free}
   * @throws AttachException when the object has no such array, or it is full
   */
  synchronized int add(List<ProbeArgument> arguments, long cookie) {
    LoadedMap map = maps.get(MAP);
    if (map == null) {
      throw new AttachException(
          "the object has no map " + MAP + ": static probes need <bpf/usdt.bpf.h>");
    }
    int number = used.nextClearBit(0);
    if (number >= map.spec().maxEntries()) {
      throw new AttachException(
          "map "
              + MAP
              + " is full with "
              + number
              + " kinds of places; define BPF_USDT_MAX_SPEC_CNT larger");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocateFrom(JAVA_INT, number);
      map.update(key, element(map, arguments, cookie, arena));
    }
    used.set(number);
    return number;
  }

  synchronized void free(int number) {
    used.clear(number);
  }

  private static MemorySegment element(
      LoadedMap map, List<ProbeArgument> arguments, long cookie, Arena arena) {
    Form form = form(map.spec().valueSize());
    if (arguments.size() > MOST_ARGUMENTS) {
      throw new AttachException(
          "the probe has " + arguments.size() + " arguments, and 12 can be fetched");
    }
    MemorySegment element = arena.allocate(map.valueBytes(), 8);
    for (int i = 0; i < arguments.size(); i++) {
      write(element.asSlice((long) i * form.size, form.size), arguments.get(i), form);
    }
    element.set(JAVA_LONG, form.cookie(), cookie);
    element.set(JAVA_SHORT, form.count(), (short) arguments.size());
    return element;
  }

  private static Form form(int bytes) {
    for (Form form : List.of(Form.NEW, Form.OLD)) {
      if (form.element() == bytes) {
        return form;
      }
    }
    throw new AttachException(
        "map " + MAP + " has values of " + bytes + " bytes, which no known usdt.bpf.h declares");
  }

  private static void write(MemorySegment to, ProbeArgument argument, Form form) {
    switch (argument.place()) {
      case ProbeArgument.Place.Constant(long value) -> {
        to.set(JAVA_BYTE, 8, (byte) CONSTANT);
        to.set(JAVA_LONG, 0, value);
      }
      case ProbeArgument.Place.Register(String name) -> {
        to.set(JAVA_BYTE, 8, (byte) REGISTER);
        to.set(JAVA_SHORT, form.register, register(name));
      }
      case ProbeArgument.Place.Memory memory -> {
        boolean isIndexed = memory.index().isPresent();
        to.set(JAVA_BYTE, 8, (byte) (isIndexed ? INDEXED : MEMORY));
        to.set(JAVA_LONG, 0, memory.offset());
        to.set(JAVA_SHORT, form.register, register(memory.base()));
        if (isIndexed) {
          index(to, memory, form);
        }
      }
    }
    to.set(JAVA_BYTE, form.signed, (byte) (argument.isSigned() ? 1 : 0));
    to.set(JAVA_BYTE, form.shift, (byte) (64 - 8 * argument.size()));
  }

  private static void index(MemorySegment to, ProbeArgument.Place.Memory memory, Form form) {
    if (form.index < 0) {
      throw new AttachException(
          "the probe has an argument with an index register, which the usdt.bpf.h that the object"
              + " was compiled with cannot fetch; compile it with a newer one");
    }
    int scale = Integer.numberOfTrailingZeros(memory.scale());
    int register = register(memory.index().orElseThrow());
    to.set(JAVA_SHORT, form.index, (short) (register | scale << 12));
  }

  private static short register(String name) {
    return (short)
        UsdtRegisters.offset(Architecture.current(), name)
            .orElseThrow(
                () -> new AttachException("the probe's register '" + name + "' cannot be read"));
  }
}
