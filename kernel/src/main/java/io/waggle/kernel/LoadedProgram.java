package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramSpec;
import io.waggle.linux.BpfProgram;
import io.waggle.linux.Fd;
import io.waggle.linux.ProgramDescription;
import java.util.Optional;

/** A program that the kernel has verified and holds. */
public final class LoadedProgram implements AutoCloseable {
  private final ProgramSpec spec;
  private final Fd fd;
  private final Features features;
  private final UsdtSpecs usdtSpecs;

  LoadedProgram(ProgramSpec spec, Fd fd, Features features, UsdtSpecs usdtSpecs) {
    this.spec = spec;
    this.fd = fd;
    this.features = features;
    this.usdtSpecs = usdtSpecs;
  }

  /** What it was loaded from. */
  public ProgramSpec spec() {
    return spec;
  }

  /** The attach type it was loaded for, if any. */
  public Optional<AttachType> expectedAttach() {
    return spec.expectedAttach();
  }

  /** The open descriptor; remains this object's. */
  public Fd fd() {
    return fd;
  }

  /** What the kernel says about it; run time and count grow while statistics are enabled. */
  public ProgramDescription describe() {
    return BpfProgram.describe(fd);
  }

  /**
   * Runs a program once in this thread, with neither data nor a context: {@link TestRun#ONCE}.
   *
   * @return what the program returned
   * @throws TestRunException when programs of its type cannot be run so
   */
  public int runOnce() {
    return TestRun.ONCE.run(this).returned();
  }

  /** What the kernel that holds it can do. */
  Features features() {
    return features;
  }

  /** Where its object's programs learn of the arguments of static probes. */
  UsdtSpecs usdtSpecs() {
    return usdtSpecs;
  }

  @Override
  public void close() {
    fd.close();
  }
}
