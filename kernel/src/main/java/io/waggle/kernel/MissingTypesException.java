package io.waggle.kernel;

import java.nio.file.Path;

/** What is to be loaded needs the kernel's types, and there are none. */
public final class MissingTypesException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MissingTypesException(Path file, Throwable cause) {
    super(
        "the kernel's types (BTF) cannot be read from "
            + file
            + "; a kernel built with CONFIG_DEBUG_INFO_BTF has them, or give a file with the types"
            + " of exactly this kernel",
        cause);
  }
}
