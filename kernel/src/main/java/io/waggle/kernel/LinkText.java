package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramType;
import io.waggle.formats.btf.Btf;
import io.waggle.linux.BpfAttachment;
import io.waggle.linux.BpfIds;
import io.waggle.linux.BpfInspection;
import io.waggle.linux.BpfLink;
import io.waggle.linux.BpfProgram;
import io.waggle.linux.BpfTypes;
import io.waggle.linux.Fd;
import io.waggle.linux.LinkInspection;
import io.waggle.linux.LinkPlace;
import io.waggle.linux.Mounts;
import io.waggle.linux.NetworkDevice;
import io.waggle.linux.NetworkDevices;
import io.waggle.linux.SystemCallException;
import io.waggle.linux.XdpDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/** Where links attach, in words. What it must look up it looks up once. One thread at a time. */
public final class LinkText {
  private static final List<String> HOOKS =
      List.of("pre_routing", "local_in", "forward", "local_out", "post_routing");
  private static final List<String> EVENTS = // enum perf_type_id
      List.of("hardware", "software", "tracepoint", "cache", "raw", "breakpoint");
  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final Path SOURCES = Path.of("/sys/bus/event_source/devices");
  private static final int FEW = 8;

  private final LongFunction<String> symbols;
  private Optional<Btf> kernel = Optional.empty();

  /**
   * A view on the running kernel.
   *
   * @param symbols the function of the kernel at an address, by name
   */
  public LinkText(LongFunction<String> symbols) {
    this.symbols = symbols;
  }

  /**
   * Where an open link attaches, on one line.
   *
   * @throws SystemCallException if the kernel does not tell
   */
  public String of(Fd link) {
    int program = BpfLink.describe(link).program();
    return switch (LinkInspection.place(link)) {
      case LinkPlace.RawTracepoint(String name) ->
          (type(program) == ProgramType.TRACING ? "tp_btf " : "raw tracepoint ") + name;
      case LinkPlace.Typed typed -> typed(typed, program);
      case LinkPlace.ControlGroup(long id, int attach) -> attach(attach) + " of " + group(id);
      case LinkPlace.Iterator walk -> iterator(walk);
      case LinkPlace.Namespace(int inode, int attach) ->
          attach(attach) + " of " + namespace(Integer.toUnsignedLong(inode));
      case LinkPlace.Xdp(int device) -> "xdp of " + device(device, at -> hasXdp(at, program));
      case LinkPlace.Ordered(int device, int attach) ->
          attach(attach)
              + " of "
              + device(hooked(device, attach, program), at -> has(at, attach, program));
      case LinkPlace.StructOps(int map) -> structOps(map);
      case LinkPlace.SocketMap(int map, int attach) -> attach(attach) + " of map " + map;
      case LinkPlace.Netfilter hook -> netfilter(hook);
      case LinkPlace.KprobeMulti many -> functions(many);
      case LinkPlace.UprobeMulti many -> uprobes(many);
      case LinkPlace.Kprobe probe -> kprobe(probe);
      case LinkPlace.Uprobe(String path, long offset, boolean isReturn) ->
          (isReturn ? "uretprobe " : "uprobe ") + path + "+0x" + Long.toHexString(offset);
      case LinkPlace.Tracepoint(String name) -> "tracepoint " + name;
      case LinkPlace.Event(int type, long config) ->
          "perf event, " + source(type, config) + " 0x" + Long.toHexString(config);
      case LinkPlace.Other(int _) -> "this kernel does not say where";
    };
  }

  private static String attach(int type) {
    return AttachType.of(type)
        .map(its -> its.name().toLowerCase(Locale.ROOT))
        .orElse("attach type " + type);
  }

  private static ProgramType type(int program) {
    try (Fd fd = BpfIds.PROGRAMS.open(program)) {
      return ProgramType.of(BpfProgram.describe(fd).type()).orElse(ProgramType.UNSPEC);
    }
  }

  /**
   * A source of events; those above the first few get their numbers when the kernel starts. The
   * kernel gives its two clocks, software events 0 and 1, to sources that it does not list
   * (perf_swevent_init, kernel/events/core.c).
   */
  private static String source(int type, long config) {
    if (type >= 0 && type < EVENTS.size()) {
      return EVENTS.get(type);
    }
    try (Stream<Path> folders = Files.list(SOURCES)) {
      for (Path folder : (Iterable<Path>) folders::iterator) {
        if (Files.readString(folder.resolve("type")).strip().equals(Integer.toString(type))) {
          return folder.getFileName().toString();
        }
      }
    } catch (IOException | UncheckedIOException unreadable) {
      return "type " + type;
    }
    return config == 0 || config == 1 ? "software" : "type " + type;
  }

  /**
   * The kernel does not say whether the object is BTF or a program. Of a program of the kernel's
   * functions the BTF is known still; one for a program has forgotten it once it is attached.
   */
  private String typed(LinkPlace.Typed place, int program) {
    ProgramType type = type(program);
    int attachObject;
    try (Fd fd = BpfIds.PROGRAMS.open(program)) {
      attachObject = BpfInspection.details(fd).attachObject();
    }
    String way = type == ProgramType.EXT ? "freplace" : section(place.attachType());
    if (type == ProgramType.EXT || attachObject != place.object()) {
      return way + " " + function(place.object(), place.type()) + " of program " + place.object();
    }
    String name = typeName(place.object(), place.type());
    return way + " " + without("btf_trace_", without("bpf_lsm_", name));
  }

  private static String without(String prefix, String name) {
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  /** As sections call it. */
  private static String section(int attachType) {
    return switch (AttachType.of(attachType).orElse(AttachType.TRACE_ITER)) {
      case TRACE_RAW_TP -> "tp_btf";
      case TRACE_FENTRY -> "fentry";
      case TRACE_FEXIT -> "fexit";
      case MODIFY_RETURN -> "fmod_ret";
      case LSM_MAC -> "lsm";
      default -> attach(attachType);
    };
  }

  /** A function of a program, by the program's own types. */
  private static String function(int program, int type) {
    try (Fd fd = BpfIds.PROGRAMS.open(program);
        Fd types = BpfIds.BTFS.open(BpfProgram.describe(fd).btfId())) {
      return Btf.of("BTF of program " + program, BpfTypes.content(types)).name(type);
    } catch (SystemCallException gone) {
      return "function " + type;
    }
  }

  /** By the BTF of that id; of older kernels the id is 0. */
  private String typeName(int object, int type) {
    try {
      if (object == 0) {
        return ofKernel().name(type);
      }
      try (Fd fd = BpfIds.BTFS.open(object)) {
        String module = BpfTypes.describe(fd).name();
        return module.equals("vmlinux")
            ? ofKernel().name(type)
            : module + ":" + Btf.ofModule(module, ofKernel()).name(type);
      }
    } catch (SystemCallException | UncheckedIOException noTypes) {
      return "type " + type + " of BTF " + object;
    }
  }

  private Btf ofKernel() {
    if (kernel.isEmpty()) {
      kernel = Optional.of(Btf.ofKernel());
    }
    return kernel.get();
  }

  private static String iterator(LinkPlace.Iterator walk) {
    return "iterator over "
        + walk.target()
        + (walk.map() == 0 ? "" : " of map " + walk.map())
        + (walk.pid() == 0 ? "" : " of process " + walk.pid())
        + (walk.tid() == 0 ? "" : " of thread " + walk.tid())
        + (walk.group() == 0 ? "" : " from " + group(walk.group()));
  }

  private String structOps(int map) {
    try (Fd fd = BpfIds.MAPS.open(map)) {
      BpfInspection.MapTypes types = BpfInspection.types(fd);
      String name = typeName(types.structOpsBtf(), types.structOps());
      return "struct_ops " + without("bpf_struct_ops_", name) + ", map " + map;
    } catch (SystemCallException gone) {
      return "struct_ops, map " + map;
    }
  }

  private static String netfilter(LinkPlace.Netfilter place) {
    int hook = place.hook();
    String family =
        switch (place.family()) {
          case 2 -> "ipv4";
          case 10 -> "ipv6";
          default -> "family " + place.family();
        };
    return "netfilter "
        + family
        + " "
        + (hook >= 0 && hook < HOOKS.size() ? HOOKS.get(hook) : "hook " + hook)
        + ", priority "
        + place.priority()
        + ((place.flags() & 1) != 0 ? ", defragmented" : "");
  }

  private String functions(LinkPlace.KprobeMulti many) {
    StringBuilder text = new StringBuilder(many.isReturn() ? "kretprobe of " : "kprobe of ");
    int count = many.addresses().size();
    text.append(count).append(count == 1 ? " function:" : " functions:");
    for (int i = 0; i < Math.min(FEW, count); i++) {
      text.append(' ').append(symbol(many.addresses().get(i)));
    }
    return text.append(count > FEW ? " …" : "").toString();
  }

  private static String uprobes(LinkPlace.UprobeMulti many) {
    StringBuilder text = new StringBuilder(many.isReturn() ? "uretprobe " : "uprobe ");
    text.append(many.path());
    for (int i = 0; i < Math.min(FEW, many.offsets().size()); i++) {
      text.append(i == 0 ? "+0x" : ", +0x").append(Long.toHexString(many.offsets().get(i)));
    }
    text.append(many.offsets().size() > FEW ? " … (" + many.offsets().size() + ")" : "");
    return text.append(many.pid() == 0 ? "" : " of process " + many.pid()).toString();
  }

  private String kprobe(LinkPlace.Kprobe probe) {
    return (probe.isReturn() ? "kretprobe " : "kprobe ")
        + (probe.function().isEmpty() ? symbol(probe.address()) : probe.function())
        + (probe.offset() == 0 ? "" : "+0x" + Integer.toHexString(probe.offset()));
  }

  private String symbol(long address) {
    return address == 0 ? "(hidden)" : symbols.apply(address);
  }

  /** Whether what a link attaches is found at an interface of this network namespace. */
  private interface Check {
    boolean at(NetworkDevice device);
  }

  /** The kernel says the number alone, which means another interface in each namespace. */
  private static String device(int index, Check check) {
    if (index == 0) {
      return "an interface that has gone";
    }
    try {
      return NetworkDevices.at(index)
          .filter(check::at)
          .map(NetworkDevice::name)
          .orElse("interface " + index + " of another network namespace");
    } catch (SystemCallException denied) {
      return "interface " + index;
    }
  }

  /**
   * The interface that has a link's hook. That of a netkit's peer hangs on its primary, of which
   * the kernel says nothing: it gives the number of the peer (netkit_dev_fetch,
   * drivers/net/netkit.c).
   */
  private static int hooked(int device, int attach, int program) {
    if (device == 0 || attach != AttachType.NETKIT_PEER.id()) {
      return device;
    }
    try {
      return NetworkDevices.all().stream()
          .filter(primary -> has(primary, attach, program))
          .mapToInt(NetworkDevice::index)
          .findFirst()
          .orElse(device);
    } catch (SystemCallException denied) {
      return device;
    }
  }

  private static boolean hasXdp(NetworkDevice device, int program) {
    try (XdpDevice xdp = new XdpDevice(device)) {
      XdpDevice.Programs programs = xdp.query();
      return List.of(programs.skb(), programs.drv(), programs.hw()).contains(program);
    }
  }

  private static boolean has(NetworkDevice device, int attach, int program) {
    try {
      return BpfAttachment.query(device.index(), attach, false).programs().contains(program);
    } catch (SystemCallException otherKind) { // no netkit
      return false;
    }
  }

  private static String namespace(long inode) {
    if (inode == 0) {
      return "a network namespace that has gone";
    }
    if (inode(Path.of("/proc/thread-self/ns/net")) == inode) {
      return "this network namespace";
    }
    try (Stream<Path> files = Files.list(NAMESPACES)) {
      Optional<Path> named = files.filter(file -> inode(file) == inode).findFirst();
      if (named.isPresent()) {
        return "network namespace " + named.get().getFileName();
      }
    } catch (IOException | UncheckedIOException none) {
      return "network namespace " + inode;
    }
    return "network namespace " + inode;
  }

  /** A control group's id is the inode of its folder (kernels of 64 bits). */
  private static String group(long id) {
    if (id == 0) {
      return "a control group that has gone";
    }
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

  private static long inode(Path file) {
    try {
      return (Long) Files.getAttribute(file, "unix:ino");
    } catch (IOException gone) {
      return -1;
    }
  }
}
