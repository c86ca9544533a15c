package io.waggle.kernel;

import io.waggle.bpf.ProgramType;

/** Refuses a program of the wrong type in words, where the kernel says no more than EINVAL. */
final class ProgramKind {
  private ProgramKind() {}

  /**
   * Returns if the program is of one of the types that fit the place.
   *
   * @throws AttachException otherwise
   */
  static void require(AttachPoint place, LoadedProgram program, ProgramType... fitting) {
    StringBuilder types = new StringBuilder();
    for (ProgramType type : fitting) {
      if (program.spec().type() == type) {
        return;
      }
      types.append(types.isEmpty() ? "" : " or ").append(type);
    }
    throw new AttachException(
        "cannot attach to "
            + place
            + ": program "
            + program.spec().name()
            + " is of type "
            + program.spec().type()
            + ", not "
            + types);
  }
}
