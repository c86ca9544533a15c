package io.waggle.linux;

/** A system call that the kernel refused: which one, with what, and why. */
public sealed class SystemCallException extends RuntimeException
    permits PermissionDeniedException, ProgramLoadException {
  private final String call;
  private final String arguments;
  private final int errno;

  SystemCallException(String call, String arguments, int errno, String more) {
    super(
        "%s(%s): %s (%s)%s"
            .formatted(call, arguments, Errno.meaning(errno), Errno.name(errno), more));
    this.call = call;
    this.arguments = arguments;
    this.errno = errno;
  }

  /**
   * The exception for a failed call: a {@link PermissionDeniedException} where the kernel denied
   * permission.
   *
   * @param result what {@link Native#call} answered: the negated errno
   * @param needed the capabilities of which the call asks, any of them may be the missing one
   */
  static SystemCallException of(String call, String arguments, long result, Capability... needed) {
    int errno = (int) -result;
    return errno == Errno.EPERM || errno == Errno.EACCES
        ? new PermissionDeniedException(call, arguments, errno, needed)
        : new SystemCallException(call, arguments, errno, "");
  }

  /** The call's name, such as {@code bpf} or {@code perf_event_open}. */
  public String call() {
    return call;
  }

  /** The arguments in readable form. */
  public String arguments() {
    return arguments;
  }

  /** The error number, see {@link Errno}. */
  public int errno() {
    return errno;
  }
}
