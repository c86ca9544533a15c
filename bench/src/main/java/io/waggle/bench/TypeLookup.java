package io.waggle.bench;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The first look-up of a type of the kernel in a new JVM: prints nanoseconds and bytes. */
final class TypeLookup {
  private TypeLookup() {}

  static List<String> command(String name) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path"),
        TypeLookup.class.getName(),
        name);
  }

  public static void main(String[] arguments) throws IOException {
    long before = residentKilobytes();
    long start = System.nanoTime();
    Btf types = Btf.ofKernel();
    if (types.find(BtfKind.STRUCT, arguments[0]).isEmpty()) {
      throw new IllegalStateException("no struct " + arguments[0]);
    }
    long nanos = System.nanoTime() - start;
    System.out.println(nanos + " " + (residentKilobytes() - before) * 1024);
  }

  /** What the process holds in memory, mapped files included. */
  private static long residentKilobytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IllegalStateException("/proc/self/status has no VmRSS");
  }
}
