package io.waggle.c;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.CHeader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The headers that programs include, as files in a cache: our own, which the jar holds, and {@code
 * vmlinux.h}, which is made from the kernel's BTF once for each kernel. Files appear whole or not
 * at all, so several processes may share a cache.
 */
public final class Headers {
  private static final List<String> NAMES =
      List.of(
          "bpf/bpf_core_read.h",
          "bpf/bpf_endian.h",
          "bpf/bpf_helpers.h",
          "bpf/bpf_tracing.h",
          "bpf/usdt.bpf.h",
          "bits.bpf.h",
          "core_fixes.bpf.h",
          "maps.bpf.h",
          "asm/ptrace.h",
          "asm/types.h",
          "errno.h",
          "linux/bpf.h",
          "linux/bpf_perf_event.h",
          "linux/errno.h",
          "linux/fs.h",
          "linux/icmp.h",
          "linux/icmpv6.h",
          "linux/if_ether.h",
          "linux/if_packet.h",
          "linux/if_vlan.h",
          "linux/in.h",
          "linux/in6.h",
          "linux/ip.h",
          "linux/ipv6.h",
          "linux/perf_event.h",
          "linux/pkt_cls.h",
          "linux/ptrace.h",
          "linux/sched.h",
          "linux/socket.h",
          "linux/stddef.h",
          "linux/tcp.h",
          "linux/types.h",
          "linux/udp.h",
          "linux/version.h",
          "stdbool.h",
          "stddef.h",
          "stdint.h",
          "string.h",
          "sys/socket.h");

  private final Path cache;

  /** Headers in a cache; {@link #folder} and {@link #kernelFolder} fill it. */
  public Headers(Path cache) {
    this.cache = cache;
  }

  /** Headers in the user's cache, {@code $XDG_CACHE_HOME/waggle} or {@code ~/.cache/waggle}. */
  public static Headers inUsersCache() {
    String home = System.getenv("XDG_CACHE_HOME");
    Path base =
        home != null && !home.isEmpty()
            ? Path.of(home)
            : Path.of(System.getProperty("user.home"), ".cache");
    return new Headers(base.resolve("waggle"));
  }

  /**
   * The folder with our own headers, {@code bpf/bpf_helpers.h} and others.
   *
   * @throws UncheckedIOException if the cache cannot be written
   */
  public Path folder() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String helpers = HelperDefinitions.text();
      digest.update(helpers.getBytes(StandardCharsets.UTF_8));
      for (String name : NAMES) {
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update(read(name));
      }
      Path folder = cache.resolve("include-" + shortened(digest));
      if (!Files.isDirectory(folder)) {
        Path fresh = fresh("include");
        for (String name : NAMES) {
          Path file = fresh.resolve(name);
          Files.createDirectories(file.getParent());
          Files.write(file, read(name));
        }
        Files.writeString(fresh.resolve("bpf/bpf_helper_defs.h"), helpers);
        move(fresh, folder);
      }
      return folder;
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "cannot write headers to " + cache + "; XDG_CACHE_HOME can name another folder", failure);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  /**
   * The folder with {@code vmlinux.h} of a kernel.
   *
   * @param types the kernel's BTF, usually {@code /sys/kernel/btf/vmlinux}
   * @throws UncheckedIOException if the file cannot be read or the cache not written
   */
  public Path kernelFolder(Path types) {
    try {
      byte[] content = Files.readAllBytes(types);
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(content);
      Path folder = cache.resolve("vmlinux-" + shortened(digest));
      if (!Files.isDirectory(folder)) {
        Path fresh = fresh("vmlinux");
        try (BufferedWriter out = Files.newBufferedWriter(fresh.resolve("vmlinux.h"))) {
          CHeader.write(Btf.of(types.toString(), content), out);
        }
        move(fresh, folder);
      }
      return folder;
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot make vmlinux.h of " + types + " in " + cache, failure);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  private Path fresh(String name) throws IOException {
    Files.createDirectories(cache);
    return Files.createTempDirectory(cache, "." + name);
  }

  /** Another process may have been faster; its files are the same. */
  private static void move(Path fresh, Path folder) throws IOException {
    try {
      Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException faster) {
      try (var files = Files.walk(fresh)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException failure) {
      if (!Files.isDirectory(folder)) {
        throw failure;
      }
    }
  }

  private static String shortened(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static byte[] read(String name) throws IOException {
    try (InputStream in = Headers.class.getResourceAsStream("include/" + name)) {
      return in.readAllBytes();
    }
  }
}
