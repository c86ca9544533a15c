package io.waggle.script.output;

import io.waggle.linux.Errno;

/** Errors of helpers in the words of strerror(3), which tools that read them expect. */
final class Strerror {
  private Strerror() {}

  static String of(int error) {
    return switch (error) {
      case Errno.EFAULT -> "Bad address";
      case Errno.ENOENT -> "No such file or directory";
      default -> Errno.meaning(error);
    };
  }
}
