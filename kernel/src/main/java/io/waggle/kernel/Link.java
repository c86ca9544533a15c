package io.waggle.kernel;

/** A program attached somewhere. Closing it detaches; so does the end of the process. */
public interface Link extends AutoCloseable {

  /**
   * Whether the place still has the program: false once an interface, cgroup or network namespace
   * has gone, for then the kernel detaches by itself and leaves a defunct link. A link to what
   * cannot go stays attached until it is closed.
   */
  default boolean isAttached() {
    return true;
  }

  /** Detaches; closing again, or when the place has gone, does nothing. */
  @Override
  void close();
}
