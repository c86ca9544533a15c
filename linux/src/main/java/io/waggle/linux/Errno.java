package io.waggle.linux;

/** Error numbers of the kernel that x86-64 and arm64 share, with their names and meanings. */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int E2BIG = 7;
  public static final int EBADF = 9;
  public static final int ECHILD = 10;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EFAULT = 14;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EINVAL = 22;
  public static final int ENOSPC = 28;
  public static final int ERANGE = 34;
  public static final int ENOSYS = 38;
  public static final int ENOLINK = 67;
  public static final int EILSEQ = 84;
  public static final int ENOTSOCK = 88;
  public static final int ENOPROTOOPT = 92;
  public static final int EOPNOTSUPP = 95;
  public static final int EAFNOSUPPORT = 97;
  public static final int ENETUNREACH = 101;
  public static final int ESTALE = 116;

  /** Not in the user-space headers, yet bpf(2) answers it for what a map type cannot do. */
  public static final int ENOTSUPP = 524;

  private Errno() {}

  /** The symbolic name, such as {@code EPERM}; {@code errno 999} for an unknown number. */
  public static String name(int errno) {
    String line = line(errno);
    return line.substring(0, line.indexOf(": "));
  }

  /** The meaning in words, such as {@code Operation not permitted}. */
  public static String meaning(int errno) {
    String line = line(errno);
    return line.substring(line.indexOf(": ") + 2);
  }

  private static String line(int errno) {
    return switch (errno) {
      case EPERM -> "EPERM: Operation not permitted";
      case ENOENT -> "ENOENT: No such file, directory or entry";
      case ESRCH -> "ESRCH: No such process";
      case EINTR -> "EINTR: Interrupted by a signal";
      case EIO -> "EIO: Input/output error";
      case ENXIO -> "ENXIO: No such device or address";
      case E2BIG -> "E2BIG: Too big: argument list, structure or program";
      case 8 -> "ENOEXEC: Not an executable format";
      case EBADF -> "EBADF: Bad file descriptor";
      case ECHILD -> "ECHILD: No child process";
      case EAGAIN -> "EAGAIN: Resource temporarily unavailable";
      case ENOMEM -> "ENOMEM: Out of memory";
      case EACCES -> "EACCES: Permission denied";
      case EFAULT -> "EFAULT: Bad address";
      case EBUSY -> "EBUSY: Device or resource busy";
      case EEXIST -> "EEXIST: Exists already";
      case 18 -> "EXDEV: On another device";
      case ENODEV -> "ENODEV: No such device";
      case ENOTDIR -> "ENOTDIR: Not a directory";
      case 21 -> "EISDIR: Is a directory";
      case EINVAL -> "EINVAL: Invalid argument";
      case 23 -> "ENFILE: Too many open files in the system";
      case 24 -> "EMFILE: Too many open files in this process";
      case 25 -> "ENOTTY: The file does not know this ioctl";
      case 26 -> "ETXTBSY: Text file busy";
      case 27 -> "EFBIG: File too large";
      case ENOSPC -> "ENOSPC: No space left";
      case 29 -> "ESPIPE: Not seekable";
      case 30 -> "EROFS: Read-only file system";
      case 32 -> "EPIPE: Broken pipe";
      case 33 -> "EDOM: Argument out of the function's domain";
      case ERANGE -> "ERANGE: Result out of range";
      case 36 -> "ENAMETOOLONG: Name too long";
      case ENOSYS -> "ENOSYS: This kernel does not have the system call";
      case 40 -> "ELOOP: Too many symbolic links";
      case 61 -> "ENODATA: No such attribute";
      case ENOLINK -> "ENOLINK: The link has been severed";
      case 71 -> "EPROTO: Protocol error";
      case 75 -> "EOVERFLOW: Value too large for its type";
      case EILSEQ -> "EILSEQ: Illegal byte sequence, or not the start of an instruction";
      case 85 -> "ERESTART: Interrupted, to be restarted";
      case EOPNOTSUPP -> "EOPNOTSUPP: Operation not supported";
      case ENOTSOCK -> "ENOTSOCK: Not a socket";
      case ENOPROTOOPT -> "ENOPROTOOPT: The socket does not know this option";
      case EAFNOSUPPORT -> "EAFNOSUPPORT: This kernel does not have the address family";
      case 98 -> "EADDRINUSE: Address in use";
      case 99 -> "EADDRNOTAVAIL: Address not available";
      case 100 -> "ENETDOWN: The network interface is down";
      case ENETUNREACH -> "ENETUNREACH: The network is not reachable";
      case 105 -> "ENOBUFS: No buffer space";
      case 110 -> "ETIMEDOUT: Timed out";
      case ESTALE -> "ESTALE: Stale, it has changed meanwhile";
      case 125 -> "ECANCELED: Cancelled";
      case ENOTSUPP -> "ENOTSUPP: Operation not supported by this kind of object";
      default -> "errno " + errno + ": unknown error";
    };
  }
}
