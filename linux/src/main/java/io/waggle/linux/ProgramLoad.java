package io.waggle.linux;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * What a program is loaded with. All but type, name and instructions have defaults; setters answer
 * this object. Memory is the caller's and only read during {@link BpfProgram#load}.
 */
public final class ProgramLoad {
  /** The most a record array may be spread over: {@code func_info} or {@code line_info}. */
  record Records(MemorySegment memory, int size) {
    int count() {
      return size == 0 ? 0 : Math.toIntExact(memory.byteSize() / size);
    }
  }

  static final Records NONE = new Records(MemorySegment.NULL, 0);

  final int type;
  final String name;
  final MemorySegment instructions;
  String license = "GPL";
  int kernelVersion;
  int flags;
  int expectedAttachType;
  int btf;
  Records functions = NONE;
  Records lines = NONE;
  int attachBtfId;
  int attachProgram;
  MemorySegment descriptors = MemorySegment.NULL;

  /**
   * A program to load.
   *
   * @param type the program type's number, {@code enum bpf_prog_type}
   * @param name at most 15 letters, digits, '_' or '.'; others are replaced, the rest cut off
   * @param instructions native memory, 8 bytes an instruction
   */
  public ProgramLoad(int type, String name, MemorySegment instructions) {
    this.type = type;
    this.name = Objects.requireNonNull(name);
    this.instructions = Objects.requireNonNull(instructions);
    if (instructions.byteSize() % 8 != 0) {
      throw new IllegalArgumentException("instructions take 8 bytes each");
    }
  }

  /** The licence; helpers for GPL programs only ask for {@code GPL}, which is the default. */
  public ProgramLoad license(String license) {
    this.license = Objects.requireNonNull(license);
    return this;
  }

  /** The kernel's version code, checked for kprobe programs before Linux 5.0. */
  public ProgramLoad kernelVersion(int code) {
    this.kernelVersion = code;
    return this;
  }

  /** {@code BPF_F_*} flags for programs, such as {@code BPF_F_SLEEPABLE} (16). */
  public ProgramLoad flags(int flags) {
    this.flags = flags;
    return this;
  }

  /** {@code enum bpf_attach_type}, where the program type asks for it. */
  public ProgramLoad expectedAttachType(int type) {
    this.expectedAttachType = type;
    return this;
  }

  /**
   * Types of the program's functions and its lines, as in {@code .BTF.ext}.
   *
   * @param functions records of {@code functionSize} bytes
   * @param lines records of {@code lineSize} bytes
   */
  public ProgramLoad btf(
      Fd btf, MemorySegment functions, int functionSize, MemorySegment lines, int lineSize) {
    this.btf = btf.number();
    this.functions = new Records(functions, functionSize);
    this.lines = new Records(lines, lineSize);
    return this;
  }

  /**
   * The kernel function or other type that a tracing program attaches to.
   *
   * @param btfId id of the type in the BTF of the kernel, a module or a program
   * @param program number of the descriptor of that program or module BTF, 0 for the kernel
   */
  public ProgramLoad attachTo(int btfId, int program) {
    this.attachBtfId = btfId;
    this.attachProgram = program;
    return this;
  }

  /** Descriptor numbers that instructions refer to by index. */
  public ProgramLoad descriptors(MemorySegment numbers) {
    this.descriptors = numbers;
    return this;
  }
}
