package io.waggle.kernel;

import io.waggle.bpf.Extern;
import io.waggle.bpf.GlobalVariable;
import io.waggle.bpf.Nearest;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfType;
import io.waggle.linux.KernelVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * What the running kernel was configured with: {@code /proc/config.gz}, or {@code
 * /boot/config-RELEASE}.
 */
public final class KernelConfiguration {
  private final Map<String, String> options;
  private final Optional<Path> file;

  private KernelConfiguration(Map<String, String> options, Optional<Path> file) {
    this.options = options;
    this.file = file;
  }

  /** Reads the first of the files that there is; without any, no option is known. */
  public static KernelConfiguration read() {
    Path inMemory = Path.of("/proc/config.gz");
    String release = release();
    for (Path candidate : List.of(inMemory, Path.of("/boot/config-" + release))) {
      try (InputStream raw = Files.newInputStream(candidate);
          InputStream plain = candidate.equals(inMemory) ? new GZIPInputStream(raw) : raw) {
        return new KernelConfiguration(parse(plain), Optional.of(candidate));
      } catch (IOException absent) {
        continue;
      }
    }
    return new KernelConfiguration(Map.of(), Optional.empty());
  }

  private static String release() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    } catch (IOException noProc) {
      return "";
    }
  }

  private static Map<String, String> parse(InputStream in) throws IOException {
    Map<String, String> options = new HashMap<>();
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int equals = line.indexOf('=');
      if (equals > 0 && line.startsWith("CONFIG_")) {
        options.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return options;
  }

  /** The file that was read; empty if there is none. */
  public Optional<Path> file() {
    return file;
  }

  /** What an option is set to: {@code y}, {@code m}, a number, text in quotes; empty if not set. */
  public Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  /**
   * A value for a program, as it lies in memory.
   *
   * @throws IllegalArgumentException if nothing is known of it and the program cannot do without,
   *     or if its type does not suit
   */
  byte[] value(Extern extern, Btf types, Features features) {
    GlobalVariable variable =
        new GlobalVariable(extern.name(), ".kconfig", extern.type(), 0, extern.size());
    switch (extern.name()) {
      case "LINUX_KERNEL_VERSION" -> {
        return variable.encode(types, KernelVersion.running().code());
      }
      case "LINUX_HAS_BPF_COOKIE" -> {
        return variable.encode(types, features.has(Feature.PERF_EVENT_LINK) ? 1 : 0);
      }
      case "LINUX_HAS_SYSCALL_WRAPPER" -> {
        return variable.encode(types, features.has(Feature.SYSCALL_WRAPPER) ? 1 : 0);
      }
      default -> {}
    }
    String text = options.get(extern.name());
    if (text == null) {
      if (extern.isWeak()) {
        return new byte[extern.size()];
      }
      String hint = Nearest.hint(extern.name(), options.keySet());
      throw new IllegalArgumentException(
          "the kernel's configuration"
              + file.map(path -> " (" + path + ")").orElse(", which cannot be read,")
              + " does not set "
              + extern.name()
              + (hint.isEmpty() ? "" : " (" + hint + ")")
              + "; declare it __weak to get 0");
    }
    return variable.encode(types, converted(types, extern, text));
  }

  /** At most so many bytes of a text, whole characters. */
  private static String cut(String text, int bytes) {
    String shorter = text;
    while (!shorter.isEmpty() && shorter.getBytes(StandardCharsets.UTF_8).length > bytes) {
      shorter = shorter.substring(0, shorter.length() - 1);
    }
    return shorter;
  }

  /** {@code y} and {@code m} mean 1 and 2, or true and false; characters are the letters. */
  private static Object converted(Btf types, Extern extern, String text) {
    BtfType type = types.type(types.strip(extern.type()));
    boolean isTristate = text.length() == 1 && "ynm".contains(text);
    if (isTristate) {
      return switch (type) {
        case BtfType.Int number when number.isBool() && text.equals("m") ->
            throw new IllegalArgumentException(
                extern.name()
                    + " is set to m, which a bool cannot say; declare it enum libbpf_tristate");
        case BtfType.Int number when number.isBool() -> text.equals("y");
        case BtfType.Int number when number.isChar() || number.size() == 1 -> (long) text.charAt(0);
        case BtfType.Enumeration ignored -> text.equals("y") ? 1L : text.equals("m") ? 2L : 0L;
        default -> text;
      };
    }
    boolean isQuoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return isQuoted ? cut(text.substring(1, text.length() - 1), extern.size() - 1) : text;
  }
}
