package io.waggle.compiler;

/** The program needs something of the machine that the {@link Target} lacks. */
public final class MissingFeature extends CompileError {
  private final Feature feature;

  MissingFeature(String program, Feature feature, String what) {
    super("program " + program + ": " + what + " needs " + feature + ", not offered by the target");
    this.feature = feature;
  }

  /** What is missing. */
  public Feature feature() {
    return feature;
  }
}
