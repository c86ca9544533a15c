package io.waggle.kernel;

/**
 * A system call by its name alone, such as {@code openat}: the function that the kernel has for it
 * on this architecture.
 *
 * @param atReturn whether to run when it returns
 */
public record SystemCall(String name, boolean atReturn) implements AttachPoint {

  @Override
  public Link attach(LoadedProgram program) {
    return new Kprobe(function(program.features()), 0, atReturn).attach(program);
  }

  /** With wrappers (Linux 4.17) the function is named after the architecture. */
  private String function(Features features) {
    String architecture =
        switch (System.getProperty("os.arch")) {
          case "amd64" -> "__x64_";
          case "aarch64" -> "__arm64_";
          case "riscv64" -> "__riscv_";
          default -> "__se_";
        };
    return (features.has(Feature.SYSCALL_WRAPPER) ? architecture : "") + "sys_" + name;
  }
}
