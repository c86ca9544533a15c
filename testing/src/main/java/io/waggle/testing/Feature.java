package io.waggle.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Something of the machine that a test cannot do without. Each one is asked of the running system;
 * where the kernel's age alone may explain its absence, the first version that has it is known.
 */
public enum Feature {
  /** May load BPF programs and open perf events: CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN. */
  BPF(Kind.PRIVILEGE, "the capabilities CAP_BPF and CAP_PERFMON (run as root)") {
    @Override
    boolean present() {
      long effective = effectiveCapabilities();
      return has(effective, CAP_SYS_ADMIN)
          || (has(effective, CAP_BPF) && has(effective, CAP_PERFMON));
    }
  },
  /** A C compiler named {@code gcc} on the path. */
  GCC(Kind.PRIVILEGE, "gcc on the path") {
    @Override
    boolean present() {
      return onPath("gcc");
    }
  },
  /** A C compiler for the BPF target, named {@code clang} on the path. */
  CLANG(Kind.PRIVILEGE, "clang on the path") {
    @Override
    boolean present() {
      return onPath("clang");
    }
  },
  /** The kernel's own tool for BPF, named {@code bpftool} on the path. */
  BPFTOOL(Kind.PRIVILEGE, "bpftool on the path") {
    @Override
    boolean present() {
      return onPath("bpftool");
    }
  },
  /** May make network namespaces and interfaces in them, with {@code ip} (package iproute2). */
  NETWORK(Kind.PRIVILEGE, "CAP_NET_ADMIN, CAP_SYS_ADMIN and ip on the path (as root, iproute2)") {
    @Override
    boolean present() {
      long effective = effectiveCapabilities();
      return has(effective, CAP_SYS_ADMIN) && has(effective, CAP_NET_ADMIN) && onPath("ip");
    }
  },
  /** May make control groups of version 2 and attach programs to them. */
  CONTROL_GROUPS(Kind.PRIVILEGE, "CAP_NET_ADMIN, CAP_SYS_ADMIN (as root) and a mounted cgroup2") {
    @Override
    boolean present() {
      long effective = effectiveCapabilities();
      return has(effective, CAP_SYS_ADMIN)
          && has(effective, CAP_NET_ADMIN)
          && read(Path.of("/proc/self/mounts"))
              .filter(all -> all.contains(" cgroup2 "))
              .isPresent();
    }
  },
  /** Hooks of control groups for addresses of UNIX sockets. */
  UNIX_ADDRESS_HOOKS("hooks for addresses of UNIX sockets", KernelVersion.of(6, 7)) {
    @Override
    boolean present() {
      return KernelVersion.running().atLeast(6, 7);
    }
  },
  /** The uprobe performance monitoring unit: uprobes and uretprobes through perf events. */
  UPROBE("uprobes (CONFIG_UPROBE_EVENTS)") {
    @Override
    boolean present() {
      return Files.exists(EVENT_SOURCES.resolve("uprobe"));
    }
  },
  /** Memory that programs share with user space (BPF_MAP_TYPE_ARENA). */
  ARENA("arenas", KernelVersion.of(6, 9)) {
    @Override
    boolean present() {
      return KernelVersion.running().atLeast(6, 9);
    }
  },
  /** Programs that throw (bpf_throw), where the kernel can unwind them. */
  EXCEPTIONS("exceptions (Linux 6.7, CONFIG_UNWINDER_ORC)", KernelVersion.of(6, 7)) {
    @Override
    boolean present() {
      return KernelVersion.running().atLeast(6, 7) && KernelConfig.enabled("CONFIG_UNWINDER_ORC");
    }
  },
  /** The kernel lists its variables, too, not only its functions. */
  KALLSYMS_ALL("variables in /proc/kallsyms (CONFIG_KALLSYMS_ALL)") {
    @Override
    boolean present() {
      return KernelConfig.enabled("CONFIG_KALLSYMS_ALL");
    }
  },
  /** Many uprobes through one link. */
  UPROBE_MULTI("uprobe_multi links", KernelVersion.of(6, 6)) {
    @Override
    boolean present() {
      return UPROBE.present() && KernelVersion.running().atLeast(6, 6);
    }
  },
  /** One program for the starts and returns of a file's functions. */
  UPROBE_SESSION("uprobe.session links", KernelVersion.of(6, 13)) {
    @Override
    boolean present() {
      return UPROBE.present() && KernelVersion.running().atLeast(6, 13);
    }
  },
  /** Signed division, sign-extending loads and moves, long jumps. */
  INSTRUCTIONS_V4("version 4 of the BPF instructions", KernelVersion.of(6, 6)) {
    @Override
    boolean present() {
      return KernelVersion.running().atLeast(6, 6);
    }
  },
  /** Functions of the kernel for programs to call: tasks, numeric iterators, RCU sections. */
  KERNEL_FUNCTIONS("kernel functions for programs (bpf_iter_num_new)", KernelVersion.of(6, 4)) {
    @Override
    boolean present() {
      return KERNEL_BTF.present() && KernelVersion.running().atLeast(6, 4);
    }
  },
  /** The kprobe performance monitoring unit: kprobes and kretprobes through perf events. */
  KPROBE("kprobes (CONFIG_KPROBE_EVENTS)") {
    @Override
    boolean present() {
      return Files.exists(EVENT_SOURCES.resolve("kprobe"));
    }
  },
  /** Ftrace's direct calls, on which fentry, fexit and kprobe_multi stand. */
  FENTRY("fentry (CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS)") {
    @Override
    boolean present() {
      return KernelConfig.enabled("CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS");
    }
  },
  /** BPF programs at the hooks of netfilter. */
  NETFILTER_PROGRAMS("netfilter programs (CONFIG_NETFILTER_BPF_LINK)", KernelVersion.of(6, 4)) {
    @Override
    boolean present() {
      return KernelConfig.enabled("CONFIG_NETFILTER_BPF_LINK");
    }
  },
  /** BPF programs of routes. */
  ROUTE_PROGRAMS("programs of routes (CONFIG_LWTUNNEL_BPF)") {
    @Override
    boolean present() {
      return KernelConfig.enabled("CONFIG_LWTUNNEL_BPF");
    }
  },
  /** BPF programs for segments of IPv6 segment routing. */
  SEGMENT_ROUTING_PROGRAMS("programs for segment routing (CONFIG_IPV6_SEG6_BPF)") {
    @Override
    boolean present() {
      return KernelConfig.enabled("CONFIG_IPV6_SEG6_BPF");
    }
  },
  /** BPF programs on LSM hooks. */
  BPF_LSM("bpf among the active security modules") {
    @Override
    boolean present() {
      return read(Path.of("/sys/kernel/security/lsm"))
          .filter(list -> ("," + list.strip() + ",").contains(",bpf,"))
          .isPresent();
    }
  },
  /** The kernel's own types. */
  KERNEL_BTF("the kernel's types in /sys/kernel/btf/vmlinux") {
    @Override
    boolean present() {
      return Files.exists(Path.of("/sys/kernel/btf/vmlinux"));
    }
  },
  /** Counters of the processor; most virtual machines have none. */
  HARDWARE_COUNTERS("hardware performance counters") {
    @Override
    boolean present() {
      return Files.exists(EVENT_SOURCES.resolve("cpu"));
    }
  };

  /** Whose absence is to blame: the way the tests were started, or the kernel they run on. */
  enum Kind {
    PRIVILEGE,
    KERNEL
  }

  private static final Path EVENT_SOURCES = Path.of("/sys/bus/event_source/devices");

  // include/uapi/linux/capability.h
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_SYS_ADMIN = 21;
  private static final int CAP_PERFMON = 38;
  private static final int CAP_BPF = 39;

  private final Kind kind;
  private final String description;
  private final KernelVersion since;

  Feature(Kind kind, String description) {
    this(kind, description, KernelVersion.of(0, 0));
  }

  Feature(String description) {
    this(Kind.KERNEL, description);
  }

  Feature(String description, KernelVersion since) {
    this(Kind.KERNEL, description, since);
  }

  Feature(Kind kind, String description, KernelVersion since) {
    this.kind = kind;
    this.description = description;
    this.since = since;
  }

  /** Asks the machine. */
  abstract boolean present();

  Kind kind() {
    return kind;
  }

  String description() {
    return description;
  }

  /** Whether the running kernel is older than the feature. */
  boolean predated() {
    return !KernelVersion.running().atLeast(since.major(), since.minor());
  }

  private static boolean has(long set, int capability) {
    return (set & 1L << capability) != 0;
  }

  private static long effectiveCapabilities() {
    return read(Path.of("/proc/self/status")).stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("CapEff:"))
        .findFirst()
        .map(line -> Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16))
        .orElse(0L);
  }

  private static boolean onPath(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }
}
