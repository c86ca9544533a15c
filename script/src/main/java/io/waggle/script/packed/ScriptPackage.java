package io.waggle.script.packed;

import io.waggle.linux.Architecture;
import io.waggle.script.plan.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * A script that was compiled ahead of time, for kernels of one architecture. The file starts with
 * {@code waggle} and a byte each of 0 and of the format's version, then a CRC-32 of what follows.
 *
 * @param name what the script was called
 * @param printMaps whether its maps are printed at the end
 * @param plan what to run; its {@link Plan#facts} are still to be answered
 */
public record ScriptPackage(String name, Architecture architecture, boolean printMaps, Plan plan) {
  private static final byte[] MAGIC = "waggle\0\1".getBytes(StandardCharsets.ISO_8859_1);
  private static final int HEADER = MAGIC.length + 4;

  /** Writes it to a file. */
  public void write(Path file) {
    byte[] body = Records.write(this, ScriptPackage.class);
    ByteBuffer all = ByteBuffer.allocate(HEADER + body.length);
    all.put(MAGIC).putInt(checksum(body)).put(body);
    try {
      Files.write(file, all.array());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Whether a file starts as packages do. */
  public static boolean isPackage(byte[] file) {
    if (file.length < HEADER) {
      return false;
    }
    for (int i = 0; i < MAGIC.length; i++) {
      if (file[i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads one.
   *
   * @throws DamagedPackageException if the bytes are no package, damaged, or of another version
   */
  public static ScriptPackage read(byte[] file) {
    if (!isPackage(file)) {
      throw new DamagedPackageException(
          "no package of a script, or one of another version of waggle");
    }
    ByteBuffer bytes = ByteBuffer.wrap(file, MAGIC.length, file.length - MAGIC.length);
    int expected = bytes.getInt();
    byte[] body = new byte[bytes.remaining()];
    bytes.get(body);
    if (checksum(body) != expected) {
      throw new DamagedPackageException("damaged package: its checksum is wrong");
    }
    return RecordReader.read(ByteBuffer.wrap(body), ScriptPackage.class);
  }

  private static int checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
