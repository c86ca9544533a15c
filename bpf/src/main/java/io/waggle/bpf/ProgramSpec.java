package io.waggle.bpf;

import java.util.List;
import java.util.Optional;

/**
 * A program as compiled or read from a file: a value, not loaded.
 *
 * @param section the SEC name it came from, or empty
 * @param expectedAttach attach type that the kernel wants to know at load, if any
 * @param flags BPF_F_* of program load
 * @param lines where the code comes from, in order of slot; may be empty
 * @param functions where its functions start, in order; empty when there is but one
 */
public record ProgramSpec(
    String name,
    ProgramType type,
    Optional<AttachType> expectedAttach,
    String section,
    int flags,
    List<Instruction> code,
    List<SourceLine> lines,
    List<FunctionStart> functions) {
  public ProgramSpec {
    code = List.copyOf(code);
    lines = List.copyOf(lines);
    functions = List.copyOf(functions);
  }

  public ProgramSpec(
      String name,
      ProgramType type,
      Optional<AttachType> expectedAttach,
      String section,
      int flags,
      List<Instruction> code,
      List<SourceLine> lines) {
    this(name, type, expectedAttach, section, flags, code, lines, List.of());
  }

  public ProgramSpec(String name, ProgramType type, List<Instruction> code) {
    this(name, type, Optional.empty(), "", 0, code, List.of());
  }
}
