package io.waggle.linux;

/** The processor architectures that Waggle knows, as the JVM names them. */
public enum Architecture {
  X86_64,
  ARM64;

  private static final Architecture CURRENT = named(System.getProperty("os.arch"));

  /** The architecture this JVM runs on. */
  public static Architecture current() {
    return CURRENT;
  }

  static Architecture named(String osArch) {
    return switch (osArch) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64" -> ARM64;
      default ->
          throw new UnsupportedOperationException(
              "Waggle runs on x86-64 and arm64, this JVM is for " + osArch);
    };
  }
}
