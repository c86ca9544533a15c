package io.waggle.pack;

import io.waggle.formats.text.OutputFile;
import io.waggle.linux.EventFd;
import io.waggle.linux.Fd;
import io.waggle.linux.Mounts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an object's programs print with {@code bpf_trace_printk}. Since Linux 5.9 that is a trace
 * event, so a tracing instance of our own gets a copy and nobody's {@code trace_pipe} loses a line.
 * The copies of other programs' lines are left out.
 *
 * <p>The instance is a folder of tracefs that is removed at the end. What a killed process left
 * behind, the next one removes.
 */
final class PrintkLines implements AutoCloseable {
  private static final String PREFIX = "waggle-";
  private static final String EVENT = "events/bpf_trace/bpf_trace_printk/enable";

  /** For each CPU; lines are read as they come. */
  private static final String BUFFER_KB = "256";

  /** Written to the instance when all programs are detached, and so the last line there. */
  private static final String END = "waggle: no more lines";

  private static final int PATIENCE_SECONDS = 5;

  private static final int MOST_WAITING = 4096;

  /** The kernel hands out a page at most. */
  private static final int PIECE = 4096;

  private final PrintkFormats formats;
  private final Path instance;
  private final FileChannel pipe;
  private final EventFd wake = new EventFd();
  private final ArrayBlockingQueue<String> lines = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Thread reader;
  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean ours;
  private volatile Optional<IOException> failed = Optional.empty();
  private final AtomicLong dropped = new AtomicLong();

  private PrintkLines(PrintkFormats formats, Path instance, FileChannel pipe) {
    this.formats = formats;
    this.instance = instance;
    this.pipe = pipe;
    this.reader = Thread.ofPlatform().daemon().name("trace_pipe").unstarted(this::read);
  }

  /**
   * Starts to listen; empty where the kernel has no such event.
   *
   * @throws UncheckedIOException if the instance cannot be made
   */
  static Optional<PrintkLines> open(PrintkFormats formats) {
    Path tracefs = Mounts.tracefs();
    if (!Files.exists(tracefs.resolve(EVENT))) {
      return Optional.empty();
    }
    Path instances = tracefs.resolve("instances");
    sweep(instances);
    Path instance =
        instances.resolve(PREFIX + ProcessHandle.current().pid() + "-" + System.nanoTime());
    try {
      Files.createDirectory(instance);
      try {
        Files.writeString(instance.resolve("buffer_size_kb"), BUFFER_KB);
        FileChannel pipe =
            FileChannel.open(instance.resolve("trace_pipe"), StandardOpenOption.READ);
        Files.writeString(instance.resolve(EVENT), "1");
        PrintkLines lines = new PrintkLines(formats, instance, pipe);
        lines.reader.start();
        return Optional.of(lines);
      } catch (IOException failure) {
        Files.deleteIfExists(instance);
        throw failure;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "cannot listen to bpf_trace_printk: " + failure.getMessage(), failure);
    }
  }

  private static void sweep(Path instances) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(instances, PREFIX + "*-*")) {
      for (Path folder : folders) {
        String name = folder.getFileName().toString();
        String pid = name.substring(PREFIX.length(), name.indexOf('-', PREFIX.length()));
        if (!Files.exists(Path.of("/proc", pid))) {
          Files.deleteIfExists(folder);
        }
      }
    } catch (IOException left) {
      // Not ours to worry about: it costs some memory and hinders nobody.
    }
  }

  /** Reads from the channel itself: a reader over it would wait until its buffer is full. */
  private void read() {
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      while (pipe.read(piece) >= 0) {
        piece.flip();
        while (piece.hasRemaining()) {
          byte next = piece.get();
          if (next == '\n') {
            offer(line.toString(StandardCharsets.UTF_8));
            line.reset();
          } else {
            line.write(next);
          }
        }
        piece.clear();
        wake.signal();
      }
    } catch (ClosedChannelException closed) {
      // That is how it ends.
    } catch (IOException failure) {
      failed = Optional.of(failure);
      wake.signal();
    }
  }

  private void offer(String line) {
    if (line.endsWith(END)) {
      ended.countDown();
    } else if (!lines.offer(line)) {
      dropped.incrementAndGet();
    }
  }

  /** Readable when there are lines. */
  Fd fd() {
    return wake.fd();
  }

  /** Lines that came faster than they were printed. */
  long dropped() {
    return dropped.get();
  }

  /** Waits until all that was printed before has arrived. */
  void awaitAll() {
    try {
      Files.writeString(instance.resolve("trace_marker"), END + "\n");
      if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        dropped.incrementAndGet(); // the buffer has overflown even with the last line
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot write trace_marker", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Prints what has arrived and is of our programs. */
  void print(OutputFile out, boolean json) {
    wake.drain();
    if (failed.isPresent()) {
      throw new UncheckedIOException("cannot read trace_pipe", failed.get());
    }
    for (String line = lines.poll(); line != null; line = lines.poll()) {
      Optional<TraceLine> header = TraceLine.of(line);
      if (header.isPresent() || line.contains(": tracing_mark_write: ")) {
        ours = header.isPresent() && formats.matches(header.get().message());
      }
      if (ours && !line.isBlank()) {
        if (json && header.isPresent()) {
          header.get().json(out.text());
        } else if (!json) {
          out.text().put(line).put('\n');
        }
        out.commit();
      }
    }
  }

  @Override
  public void close() {
    try {
      Files.writeString(instance.resolve(EVENT), "0");
      pipe.close();
      reader.join();
      Files.deleteIfExists(instance);
    } catch (IOException left) {
      // The next start sweeps it away.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      wake.close();
    }
  }
}
