package io.waggle.kernel;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.needs.Need;
import io.waggle.bpf.needs.Needs;
import io.waggle.linux.Bpf;
import io.waggle.linux.Fd;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The running kernel as an engine for BPF objects. */
public final class Kernel implements AutoCloseable {
  private final Features features;
  private final KernelTypes types;

  private Kernel(Optional<Path> types) {
    this.types = new KernelTypes(types);
    this.features = new Features(this.types);
  }

  /** The kernel this process runs on. */
  public static Kernel host() {
    return new Kernel(Optional.empty());
  }

  /**
   * The kernel this process runs on, with its types from a file: for one built without them.
   *
   * @param types BTF of exactly this kernel
   */
  public static Kernel withTypes(Path types) {
    return new Kernel(Optional.of(types));
  }

  /**
   * Makes the object's maps and loads its programs; attaches nothing.
   *
   * <p>The result owns all of it: closing it, or the end of this process, detaches and frees
   * everything. When anything fails nothing stays behind.
   *
   * @throws VerifierException when a program is rejected
   * @throws AttachException when the kernel lacks what a program is for, or a symbol it names
   * @throws MissingTypesException when the object needs the kernel's types and there are none
   * @throws MissingMapTypeException when the kernel is older than the type of a map
   * @throws io.waggle.linux.PermissionDeniedException when a capability is missing
   * @throws io.waggle.linux.SystemCallException when the kernel refuses a map
   */
  public LoadedObject load(BpfObject object) {
    return load(object, LoadOptions.USUAL);
  }

  /** As {@link #load(BpfObject)}, in another way than the usual. */
  public LoadedObject load(BpfObject object, LoadOptions options) {
    return new ObjectLoader(object, options, features, types).load();
  }

  /** Whether the running kernel has a feature; asked of it once, then remembered. */
  public boolean has(Feature feature) {
    return features.has(feature);
  }

  /** Asks the running kernel by trying; the caller closes it. */
  public KernelProbe probe() {
    return new KernelProbe(types);
  }

  /**
   * Asks the running kernel for what an object needs, in the order of the needs. Of the object
   * itself nothing is loaded.
   *
   * @throws io.waggle.linux.PermissionDeniedException where the process may not load programs
   */
  public Map<Need, Verdict> check(BpfObject object, Needs needs) {
    try (KernelProbe probe = probe()) {
      return new NeedsCheck(object, features, types, probe).verdicts(needs);
    }
  }

  /**
   * Makes the kernel count runs and run time of all programs until the result is closed; {@link
   * LoadedProgram#describe} tells them. Costs each run two clock reads.
   */
  public Fd enableStats() {
    return Bpf.enableStats();
  }

  /** Frees what the engine itself holds; objects it has loaded remain their owners'. */
  @Override
  public void close() {}
}
