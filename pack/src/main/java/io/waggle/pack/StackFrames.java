package io.waggle.pack;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.waggle.bpf.values.ValueException;
import io.waggle.bpf.values.ValueText;
import io.waggle.bpf.values.ValueType;
import io.waggle.bpf.values.ValueType.Field;
import io.waggle.bpf.values.ValueType.Structure;
import io.waggle.formats.text.ByteText;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Writes records that hold a kernel stack and a user stack beside the process they are of. */
final class StackFrames {
  private final Structure type;
  private final Field pid;
  private final Field cpu;
  private final Field comm;
  private final Field kernelBytes;
  private final Field userBytes;
  private final Field kernelStack;
  private final Field userStack;
  private final boolean symbols;
  private final FrameNames names;

  private StackFrames(Structure type, Meta.Interpreter.StackTrace stack, FrameNames names) {
    this.type = type;
    Meta.StackFields fields = stack.fields();
    pid = field(fields.pid(), 4);
    cpu = field(fields.cpu(), 4);
    comm = field(fields.comm(), 1);
    kernelBytes = field(fields.kernelBytes(), 4);
    userBytes = field(fields.userBytes(), 4);
    kernelStack = field(fields.kernelStack(), 8);
    userStack = field(fields.userStack(), 8);
    symbols = stack.symbols();
    this.names = names;
  }

  /**
   * The writer for a type.
   *
   * @throws ValueException if the type lacks one of the fields
   */
  static StackFrames of(ValueType type, Meta.Interpreter.StackTrace stack, FrameNames names) {
    if (type instanceof Structure structure) {
      return new StackFrames(structure, stack, names);
    }
    throw new ValueException("stacks come in a structure");
  }

  private Field field(String name, long least) {
    for (Field field : type.fields()) {
      if (field.name().equals(name) && field.type().size() >= least) {
        return field;
      }
    }
    throw new ValueException(
        "struct " + type.name() + " has no field '" + name + "' for a stack; see field_map");
  }

  void write(ByteText out, MemorySegment memory, long offset, int length) {
    if (length < type.size()) {
      throw new ValueException("a record of " + length + " bytes is no struct " + type.name());
    }
    int process = memory.get(JAVA_INT_UNALIGNED, offset + pid.offset());
    int kernel = memory.get(JAVA_INT_UNALIGNED, offset + kernelBytes.offset());
    int user = memory.get(JAVA_INT_UNALIGNED, offset + userBytes.offset());
    if (kernel <= 0 && user <= 0) {
      return;
    }
    out.put("COMM: ");
    ValueText.write(out, comm.type(), memory, offset + comm.offset());
    out.put(" (pid=").decimal(process).put(") @ CPU ");
    out.decimal(memory.get(JAVA_INT_UNALIGNED, offset + cpu.offset())).put('\n');
    if (kernel > 0) {
      out.put("Kernel:\n");
      frames(out, memory, offset, kernelStack, kernel, -1);
    } else {
      out.put("No Kernel Stack\n");
    }
    if (user > 0) {
      out.put("Userspace:\n");
      frames(out, memory, offset, userStack, user, process);
    } else {
      out.put("No Userspace Stack\n");
    }
    out.put('\n');
  }

  /** {@code pid} is -1 for the kernel's. */
  private void frames(
      ByteText out, MemorySegment memory, long offset, Field stack, int bytes, int pid) {
    long count = Math.min(bytes, stack.type().size()) / Long.BYTES;
    for (int i = 0; i < count; i++) {
      long address =
          memory.get(JAVA_LONG_UNALIGNED, offset + stack.offset() + (long) i * Long.BYTES);
      out.put("  ").decimal(i).put(" [<");
      int start = out.length();
      out.hex(address, false).align(start, 16, false, '0').put(">]");
      if (symbols) {
        Optional<String> name = pid < 0 ? names.kernel(address) : names.user(pid, address);
        name.ifPresent(text -> out.put(' ').put(text));
      }
      out.put('\n');
    }
  }
}
