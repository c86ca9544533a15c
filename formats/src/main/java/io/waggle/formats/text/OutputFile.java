package io.waggle.formats.text;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Where output goes, written in blocks.
 *
 * <p>A reader that went away (EPIPE) closes the file quietly: later text is dropped and {@link
 * #isOpen} says so, as users of {@code … | head} expect. Any other failure is thrown.
 */
public final class OutputFile implements AutoCloseable {
  /** A text longer than this is written at the next {@link #commit}. */
  private static final int BLOCK = 64 * 1024;

  private final ByteText text = new ByteText();
  private final OutputStream stream;
  private final BufferMode mode;
  private final boolean ours;
  private boolean open = true;

  private OutputFile(OutputStream stream, BufferMode mode, boolean ours) {
    this.stream = stream;
    this.mode = mode;
    this.ours = ours;
  }

  /** The process's standard output, which stays open when this is closed. */
  public static OutputFile standardOutput(BufferMode mode) {
    return new OutputFile(new FileOutputStream(FileDescriptor.out), mode, false);
  }

  /** The process's standard error, never buffered. */
  public static OutputFile standardError() {
    return new OutputFile(new FileOutputStream(FileDescriptor.err), BufferMode.NONE, false);
  }

  /**
   * A new or emptied file.
   *
   * @throws UncheckedIOException if it cannot be opened; the message says why
   */
  public static OutputFile create(Path path, BufferMode mode) {
    try {
      return new OutputFile(new FileOutputStream(path.toFile()), mode, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Any stream, which is closed with this. */
  public static OutputFile to(OutputStream stream, BufferMode mode) {
    return new OutputFile(stream, mode, true);
  }

  /** Where to append; call {@link #commit} after each piece. */
  public ByteText text() {
    return text;
  }

  /** False once the reader is gone. */
  public boolean isOpen() {
    return open;
  }

  /** Ends a piece of output; writes what the mode and the block size ask for. */
  public void commit() {
    if (mode == BufferMode.NONE || text.length() >= BLOCK) {
      flush();
    }
  }

  /** Says that nothing more is to be shown for now. */
  public void pause() {
    if (mode != BufferMode.FULL) {
      flush();
    }
  }

  /** Writes everything now. */
  public void flush() {
    int count = text.length();
    if (count == 0) {
      return;
    }
    try {
      if (open) {
        stream.write(text.array(), 0, count);
        stream.flush();
      }
    } catch (IOException e) {
      open = false;
      if (!isBrokenPipe(e)) {
        throw new UncheckedIOException("cannot write output: " + e.getMessage(), e);
      }
    } finally {
      text.clear();
    }
  }

  private static boolean isBrokenPipe(IOException e) {
    // The JDK gives no errno; its message is strerror's.
    String message = e.getMessage();
    return message != null && message.contains("Broken pipe");
  }

  @Override
  public void close() {
    flush();
    if (ours) {
      try {
        stream.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write output: " + e.getMessage(), e);
      }
    }
  }
}
