package io.waggle.kernel;

/** A program attached somewhere. Closing it detaches; so does the end of the process. */
public interface Link extends AutoCloseable {

  /** Detaches; closing again does nothing. */
  @Override
  void close();
}
