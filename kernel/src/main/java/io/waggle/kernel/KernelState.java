package io.waggle.kernel;

import io.waggle.linux.KernelVersion;
import io.waggle.linux.Mounts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** How the running kernel is set up, where that decides what programs may do. */
public final class KernelState {
  private static final int MOST = 4096;
  private static final KernelVersion LSM_SINCE = new KernelVersion(5, 7, 0);

  private final Path root;

  KernelState(Path root) {
    this.root = root;
  }

  /** That of the machine. */
  public static KernelState read() {
    return new KernelState(Path.of("/"));
  }

  /**
   * A setting under {@code /proc/sys}, such as {@code net/core/bpf_jit_enable}; empty if absent.
   */
  public OptionalLong setting(String name) {
    try {
      return text("proc/sys/" + name).stream().mapToLong(Long::parseLong).findFirst();
    } catch (NumberFormatException noNumber) {
      return OptionalLong.empty();
    }
  }

  /** The security modules in force; empty if that cannot be told. */
  public List<String> securityModules() {
    return text("sys/kernel/security/lsm").map(list -> List.of(list.split(","))).orElse(List.of());
  }

  /**
   * Why programs of LSM hooks have no effect on this kernel, and what to do; empty if they have.
   *
   * @param configured what the kernel was built with
   */
  public Optional<String> lsmAdvice(KernelVersion kernel, KernelConfiguration configured) {
    List<String> active = securityModules();
    if (active.contains("bpf")) {
      return Optional.empty();
    }
    if (kernel.compareTo(LSM_SINCE) < 0) {
      return Optional.of("needs Linux " + LSM_SINCE + " or newer");
    }
    if (configured.file().isPresent() && configured.option("CONFIG_BPF_LSM").isEmpty()) {
      return Optional.of("this kernel was built without CONFIG_BPF_LSM");
    }
    if (active.isEmpty()) {
      return Optional.of(
          "/sys/kernel/security/lsm cannot be read; mount securityfs: mount -t securityfs"
              + " securityfs /sys/kernel/security");
    }
    return Optional.of(
        "'bpf' is not among the active security modules; add lsm="
            + String.join(",", active)
            + ",bpf to GRUB_CMDLINE_LINUX in /etc/default/grub, then run update-grub2 and reboot");
  }

  /** How far the kernel is locked down: {@code none}, {@code integrity}, …; empty if unknown. */
  public Optional<String> lockdown() {
    return text("sys/kernel/security/lockdown")
        .filter(list -> list.indexOf('[') >= 0 && list.indexOf(']') > list.indexOf('['))
        .map(list -> list.substring(list.indexOf('[') + 1, list.indexOf(']')));
  }

  /** Modules whose types the kernel describes, sorted. */
  public List<String> typedModules() {
    try (Stream<Path> files = Files.list(root.resolve("sys/kernel/btf"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals("vmlinux"))
          .sorted()
          .toList();
    } catch (IOException absent) {
      return List.of();
    }
  }

  /** Bytes of the kernel's own types; empty if it has none. */
  public OptionalLong typesBytes() {
    try {
      return OptionalLong.of(Files.size(root.resolve("sys/kernel/btf/vmlinux")));
    } catch (IOException absent) {
      return OptionalLong.empty();
    }
  }

  /** Where a file system of a type is mounted, if it is. */
  public Optional<Path> mounted(String type) {
    return Mounts.find(type);
  }

  private Optional<String> text(String file) {
    // In one read: of numbers in /proc/sys a second one finds nothing.
    try (InputStream in = Files.newInputStream(root.resolve(file))) {
      byte[] bytes = new byte[MOST];
      int length = Math.max(in.read(bytes), 0);
      return Optional.of(new String(bytes, 0, length, StandardCharsets.UTF_8).strip());
    } catch (IOException absent) {
      return Optional.empty();
    }
  }
}
