package io.waggle.bpf.core;

/**
 * A relocation that cannot be decided: the object is damaged, or the kernel has types of the same
 * name that disagree.
 */
public final class CoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CoreException(String message) {
    super(message);
  }

  static CoreException at(CoreRelocation relocation, String problem) {
    return new CoreException(
        "CO-RE relocation "
            + relocation.kind()
            + " of instruction "
            + relocation.slot()
            + ": "
            + problem);
  }
}
