package io.waggle.bpf;

import io.waggle.bpf.core.CoreRelocation;
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
 * @param relocations instructions to be fitted to the kernel's types, in order of slot
 * @param autoload whether it is loaded unless asked otherwise; not with a section that starts with
 *     {@code ?}
 */
public record ProgramSpec(
    String name,
    ProgramType type,
    Optional<AttachType> expectedAttach,
    String section,
    int flags,
    List<Instruction> code,
    List<SourceLine> lines,
    List<FunctionStart> functions,
    List<CoreRelocation> relocations,
    boolean autoload) {
  public ProgramSpec {
    code = List.copyOf(code);
    lines = List.copyOf(lines);
    functions = List.copyOf(functions);
    relocations = List.copyOf(relocations);
  }

  public ProgramSpec(
      String name,
      ProgramType type,
      Optional<AttachType> expectedAttach,
      String section,
      int flags,
      List<Instruction> code,
      List<SourceLine> lines,
      List<FunctionStart> functions) {
    this(name, type, expectedAttach, section, flags, code, lines, functions, List.of(), true);
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

  /** The same program, loaded or left out when its object is loaded. */
  public ProgramSpec withAutoload(boolean load) {
    return new ProgramSpec(
        name, type, expectedAttach, section, flags, code, lines, functions, relocations, load);
  }

  /** The same program with other code, as long slot for slot. */
  public ProgramSpec withCode(List<Instruction> other) {
    return new ProgramSpec(
        name, type, expectedAttach, section, flags, other, lines, functions, relocations, autoload);
  }

  /** What the section's name says after the first slash; empty if that is nothing. */
  public String attachTarget() {
    int slash = section.indexOf('/');
    return slash < 0 ? "" : section.substring(slash + 1);
  }
}
