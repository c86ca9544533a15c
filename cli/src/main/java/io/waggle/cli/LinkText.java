package io.waggle.cli;

import io.waggle.bpf.AttachType;
import io.waggle.formats.btf.Btf;
import io.waggle.linux.BpfIds;
import io.waggle.linux.BpfTypes;
import io.waggle.linux.Fd;
import io.waggle.linux.LinkPlace;
import io.waggle.linux.Mounts;
import io.waggle.linux.SystemCallException;
import io.waggle.symbols.KernelSymbols;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Where links attach, in words. What it must look up it looks up once. */
final class LinkText {
  private static final List<String> HOOKS =
      List.of("pre_routing", "local_in", "forward", "local_out", "post_routing");
  private static final int FEW = 8;

  private Optional<KernelSymbols> symbols = Optional.empty();
  private Optional<Btf> kernel = Optional.empty();

  String of(LinkPlace place) {
    return switch (place) {
      case LinkPlace.RawTracepoint(String name) -> "raw tracepoint " + name;
      case LinkPlace.Typed(int attach, int object, int type) ->
          attach(attach) + " " + type(object, type);
      case LinkPlace.ControlGroup(long id, int attach) -> attach(attach) + " " + group(id);
      case LinkPlace.Iterator(String target, int map) ->
          "iterator over " + target + (map == 0 ? "" : " of map " + map);
      case LinkPlace.Namespace(int inode, int attach) ->
          attach(attach) + " of network namespace " + Integer.toUnsignedLong(inode);
      case LinkPlace.Xdp(int device) -> "xdp on " + device(device);
      case LinkPlace.Ordered(int device, int attach) ->
          attach(attach) + " on " + device(device);
      case LinkPlace.StructOps(int map) -> "functions of map " + map;
      case LinkPlace.SocketMap(int map, int attach) -> attach(attach) + " of map " + map;
      case LinkPlace.Netfilter(int family, int hook, int priority, int flags) ->
          family(family)
              + " "
              + (hook >= 0 && hook < HOOKS.size() ? HOOKS.get(hook) : "hook " + hook)
              + ", priority "
              + priority
              + ((flags & 1) != 0 ? ", defragmented" : "");
      case LinkPlace.KprobeMulti many -> functions(many);
      case LinkPlace.UprobeMulti many -> uprobes(many);
      case LinkPlace.Kprobe probe ->
          (probe.isReturn() ? "kretprobe " : "kprobe ")
              + (probe.function().isEmpty() ? symbol(probe.address()) : probe.function())
              + (probe.offset() == 0 ? "" : "+" + probe.offset());
      case LinkPlace.Uprobe(String path, long offset, boolean isReturn) ->
          (isReturn ? "uretprobe " : "uprobe ") + path + "+0x" + Long.toHexString(offset);
      case LinkPlace.Tracepoint(String name) -> "tracepoint " + name;
      case LinkPlace.Event(int type, long config) ->
          "perf event of type " + type + ", 0x" + Long.toHexString(config);
      case LinkPlace.Other(int _) -> "the kernel does not say where";
    };
  }

  private static String attach(int type) {
    return AttachType.of(type)
        .map(its -> its.name().toLowerCase(Locale.ROOT))
        .orElse("attach type " + type);
  }

  private String functions(LinkPlace.KprobeMulti many) {
    StringBuilder text = new StringBuilder(many.isReturn() ? "kretprobe " : "kprobe ");
    text.append(many.addresses().size()).append(" functions: ");
    for (int i = 0; i < Math.min(FEW, many.addresses().size()); i++) {
      text.append(i == 0 ? "" : " ").append(symbol(many.addresses().get(i)));
    }
    return text.append(many.addresses().size() > FEW ? " …" : "").toString();
  }

  private static String uprobes(LinkPlace.UprobeMulti many) {
    StringBuilder text = new StringBuilder(many.isReturn() ? "uretprobe " : "uprobe ");
    text.append(many.path());
    for (int i = 0; i < Math.min(FEW, many.offsets().size()); i++) {
      text.append(" +0x").append(Long.toHexString(many.offsets().get(i)));
    }
    text.append(many.offsets().size() > FEW ? " … (" + many.offsets().size() + ")" : "");
    return text.append(many.pid() == 0 ? "" : " of process " + many.pid()).toString();
  }

  private String symbol(long address) {
    if (address == 0) {
      return "(hidden)";
    }
    if (symbols.isEmpty()) {
      symbols = Optional.of(new KernelSymbols());
    }
    return symbols.get().find(address).symbol();
  }

  /** A type's name; of a program's own function, the program's types know it. */
  private String type(int object, int type) {
    try (Fd fd = BpfIds.BTFS.open(object)) {
      BpfTypes.Description description = BpfTypes.describe(fd);
      if (!description.isKernels()) {
        return Btf.of("BTF " + object, BpfTypes.content(fd)).name(type);
      }
      if (kernel.isEmpty()) {
        kernel = Optional.of(Btf.ofKernel());
      }
      return description.name().equals("vmlinux")
          ? kernel.get().name(type)
          : description.name()
              + ":"
              + Btf.ofModule(description.name(), kernel.get()).name(type);
    } catch (SystemCallException | UncheckedIOException notBtf) {
      return "type " + type + " of object " + object;
    }
  }

  private static String device(int index) {
    if (index == 0) {
      return "an interface that has gone";
    }
    try {
      NetworkInterface found = NetworkInterface.getByIndex(index);
      return found == null ? "interface " + index : found.getName();
    } catch (SocketException denied) {
      return "interface " + index;
    }
  }

  private static String family(int number) {
    return switch (number) {
      case 2 -> "ipv4";
      case 10 -> "ipv6";
      default -> "family " + number;
    };
  }

  /** A control group's id is the inode of its folder (kernels of 64 bits). */
  private static String group(long id) {
    Optional<Path> root = Mounts.cgroup2();
    if (root.isPresent()) {
      try (Stream<Path> folders = Files.walk(root.get())) {
        Optional<Path> found =
            folders.filter(Files::isDirectory).filter(folder -> inode(folder) == id).findFirst();
        if (found.isPresent()) {
          return found.get().toString();
        }
      } catch (IOException | UncheckedIOException changing) {
        return "control group " + id;
      }
    }
    return "control group " + id;
  }

  private static long inode(Path folder) {
    try {
      return (Long) Files.getAttribute(folder, "unix:ino");
    } catch (IOException gone) {
      return -1;
    }
  }
}
