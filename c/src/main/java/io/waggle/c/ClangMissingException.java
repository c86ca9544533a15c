package io.waggle.c;

/** There is no clang that can make BPF objects: what to install. */
public final class ClangMissingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ClangMissingException(String problem) {
    super(
        problem
            + "; C programs need clang 11 or newer (Debian, Ubuntu, Fedora: package clang). Compiled"
            + " objects and packages need none");
  }
}
