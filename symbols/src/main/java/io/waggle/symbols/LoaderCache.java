package io.waggle.symbols;

import io.waggle.formats.Bytes;
import io.waggle.linux.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The list of installed libraries that the dynamic linker keeps ({@code /etc/ld.so.cache};
 * sysdeps/generic/dl-cache.h of glibc).
 */
final class LoaderCache {
  private static final byte[] MAGIC = {
    'g', 'l', 'i', 'b', 'c', '-', 'l', 'd', '.', 's', 'o', '.', 'c', 'a', 'c', 'h', 'e', '1', '.',
    '1'
  };
  private static final int HEADER = 48;
  private static final int ENTRY = 24;

  private final Bytes bytes;

  private LoaderCache(Bytes bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads the cache; empty if it is in another format, as those of other C libraries are.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  static Optional<LoaderCache> open(Path file) {
    try {
      byte[] content = Files.readAllBytes(file);
      Bytes all = Bytes.of(file.toString(), content, ByteOrder.nativeOrder());
      int start = start(content);
      return start < 0
          ? Optional.empty()
          : Optional.of(new LoaderCache(all.slice("library cache", start, content.length - start)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The format in use may stand behind the one it replaced, on a multiple of 8. */
  private static int start(byte[] content) {
    for (int at = 0; at + HEADER <= content.length; at += 4) {
      if (Arrays.equals(content, at, at + MAGIC.length, MAGIC, 0, MAGIC.length)) {
        return at;
      }
    }
    return -1;
  }

  /** The file of the first library whose name fits and that is there. */
  Optional<Path> find(String name) {
    // Flags: in the second byte, for which machine; see _DL_CACHE_DEFAULT_ID.
    int machine = Architecture.current() == Architecture.ARM64 ? 0x0a00 : 0x0300;
    long count = bytes.u32(20);
    for (long i = 0, at = HEADER; i < count; i++, at += ENTRY) {
      if ((bytes.i32(at) & 0xff00) == machine
          && Libraries.isNamed(bytes.string(bytes.u32(at + 4)), name)) {
        Path file = Path.of(bytes.string(bytes.u32(at + 8)));
        if (Files.exists(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }
}
