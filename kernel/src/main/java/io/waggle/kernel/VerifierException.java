package io.waggle.kernel;

import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.verifier.Rejection;
import io.waggle.linux.Errno;
import io.waggle.linux.ProgramLoadException;
import java.util.Map;

/**
 * A program that the kernel's verifier rejects. The message says why, where and what usually helps;
 * {@link #rejection} has the same in parts, {@link #log} the verifier's own words.
 */
public final class VerifierException extends RuntimeException {
  private final transient Rejection rejection;
  private final String log;
  private final int errno;

  private VerifierException(Rejection rejection, ProgramLoadException cause) {
    super(rejection.text(), cause);
    this.rejection = rejection;
    this.log = cause.log();
    this.errno = cause.errno();
  }

  /**
   * A refusal in words.
   *
   * @param missing what the kernel lacks, by the slot of the instruction that needs it
   */
  static VerifierException of(
      ProgramSpec spec,
      String license,
      ProgramLoadException refused,
      Map<Integer, String> missing) {
    Rejection rejection =
        Rejection.of(spec, license, refused.log(), Errno.name(refused.errno()), missing);
    return new VerifierException(rejection, refused);
  }

  /** Name of the program. */
  public String program() {
    return rejection.program().name();
  }

  /** What is wrong, where, and what usually helps. */
  public Rejection rejection() {
    return rejection;
  }

  /** The verifier's whole log; empty when the kernel refused before it ran. */
  public String log() {
    return log;
  }

  /** The errno of the load. */
  public int errno() {
    return errno;
  }
}
