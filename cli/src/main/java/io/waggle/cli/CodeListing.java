package io.waggle.cli;

import io.waggle.bpf.DecodeException;
import io.waggle.bpf.Decoder;
import io.waggle.bpf.Disassembler;
import io.waggle.bpf.Helpers;
import io.waggle.formats.btf.Btf;
import io.waggle.linux.BpfIds;
import io.waggle.linux.BpfInspection;
import io.waggle.linux.BpfMap;
import io.waggle.linux.BpfProgram;
import io.waggle.linux.BpfTypes;
import io.waggle.linux.Fd;
import io.waggle.linux.SystemCallException;
import io.waggle.symbols.KernelSymbols;
import io.waggle.symbols.Location;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A loaded program's instructions as the kernel runs them: after the verifier has resolved maps and
 * calls, which {@code bpf_insn_prepare_dump} makes readable again in part.
 */
final class CodeListing {
  private static final int WIDE_LOAD = 0x18;
  private static final int CALL = 0x85;
  private static final int FUNCTION_CALL = 1;
  private static final int KERNEL_CALL = 2;
  private static final int MAP = 1;
  private static final int MAP_VALUE = 2;
  private static final int TAIL_CALL = 12;

  private final BpfInspection.ProgramCode code;
  private final Optional<Btf> types;
  private final String name;
  private final Map<Integer, String> maps = new HashMap<>();
  private Optional<KernelSymbols> symbols = Optional.empty();

  CodeListing(Fd program) {
    this.code = BpfInspection.code(program);
    this.name = BpfProgram.describe(program).name();
    int id = BpfProgram.describe(program).btfId();
    this.types = id == 0 ? Optional.empty() : types(id);
  }

  private static Optional<Btf> types(int id) {
    try (Fd fd = BpfIds.BTFS.open(id)) {
      return Optional.of(Btf.of("BTF " + id, BpfTypes.content(fd)));
    }
  }

  /** All of it, a line an instruction, functions and source lines before theirs. */
  String text() {
    if (code.instructions().length == 0) {
      return "the kernel does not show the instructions (kernel.kptr_restrict, net.core."
          + "bpf_jit_harden)\n";
    }
    ByteBuffer bytes = ByteBuffer.wrap(code.instructions()).order(ByteOrder.nativeOrder());
    StringBuilder text = new StringBuilder();
    int function = 0;
    int line = 0;
    int slots = bytes.capacity() / 8;
    for (int slot = 0; slot < slots; slot++) {
      if (function < functions() && start(function) == slot) {
        heading(text, function++);
      } else if (slot == 0 && functions() == 0) {
        heading(text, 0);
      }
      while (line < lines() && field(code.lines(), code.lineBytes(), line, 0) <= slot) {
        source(text, line++);
      }
      int opcode = bytes.get(slot * 8) & 0xff;
      text.append("%4d: (%02x) ".formatted(slot, opcode));
      text.append(instruction(bytes, slot, opcode)).append('\n');
      if (opcode == WIDE_LOAD) {
        slot++;
      }
    }
    return text.toString();
  }

  private int functions() {
    return code.functionBytes() == 0
        ? 0
        : (int) (code.functions().byteSize() / code.functionBytes());
  }

  private int lines() {
    return code.lineBytes() == 0 ? 0 : (int) (code.lines().byteSize() / code.lineBytes());
  }

  private static int field(MemorySegment records, int size, int index, int field) {
    return records.get(ValueLayout.JAVA_INT, (long) index * size + 4L * field);
  }

  private int start(int function) {
    return field(code.functions(), code.functionBytes(), function, 0);
  }

  private String function(int index) {
    if (index >= 0 && index < functions() && types.isPresent()) {
      return types.get().name(field(code.functions(), code.functionBytes(), index, 1));
    }
    return index == 0 ? name : "function " + index;
  }

  private void heading(StringBuilder text, int function) {
    text.append(text.isEmpty() ? "" : "\n").append(function(function)).append(':');
    int[] lengths = code.lengths();
    if (function < lengths.length) {
      text.append("  (").append(lengths[function]).append(" bytes of machine code)");
    }
    text.append('\n');
  }

  private void source(StringBuilder text, int line) {
    if (types.isEmpty()) {
      return;
    }
    String source = string(field(code.lines(), code.lineBytes(), line, 2)).strip();
    if (!source.isEmpty()) {
      int number = field(code.lines(), code.lineBytes(), line, 3) >>> 10;
      text.append("; ").append(source).append("  [").append(number).append("]\n");
    }
  }

  private String string(int offset) {
    ByteBuffer strings = types.orElseThrow().strings();
    int end = offset;
    while (end < strings.limit() && strings.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[Math.max(end - offset, 0)];
    strings.get(Math.min(offset, strings.limit()), bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String instruction(ByteBuffer bytes, int slot, int opcode) {
    int at = slot * 8;
    int source = bytes.get(at + 1) >> 4 & 0xf;
    int immediate = bytes.getInt(at + 4);
    if (opcode == CALL) {
      return "call " + call(slot, source, bytes.getShort(at + 2), immediate);
    }
    boolean isWide = opcode == WIDE_LOAD && at + 16 <= bytes.capacity();
    if (isWide && (source == MAP || source == MAP_VALUE)) {
      String register = "r" + (bytes.get(at + 1) & 0xf);
      String map = "map[" + immediate + " " + map(immediate) + "]";
      return register + " = " + map + (source == MAP_VALUE ? "[0]+" + bytes.getInt(at + 12) : "");
    }
    byte[] one = Arrays.copyOfRange(bytes.array(), at, at + (isWide ? 16 : 8));
    try {
      return Disassembler.text(Decoder.decode(one, ByteOrder.nativeOrder()).getFirst());
    } catch (DecodeException ofTheKernelsOwn) {
      // Such as loads that may fault, which the verifier makes of others.
      return "0x%016x".formatted(bytes.getLong(at));
    }
  }

  /** The number of the function that starts at a slot, or else what the call itself says. */
  private int target(int slot, int otherwise) {
    for (int i = 0; i < functions(); i++) {
      if (start(i) == slot) {
        return i;
      }
    }
    return otherwise;
  }

  /** A function of the program by its start; others by how far from a base their address is. */
  private String call(int slot, int source, int offset, int immediate) {
    if (source == FUNCTION_CALL) {
      return function(target(slot + 1 + offset, immediate));
    }
    if (source != KERNEL_CALL && immediate == TAIL_CALL) {
      return "bpf_tail_call";
    }
    if (symbols.isEmpty()) {
      symbols = Optional.of(new KernelSymbols());
    }
    OptionalLong base = symbols.get().address("__bpf_call_base");
    if (base.isPresent()) {
      Location place = symbols.get().find(base.getAsLong() + immediate);
      if (place.hasSymbol() && place.offset() == 0) {
        return place.symbol();
      }
    }
    return Helpers.of(immediate)
        .map(helper -> "bpf_" + helper.name())
        .orElse("function at __bpf_call_base" + (immediate < 0 ? "" : "+") + immediate);
  }

  private String map(int id) {
    return maps.computeIfAbsent(
        id,
        _ -> {
          try (Fd fd = BpfIds.MAPS.open(id)) {
            return BpfMap.of(fd).describe().name();
          } catch (SystemCallException gone) {
            return "?";
          }
        });
  }
}
