package io.waggle.bench;

import io.waggle.bpf.BpfObject;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.LoadedObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process of its own for one measurement, which {@link Objects} starts. With {@code struct} it
 * looks a kernel type up and prints the milliseconds and the megabytes that took; with an object it
 * loads that and prints how many mappings or descriptors of the kernel's types it holds then.
 */
final class FirstLookup {
  private static final Path TYPES = Path.of("/sys/kernel/btf/vmlinux");

  private FirstLookup() {}

  public static void main(String[] arguments) throws IOException {
    if (!arguments[0].equals("struct")) {
      try (Kernel kernel = Kernel.host();
          LoadedObject loaded = kernel.load(BpfObject.read(Path.of(arguments[0])))) {
        long before = bytesRead();
        System.out.println(loaded.programs().isEmpty() || before > Files.size(TYPES) ? 1 : 0);
      }
      return;
    }
    double resident = residentMegabytes();
    long before = System.nanoTime();
    Btf types = Btf.open(TYPES);
    int found = types.find(BtfKind.STRUCT, "task_struct").orElseThrow();
    double millis = (System.nanoTime() - before) / 1e6;
    double more = residentMegabytes() - resident;
    if (!types.name(found).equals("task_struct")) {
      throw new IllegalStateException("found another type");
    }
    System.out.println(millis + " " + more);
  }

  private static double residentMegabytes() throws IOException {
    String pages = Files.readString(Path.of("/proc/self/statm")).split(" ")[1];
    return Long.parseLong(pages) * 4096 / 1e6;
  }

  /** Bytes that this process has asked of files, which the types alone would exceed. */
  private static long bytesRead() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/io"))) {
      if (line.startsWith("rchar: ")) {
        return Long.parseLong(line.substring("rchar: ".length()));
      }
    }
    throw new IOException("no rchar in /proc/self/io");
  }
}
