package io.waggle.bpf;

/** A file that is a sound ELF file but no BPF object that can be loaded: where and why. */
public final class ObjectException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ObjectException(String file, String where, String problem) {
    super(file + ": " + where + ": " + problem);
  }
}
