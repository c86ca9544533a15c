package io.waggle.pack;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Where packages come from: files, standard input ({@code -}), addresses of the web. What is
 * fetched is kept in a folder, if asked to, and taken from there the next time.
 */
public final class Sources {
  /** No package is that large. */
  private static final int MOST = 1 << 28;

  private static final int PATIENCE_MS = 30_000;

  private Sources() {}

  /**
   * A package's bytes.
   *
   * @param name what to call it
   * @param cached where {@link #keep} puts it, if it was fetched just now
   */
  public record Source(String name, byte[] bytes, Optional<Path> cached) {
    Source(String name, byte[] bytes) {
      this(name, bytes, Optional.empty());
    }

    /**
     * Keeps what was fetched for the next time; called when it has turned out to be a package.
     *
     * @throws UncheckedIOException if the cache cannot be written
     */
    public void keep() {
      if (cached.isPresent()) {
        Path file = cached.get();
        try {
          Path folder = Files.createDirectories(file.getParent());
          // Written beside and moved, so that nobody reads half of it.
          Path part = Files.createTempFile(folder, "part", "");
          Files.write(part, bytes);
          Files.move(
              part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
          throw new UncheckedIOException(
              "cannot keep '" + name + "' in " + file.getParent(), failure);
        }
      }
    }
  }

  /** Whether that is an address of the web, not of a file. */
  public static boolean isAddress(String where) {
    return where.startsWith("http://") || where.startsWith("https://");
  }

  /**
   * Reads a package.
   *
   * @param where a file's path, an address, or {@code -}
   * @param cache the folder of what was fetched before
   * @param useCache whether to look there first
   * @throws PackageException if it cannot be read, or fetched
   */
  public static Source read(String where, Path cache, boolean useCache) {
    try {
      if (where.equals("-")) {
        return new Source("standard input", System.in.readNBytes(MOST));
      }
      return isAddress(where) ? fetched(where, cache, useCache) : file(Path.of(where));
    } catch (NoSuchFileException missing) {
      throw new PackageException("there is no file '" + where + "'", missing);
    } catch (IOException failure) {
      throw new PackageException("cannot read '" + where + "': " + reason(failure), failure);
    }
  }

  private static String reason(IOException failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  private static Source file(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new PackageException("'" + file + "' is a folder");
    }
    return new Source(file.getFileName().toString(), Files.readAllBytes(file));
  }

  private static Source fetched(String where, Path cache, boolean useCache) throws IOException {
    URI address = address(where);
    String path = address.getPath() == null ? "" : address.getPath();
    String last = path.substring(path.lastIndexOf('/') + 1);
    String name = last.isEmpty() ? address.getHost() : last;
    Path kept = cache.resolve(digest(where));
    if (useCache && Files.isRegularFile(kept)) {
      return new Source(name, Files.readAllBytes(kept));
    }
    return new Source(name, fetch(address), useCache ? Optional.of(kept) : Optional.empty());
  }

  private static URI address(String where) {
    try {
      URI address = new URI(where);
      if (address.getHost() != null) {
        return address;
      }
    } catch (URISyntaxException refused) {
      throw new PackageException("'" + where + "' is no address: " + refused.getReason(), refused);
    }
    throw new PackageException("'" + where + "' is no address: it names no host");
  }

  private static byte[] fetch(URI address) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setConnectTimeout(PATIENCE_MS);
    connection.setReadTimeout(PATIENCE_MS);
    try {
      int status = connection.getResponseCode();
      if (status != HttpURLConnection.HTTP_OK) {
        throw new PackageException(
            "cannot fetch '"
                + address
                + "': status "
                + status
                + (connection.getResponseMessage() == null
                    ? ""
                    : " " + connection.getResponseMessage()));
      }
      try (InputStream content = connection.getInputStream()) {
        return content.readNBytes(MOST);
      }
    } finally {
      connection.disconnect();
    }
  }

  private static String digest(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every JDK has it
    }
  }
}
