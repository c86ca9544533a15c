package io.waggle.kernel;

import io.waggle.bpf.BpfObject;

/** The running kernel as an engine for BPF objects. */
public final class Kernel implements AutoCloseable {
  private Kernel() {}

  /** The kernel this process runs on. */
  public static Kernel host() {
    return new Kernel();
  }

  /**
   * Makes the object's maps and loads its programs; attaches nothing.
   *
   * <p>The result owns all of it: closing it, or the end of this process, detaches and frees
   * everything. When anything fails nothing stays behind.
   *
   * @throws VerifierException when a program is rejected
   * @throws io.waggle.linux.PermissionDeniedException when a capability is missing
   * @throws io.waggle.linux.SystemCallException when the kernel refuses a map
   */
  public LoadedObject load(BpfObject object) {
    return LoadedObject.load(object);
  }

  /** Frees what the engine itself holds; objects it has loaded remain their owners'. */
  @Override
  public void close() {}
}
