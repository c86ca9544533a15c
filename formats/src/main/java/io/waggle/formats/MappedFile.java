package io.waggle.formats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file mapped into memory, read only, until it is closed. Of the file only the pages that are
 * looked at are read. Only the thread that opened it may read and close it.
 */
public final class MappedFile implements AutoCloseable {
  private final Arena arena;
  private final Path path;
  private final MemorySegment memory;

  private MappedFile(Arena arena, Path path, MemorySegment memory) {
    this.arena = arena;
    this.path = path;
    this.memory = memory;
  }

  /**
   * Maps a regular file.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  public static MappedFile open(Path path) {
    Arena arena = Arena.ofConfined();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      // The channel of a directory opens well and fails only when it is read.
      long size = channel.size();
      MemorySegment memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      return new MappedFile(arena, path, memory);
    } catch (IOException e) {
      arena.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Where the file lies. */
  public Path path() {
    return path;
  }

  /** The whole file; it ends with this object. */
  public MemorySegment memory() {
    return memory;
  }

  /** Unmaps the file. */
  @Override
  public void close() {
    arena.close();
  }
}
