package io.waggle.bpf.link;

/** Object files that cannot be linked: which symbol or section, in which files, and why. */
public final class LinkException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LinkException(String message) {
    super(message);
  }
}
