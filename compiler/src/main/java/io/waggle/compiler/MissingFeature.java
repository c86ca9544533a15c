package io.waggle.compiler;

import io.waggle.bpf.MachineFeature;

/** The program needs something of the machine that the {@link Target} lacks. */
public final class MissingFeature extends CompileError {
  private final MachineFeature feature;

  MissingFeature(String program, MachineFeature feature, String what) {
    super("program " + program + ": " + what + " needs " + feature + ", not offered by the target");
    this.feature = feature;
  }

  /** What is missing. */
  public MachineFeature feature() {
    return feature;
  }
}
