package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfIds;
import io.waggle.linux.BpfLink;
import io.waggle.linux.BpfMap;
import io.waggle.linux.Fd;
import io.waggle.linux.KernelVersion;
import io.waggle.linux.PerfEventAttributes;
import io.waggle.linux.PerfEventSource;
import io.waggle.linux.SystemCallException;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.ControlGroup;
import io.waggle.testing.Feature;
import io.waggle.testing.Guest;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attaches by each kind of link, and reads where the kernel says that it is. */
@RequiresBpf
@Tag("kernel")
class LinkTextTest {
  private static final String UNTOLD = "this kernel does not say where";

  @TempDir Path folder;
  private final Kernel kernel = Kernel.host();

  /** What is said of all links of one program, from the network namespace of this thread. */
  private static List<String> said(LoadedProgram program) {
    int wanted = program.describe().id();
    LinkText text = new LinkText(LinkTextTest::symbol);
    List<String> said = new ArrayList<>();
    for (int id = BpfIds.LINKS.after(0); id != 0; id = BpfIds.LINKS.after(id)) {
      try (Fd link = BpfIds.LINKS.open(id)) {
        if (BpfLink.describe(link).program() == wanted) {
          said.add(text.of(link));
        }
      } catch (SystemCallException gone) { // another test's
        continue;
      }
    }
    return said;
  }

  private static int id(LoadedMap map) {
    return BpfMap.of(map.fd()).describe().id();
  }

  private static String said(LoadedObject object) {
    return String.join("; ", said(object.programs().getFirst()));
  }

  private static final Set<String> TESTED =
      IntStream.rangeClosed(1, 10)
          .mapToObj(i -> "bpf_fentry_test" + i)
          .collect(Collectors.toUnmodifiableSet());

  /** Of the functions that only the kernel's own tests call; probes may sit past an endbr. */
  private static String symbol(long address) {
    return KernelAddresses.find(TESTED).entrySet().stream()
        .filter(entry -> address - entry.getValue() >= 0 && address - entry.getValue() < 8)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("unknown");
  }

  private LoadedObject counter(ProgramType type, Optional<AttachType> attach, int returned) {
    return kernel.load(Network.counter(type, attach, returned));
  }

  /** What kernels tell of links to perf events since Linux 6.6. */
  private static String perf(String text) {
    return KernelVersion.running().atLeast(6, 6) ? text : UNTOLD;
  }

  @Test
  void tracepoints() {
    try (LoadedObject raw = counter(ProgramType.RAW_TRACEPOINT, Optional.empty(), 0);
        LoadedObject other = counter(ProgramType.TRACEPOINT, Optional.empty(), 0)) {
      raw.attach("counter", new RawTracepoint("sched_process_hang"));
      other.attach("counter", new Tracepoint("sched", "sched_process_hang"));
      assertThat(said(raw)).isEqualTo("raw tracepoint sched_process_hang");
      assertThat(said(other)).isEqualTo(perf("tracepoint sched_process_hang"));
    }
  }

  @Test
  void aClock() {
    try (LoadedObject object = counter(ProgramType.PERF_EVENT, Optional.empty(), 0)) {
      PerfEventAttributes clock =
          PerfEventAttributes.period(new PerfEventSource.Software(1), 1_000_000_000);
      OptionalInt self = OptionalInt.of((int) ProcessHandle.current().pid());
      object.attach("counter", new PerfSamples("clock", clock, true, self));
      assertThat(said(object.program("counter")))
          .isNotEmpty()
          .allMatch(perf("perf event, software 0x1")::equals);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Requires({Feature.GCC, Feature.UPROBE})
  void aPlaceInAFile(boolean atReturn) {
    Target target = Target.compile(folder);
    try (Target.Running process = target.start();
        LoadedObject object = counter(ProgramType.KPROBE, Optional.empty(), 0)) {
      List<Uprobes.Site> site = List.of(new Uprobes.Site(process.work(), 0, 0));
      OptionalInt pid = OptionalInt.of(process.pid());
      object.attach("counter", new Uprobes(target.file(), site, atReturn, pid));
      String place = target.file() + "+0x" + Long.toHexString(process.work());
      assertThat(said(object)).isEqualTo(perf((atReturn ? "uretprobe " : "uprobe ") + place));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Requires({Feature.GCC, Feature.UPROBE_MULTI})
  void manyPlacesInAFile(boolean atReturn) {
    Target target = Target.compile(folder);
    Optional<AttachType> multi = Optional.of(AttachType.TRACE_UPROBE_MULTI);
    try (Target.Running process = target.start();
        LoadedObject object = counter(ProgramType.KPROBE, multi, 0)) {
      List<Uprobes.Site> sites =
          List.of(new Uprobes.Site(process.work(), 0, 0), new Uprobes.Site(process.rest(), 0, 0));
      OptionalInt pid = OptionalInt.of(process.pid());
      object.attach("counter", new Uprobes(target.file(), sites, atReturn, pid));
      assertThat(said(object))
          .isEqualTo(
              "%s %s+0x%x, +0x%x of process %d",
              atReturn ? "uretprobe" : "uprobe",
              target.file(),
              process.work(),
              process.rest(),
              process.pid());
    }
  }

  @Test
  @Requires(Feature.KPROBE)
  void aFunctionOfTheKernel() {
    try (LoadedObject enter = counter(ProgramType.KPROBE, Optional.empty(), 0);
        LoadedObject leave = counter(ProgramType.KPROBE, Optional.empty(), 0)) {
      enter.attach("counter", new Kprobe("bpf_fentry_test1", 0, false));
      leave.attach("counter", new Kprobe("bpf_fentry_test1", 0, true));
      assertThat(said(enter)).isEqualTo(perf("kprobe bpf_fentry_test1"));
      assertThat(said(leave)).isEqualTo(perf("kretprobe bpf_fentry_test1"));
    }
  }

  @Test
  @Requires({Feature.KPROBE, Feature.FENTRY})
  void manyFunctionsOfTheKernel() {
    assumeTrue(
        kernel.has(io.waggle.kernel.Feature.KPROBE_MULTI), "kprobe.multi links (Linux 5.18)");
    Optional<AttachType> multi = Optional.of(AttachType.TRACE_KPROBE_MULTI);
    try (LoadedObject one = counter(ProgramType.KPROBE, multi, 0);
        LoadedObject many = counter(ProgramType.KPROBE, multi, 0)) {
      one.attach("counter", new KprobeMulti("bpf_fentry_test1", true));
      many.attach("counter", new KprobeMulti("bpf_fentry_test?", false));
      assertThat(said(one)).isEqualTo(perf("kretprobe of 1 function: bpf_fentry_test1"));
      assertThat(said(many))
          .startsWith(perf("kprobe of "))
          .contains(perf(" functions: bpf_fentry_test"));
    }
  }

  @Test
  @Requires(Feature.CONTROL_GROUPS)
  void aControlGroup() {
    try (ControlGroup group = ControlGroup.create();
        LoadedObject object = kernel.load(CgroupTest.program(AttachType.CGROUP_INET4_BIND, 1))) {
      object.attach("counter", new Cgroup(group.folder()));
      assertThat(said(object)).isEqualTo("cgroup_inet4_bind of " + group.folder());
      group.close();
      while (said(object).contains(group.folder().toString())) {
        Thread.onSpinWait(); // the kernel detaches when it gets round to it
      }
      assertThat(said(object)).contains("control group");
    }
  }

  @Test
  void aMapOfSockets() {
    var hook = Optional.of(AttachType.SK_SKB_VERDICT);
    var program = Code.program("counter", ProgramType.SK_SKB, hook, new Code().returnZero());
    MapSpec sockets = new MapSpec("sockets", MapType.SOCKMAP, 4, 4, 1);
    try (LoadedObject object = kernel.load(Code.object(program, sockets))) {
      object.attach("counter", new SocketMap(object.map("sockets")));
      int map = id(object.map("sockets"));
      String text = "sk_skb_verdict of map " + map;
      // By a link since Linux 6.10; else the map alone knows.
      assertThat(said(object)).isIn(text, "");
    }
  }

  @Nested
  @Requires(Feature.NETWORK)
  class OfNetworks {
    private final Network network = new Network();

    @AfterEach
    void disconnect() {
      network.close();
    }

    private <T> T far(Supplier<T> action) {
      return network.far(action);
    }

    private void isTold(ProgramType type, AttachType attach, AttachPoint point, String text) {
      try (LoadedObject object = counter(type, Optional.of(attach), 1)) {
        far(() -> object.attach("counter", point));
        assertThat(far(() -> said(object))).isEqualTo(text);
      }
    }

    @ParameterizedTest
    @EnumSource(
        value = Xdp.Mode.class,
        names = {"SKB", "DRV"})
    void xdp(Xdp.Mode mode) {
      isTold(ProgramType.XDP, AttachType.XDP, new Xdp("far0", mode), "xdp of far0");
    }

    @ParameterizedTest
    @EnumSource(Tc.Direction.class)
    void tcx(Tc.Direction direction) {
      assumeTrue(kernel.has(io.waggle.kernel.Feature.TCX), "tcx (Linux 6.6)");
      try (LoadedObject object = counter(ProgramType.SCHED_CLS, Optional.empty(), 0)) {
        far(() -> object.attach("counter", new Tcx("far0", direction)));
        assertThat(far(() -> said(object))).isEqualTo("tcx_" + direction.word() + " of far0");
      }
    }

    @Test
    void netkit() {
      assumeTrue(kernel.has(io.waggle.kernel.Feature.NETKIT), "netkit interfaces (Linux 6.7)");
      network.pair().farIp("link", "add", "kit0", "type", "netkit");
      try (LoadedObject object = counter(ProgramType.SCHED_CLS, Optional.empty(), -1)) {
        far(() -> object.attach("counter", new Netkit("kit0", Netkit.End.PEER)));
        assertThat(far(() -> said(object))).isEqualTo("netkit_peer of kit0");
      }
    }

    @Test
    void anInterfaceElsewhereOrGoneIsNotTakenForOneHere() {
      try (LoadedObject object = counter(ProgramType.XDP, Optional.of(AttachType.XDP), 2)) {
        far(() -> object.attach("counter", new Xdp("far0", Xdp.Mode.SKB)));
        assertThat(said(object)).matches("xdp of interface \\d+ of another network namespace");
        network.pair().farIp("link", "del", "far0");
        assertThat(said(object)).isEqualTo("xdp of an interface that has gone");
      }
    }

    @Test
    void namespaces() {
      Optional<Path> file = Optional.of(network.pair().far());
      String name = " of network namespace " + network.pair().far().getFileName();
      isTold(
          ProgramType.SK_LOOKUP,
          AttachType.SK_LOOKUP,
          new SocketLookup(file),
          "sk_lookup of this network namespace");
      try (LoadedObject object =
          counter(ProgramType.FLOW_DISSECTOR, Optional.of(AttachType.FLOW_DISSECTOR), 0)) {
        object.attach("counter", new FlowDissector(file));
        assertThat(said(object)).isEqualTo("flow_dissector" + name);
      }
    }

    @Test
    @Requires(Feature.NETFILTER_PROGRAMS)
    void netfilter() {
      isTold(
          ProgramType.NETFILTER,
          AttachType.NETFILTER,
          new Netfilter(Netfilter.Family.IPV6, Netfilter.Hook.LOCAL_OUT, -7, false),
          "netfilter ipv6 local_out, priority -7");
      isTold(
          ProgramType.NETFILTER,
          AttachType.NETFILTER,
          new Netfilter(Netfilter.Family.IPV4, Netfilter.Hook.PRE_ROUTING, 10, true),
          "netfilter ipv4 pre_routing, priority 10, defragmented");
    }
  }

  @Nested
  @Requires({Feature.CLANG, Feature.KERNEL_BTF})
  class ByTypes {
    private static final String HEADER =
        """
        #define SEC(name) __attribute__((section(name), used))
        typedef unsigned int u32;
        typedef unsigned long long u64;
        char _license[] SEC("license") = "GPL";
        """;

    private BpfObject read(String source) {
      return BpfObject.read(BpfCompiler.compile(folder, "object", HEADER + source, "-mcpu=v3"));
    }

    private BpfObject section(String section) {
      return read("SEC(\"" + section + "\") int hook(u64 *context) { return 0; }");
    }

    private void isTold(BpfObject read, String text) {
      try (LoadedObject object = kernel.load(read)) {
        assertThat(object.attachAll()).isEmpty();
        assertThat(said(object)).isEqualTo(text);
      }
    }

    @Test
    void typedTracepoints() {
      isTold(section("tp_btf/sched_process_hang"), "tp_btf sched_process_hang");
    }

    @ParameterizedTest
    @CsvSource({
      "fentry, bpf_fentry_test1",
      "fexit, bpf_fentry_test1",
      "fmod_ret, security_socket_create"
    })
    @Guest
    @Requires(Feature.FENTRY)
    void functions(String way, String function) {
      isTold(section(way + "/" + function), way + " " + function);
    }

    @Test
    @Guest
    @Requires({Feature.BPF_LSM, Feature.FENTRY})
    void securityHooks() {
      isTold(section("lsm/socket_create"), "lsm socket_create");
    }

    @Test
    void iterators() {
      isTold(section("iter/bpf_map"), "iterator over bpf_map");
    }

    @Test
    void iteratorsOverTasks() {
      try (LoadedObject object = kernel.load(section("iter/task"))) {
        int pid = (int) ProcessHandle.current().pid();
        object.attach("hook", new Iterator(new Iterator.Target.Process(pid)));
        assertThat(said(object)).isEqualTo("iterator over task of process " + pid);
      }
      try (LoadedObject object = kernel.load(section("iter/task"))) {
        int pid = (int) ProcessHandle.current().pid();
        object.attach("hook", new Iterator(new Iterator.Target.Thread(pid)));
        assertThat(said(object)).isEqualTo("iterator over task of thread " + pid);
      }
    }

    @Test
    void iteratorsOverElements() {
      String elements =
          """
          struct { int (*type)[1]; int (*max_entries)[4]; u32 *key; u32 *value; } m SEC(".maps");
          SEC("iter/bpf_map_elem") int hook(u64 *context) { return 0; }
          """;
      try (LoadedObject object = kernel.load(read(elements))) {
        object.attach("hook", new Iterator(new Iterator.Target.Map(object.map("m"))));
        int map = id(object.map("m"));
        assertThat(said(object)).isEqualTo("iterator over bpf_map_elem of map " + map);
      }
    }

    @Test
    @Requires(Feature.CONTROL_GROUPS)
    void iteratorsOverControlGroups() {
      try (ControlGroup group = ControlGroup.create();
          LoadedObject object = kernel.load(section("iter/cgroup"))) {
        var from = new Cgroup.Group.Folder(group.folder());
        object.attach(
            "hook", new Iterator(new Iterator.Target.Cgroups(from, Iterator.Target.Order.SELF)));
        assertThat(said(object)).isEqualTo("iterator over cgroup from " + group.folder());
      }
    }

    @Test
    @Requires(Feature.UPROBE_MULTI)
    void tablesOfFunctions() {
      String table =
          """
          struct sock;
          struct tcp_congestion_ops {
            char name[16];
            u32 (*ssthresh)(struct sock *sk);
            u32 (*undo_cwnd)(struct sock *sk);
            void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
          };
          SEC("struct_ops") u32 ssthresh(u64 *context) { return 2; }
          SEC("struct_ops") u32 undo(u64 *context) { return 4; }
          SEC("struct_ops") void avoid(u64 *context) {}
          SEC(".struct_ops.link") struct tcp_congestion_ops table = {
            .name = "waggle_told", .ssthresh = (void *) ssthresh, .undo_cwnd = (void *) undo,
            .cong_avoid = (void *) avoid,
          };
          """;
      try (LoadedObject object = kernel.load(read(table))) {
        assertThat(object.attachAll()).isEmpty();
        int map = id(object.map("table"));
        List<String> all = new ArrayList<>();
        LinkText text = new LinkText(LinkTextTest::symbol);
        for (int id = BpfIds.LINKS.after(0); id != 0; id = BpfIds.LINKS.after(id)) {
          try (Fd link = BpfIds.LINKS.open(id)) {
            all.add(text.of(link));
          } catch (SystemCallException gone) { // another test's
            continue;
          }
        }
        assertThat(all).contains("struct_ops tcp_congestion_ops, map " + map);
      }
    }

    @Test
    @Guest
    @Requires(Feature.FENTRY)
    void functionsOfPrograms() {
      String context = "struct xdp_md { u32 data, data_end, data_meta, in, queue, out; };\n";
      String base =
          """
          __attribute__((noinline)) int decide(struct xdp_md *context) {
            volatile int answer = 2;
            return answer;
          }
          SEC("xdp") int base(struct xdp_md *context) { return decide(context); }
          """;
      try (LoadedObject target = kernel.load(read(context + base))) {
        int id = target.program("base").describe().id();
        LoadOptions options =
            LoadOptions.USUAL.withTarget(
                "hook", new LoadOptions.Target(target.program("base"), "decide"));
        for (String way : List.of("freplace", "fentry", "fexit")) {
          String argument = way.equals("freplace") ? "struct xdp_md *" : "u64 *";
          String hook = "SEC(\"" + way + "/decide\") int hook(" + argument + "c) { return 0; }";
          try (LoadedObject object = kernel.load(read(context + hook), options)) {
            assertThat(object.attachAll()).isEmpty();
            assertThat(said(object)).isEqualTo(way + " decide of program " + id);
          }
        }
      }
    }
  }
}
