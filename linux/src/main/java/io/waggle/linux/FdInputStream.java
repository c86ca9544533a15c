package io.waggle.linux;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** Reads from a descriptor, which it owns. One thread at a time. */
final class FdInputStream extends InputStream {
  private static final int BUFFER = 32 * 1024;

  private final Fd fd;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(BUFFER);
  private int next;
  private int end;

  FdInputStream(Fd fd) {
    this.fd = fd;
  }

  @Override
  public int read() throws IOException {
    return fill() ? buffer.get(ValueLayout.JAVA_BYTE, next++) & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, end - next);
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, next, into, offset, count);
    next += count;
    return count;
  }

  /** False at the end. */
  private boolean fill() throws IOException {
    while (next == end) {
      long count = Native.call(Syscall.READ, fd.number(), buffer.address(), BUFFER);
      if (count == 0) {
        return false;
      }
      // An iterator that has nothing to say for a while answers EAGAIN (kernel/bpf/bpf_iter.c).
      if (count < 0 && count != -Errno.EINTR && count != -Errno.EAGAIN) {
        throw new IOException("read: " + Errno.name((int) -count));
      }
      next = 0;
      end = (int) Math.max(count, 0);
    }
    return true;
  }

  @Override
  public void close() {
    if (fd.isOpen()) {
      fd.close();
      arena.close();
    }
  }
}
