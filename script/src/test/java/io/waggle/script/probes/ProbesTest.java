package io.waggle.script.probes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.formats.usdt.StaticProbe;
import io.waggle.kernel.KernelTypes;
import io.waggle.kernel.TraceableFunctions.Function;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Attachment.KernelSite;
import io.waggle.script.plan.Attachment.Site;
import io.waggle.script.plan.Attachment.Unit;
import io.waggle.script.plan.Attachment.UsdtPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbesTest {
  @TempDir Path folder;
  private Probes probes;
  private Listing listing;

  @BeforeEach
  void layOutAMachine() throws IOException {
    for (String event :
        List.of("sched/sched_switch", "sched/sched_wakeup", "syscalls/sys_enter_x")) {
      Path place = folder.resolve("tracefs/events").resolve(event);
      Files.createDirectories(place);
      Files.writeString(
          place.resolve("format"),
          """
          name: x
          format:
          \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

          \tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;
          \tfield:pid_t pid;\toffset:24;\tsize:4;\tsigned:1;

          print fmt: ""
          """);
    }
    Files.writeString(
        folder.resolve("tracefs/available_events"),
        "syscalls:sys_enter_x\nsched:sched_wakeup\nsched:sched_switch\n");
    Files.createFile(folder.resolve("tool"));
    Files.createFile(folder.resolve("tool2"));
    probes =
        new Probes(
            () -> folder.resolve("tracefs"),
            new TwoTools(),
            new SmallKernel(),
            OptionalInt.empty(),
            false);
    listing =
        new Listing(
            () -> folder.resolve("tracefs"),
            new TwoTools(),
            new SmallKernel(),
            new KernelTypes(),
            OptionalInt.empty(),
            true);
  }

  @Test
  void specialProbesHaveNoParts() {
    assertThat(only("BEGIN")).isEqualTo(new Probe(new Attachment.Begin(), "begin"));
    assertThat(only("end")).isEqualTo(new Probe(new Attachment.End(), "end"));
    refused("begin/end probes should not have a target", "", "begin", "x");
  }

  @Test
  void namesAreFullOrShort() {
    assertThat(ProbeKind.of("t")).contains(ProbeKind.TRACEPOINT);
    assertThat(ProbeKind.of("UProbe")).contains(ProbeKind.UPROBE);
    assertThat(ProbeKind.of("U")).contains(ProbeKind.USDT);
    assertThat(ProbeKind.of("T")).isEmpty();
    refused("Invalid provider: 'uprob'", "did you mean uprobe?", "uprob", "a", "b");
  }

  @Test
  void timersTakeAUnitOrADuration() {
    assertThat(only("interval", "ms", "100"))
        .isEqualTo(new Probe(new Attachment.Timer(Unit.MS, 100, false), "interval:ms:100"));
    assertThat(only("p", "hz", "99"))
        .isEqualTo(new Probe(new Attachment.Timer(Unit.HZ, 99, true), "profile:hz:99"));
    assertThat(only("i", "5s").attachment())
        .isEqualTo(new Attachment.Timer(Unit.US, 5_000_000, false));
    assertThat(only("i", "1e6").attachment()).isEqualTo(new Attachment.Timer(Unit.US, 1000, false));
    refused("x is not an accepted unit of time", "hz, us, ms and s are", "i", "x", "1");
    refused("Invalid rate of interval probe: 0", "a positive integer is needed", "i", "s", "0");
    refused("Invalid rate of interval probe: -1", "a positive integer is needed", "i", "s", "-1");
    refused(
        "Invalid rate of interval probe. Minimum is 1000 or 1us. Found: 1 nanoseconds",
        "",
        "i",
        "1");
  }

  @Test
  void eventsHaveAliasesAndDefaults() {
    assertThat(only("software", "faults"))
        .isEqualTo(new Probe(new Attachment.Software("page-faults", 100), "software:faults:100"));
    assertThat(only("s", "cpu", "").attachment())
        .isEqualTo(new Attachment.Software("cpu-clock", 1_000_000));
    assertThat(only("h", "cache-misses", "1e6").attachment())
        .isEqualTo(new Attachment.Hardware("cache-misses", 1_000_000));
    refused(
        "cache-mises is not a hardware probe", "did you mean cache-misses?", "h", "cache-mises");
    refused("wildcards are not allowed for software probe type", "", "s", "*");
    refused("Invalid count for software probe: x", "", "s", "cpu", "x");
  }

  @Test
  void tracepointsExistOrAreRefusedWithTheNearest() {
    assertThat(only("t", "sched", "sched_switch"))
        .isEqualTo(
            new Probe(
                new Attachment.Tracepoint("sched", "sched_switch"),
                "tracepoint:sched:sched_switch"));
    assertThat(names("t", "sched", "*"))
        .containsExactly("tracepoint:sched:sched_switch", "tracepoint:sched:sched_wakeup");
    assertThat(names("t", "*_enter_?")).containsExactly("tracepoint:syscalls:sys_enter_x");
    refused(
        "No matches for tracepoint sched:sched_swich",
        "did you mean sched:sched_switch?",
        "t",
        "sched",
        "sched_swich");
    refused("No matches for tracepoint nope:*", "", "t", "nope", "*");
    assertThat(names("rt", "*"))
        .containsExactly("rawtracepoint:vmlinux:sched_switch", "rawtracepoint:kvm:kvm_exit");
    assertThat(only("rawtracepoint", "sched_wakeup").attachment())
        .isEqualTo(new Attachment.RawTracepoint("", "sched_wakeup"));
    assertThat(only("rawtracepoint", "kvm", "kvm_exit").attachment())
        .isEqualTo(new Attachment.RawTracepoint("kvm", "kvm_exit"));
    refused("No matches for rawtracepoint kvm_exot", "did you mean kvm_exit?", "rt", "kvm_exot");
    refused(
        "No matches for rawtracepoint nope:kvm_exit",
        "did you mean kvm_exit?",
        "rt",
        "nope",
        "kvm_exit");
  }

  @Test
  void uprobesTakeSymbolsOffsetsAddressesAndWildcards() {
    String tool = folder.resolve("tool").toString();
    assertThat(only("u", tool, "work"))
        .isEqualTo(
            new Probe(
                new Attachment.Uprobes(tool, false, List.of(new Site("work", 0x200))),
                "uprobe:" + tool + ":work"));
    assertThat(only("u", tool, "work+0x10").attachment())
        .isEqualTo(new Attachment.Uprobes(tool, false, List.of(new Site("work", 0x210))));
    assertThat(only("u", tool, "0x401234").attachment())
        .isEqualTo(new Attachment.Uprobes(tool, false, List.of(new Site("", 0x1234))));
    assertThat(only("u", tool + "@a.c", "7"))
        .isEqualTo(
            new Probe(
                new Attachment.Uprobes(tool, false, List.of(new Site("work", 0x207))),
                "uprobe:" + tool + "@a.c:7"));
    Probe all = only("ur", tool, "*o*");
    assertThat(all.names()).containsExactly("uretprobe:" + tool + ":work");
    assertThat(names("u", folder + "/too*", "*"))
        .containsExactly(
            "uprobe:" + tool + ":main",
            "uprobe:" + tool + ":work",
            "uprobe:" + tool + "2:main",
            "uprobe:" + tool + "2:work");
    assertThat(only("u", "libtool", "main").names()).containsExactly("uprobe:" + tool + ":main");
  }

  @Test
  void uprobesNameWhatIsMissing() {
    String tool = folder.resolve("tool").toString();
    refused("No matches for uprobe " + tool + ":wrok", "did you mean work?", "u", tool, "wrok");
    refused("Could not resolve address: " + tool + ":0x1", "", "u", tool, "0x1");
    refused("Offset outside the function bounds ('work' size is 32)", "", "u", tool, "work+32");
    refused(
        "Could not determine boundary for _init (symbol has size 0).",
        "--unsafe forces the attachment, which may corrupt the process",
        "u",
        tool,
        "_init");
    refused("Source code location not allowed", "a return has no line", "ur", tool + "@a.c", "3");
    refused("Invalid line number: x", "", "u", tool + "@a.c", "x");
    refused("uretprobes can not be attached to a function offset", "", "ur", tool, "work+1");
    refused("uprobe target file '/no/such' does not exist", "", "u", "/no/such", "f");
    refused("No matches for uprobe " + tool + ":x*", "", "u", tool, "x*");
    refused(
        "uprobe target file 'nosuchprogram' does not exist",
        "nosuchprogram is in no folder of PATH",
        "u",
        "nosuchprogram",
        "f");
  }

  @Test
  void kprobesTakeFunctionsModulesOffsetsAndWildcards() {
    assertThat(only("kprobe", "vfs_read"))
        .isEqualTo(
            new Probe(
                new Attachment.Kprobes(false, List.of(new KernelSite("", "vfs_read", 0))),
                "kprobe:vfs_read"));
    assertThat(only("kr", "vmlinux", "vfs_read"))
        .isEqualTo(
            new Probe(
                new Attachment.Kprobes(true, List.of(new KernelSite("", "vfs_read", 0))),
                "kretprobe:vmlinux:vfs_read"));
    assertThat(only("k", "kvm", "kvm_run+0x10").attachment())
        .isEqualTo(new Attachment.Kprobes(false, List.of(new KernelSite("kvm", "kvm_run", 0x10))));
    assertThat(only("k", "vfs_read_alias").names()).containsExactly("kprobe:vfs_read_alias");
    assertThat(only("k", "vfs_*").names()).containsExactly("kprobe:vfs_read", "kprobe:vfs_write");
    assertThat(only("k", "kv*", "*").names()).containsExactly("kprobe:kvm:kvm_run");
  }

  @Test
  void kprobesNameWhatIsMissing() {
    refused("No matches for kprobe vfs_raed", "did you mean vfs_read?", "k", "vfs_raed");
    refused(
        "No matches for kprobe inlined_one",
        "inlined_one is not traceable (either non-existing, inlined, or marked as \"notrace\");"
            + " --unsafe tries all the same",
        "k",
        "inlined_one");
    refused(
        "specified module nonsense in probe kprobe:nonsense:vfs_read is not loaded.",
        "",
        "k",
        "nonsense",
        "vfs_read");
    refused("Offset not allowed", "a return is no place inside the function", "kr", "vfs_read+1");
    refused("Offset not allowed", "a wildcard stands for whole functions", "k", "vfs_*+1");
    refused("Invalid offset: x", "", "k", "vfs_read+x");
    refused("Probing by address requires --unsafe", "", "k", "0xffffffff81000000");
    refused("No matches for kprobe nope*", "", "k", "nope*");
  }

  @Test
  void staticProbesHaveOneProgramForEachFormOfArguments() {
    String tool = folder.resolve("tool").toString();
    List<Probe> sold = probes.resolve("usdt", List.of(tool, "shop", "sold"));
    assertThat(sold)
        .extracting(Probe::attachment)
        .containsExactly(
            new Attachment.Usdt(
                tool, "shop", "sold", "4@%edi", List.of(new UsdtPlace(0x210, 0x4000))),
            new Attachment.Usdt(
                tool, "shop", "sold", "4@%esi", List.of(new UsdtPlace(0x310, 0x4000))));
    assertThat(names("U", tool, "ope*")).containsExactly("usdt:" + tool + ":shop:opened");
    refused("No matches for usdt " + tool + ":solt", "did you mean sold?", "usdt", tool, "solt");
    assertThat(listing.search("usdt:" + tool + ":*"))
        .containsExactly("usdt:" + tool + ":shop:opened", "usdt:" + tool + ":shop:sold");
  }

  @Test
  void watchpointsTakeAddressLengthAndMode() {
    assertThat(only("watchpoint", "0xffffffff81000000", "8", "rw").attachment())
        .isEqualTo(new Attachment.Watchpoint(0xffffffff81000000L, 8, 3));
    refused(
        "watchpoint at an address of user space needs a process",
        "name one with -p or -c",
        "w",
        "0x10000000",
        "8",
        "w");
    refused("watchpoint must be attached to a non-zero address", "", "w", "0", "8", "w");
    refused("watchpoint length must be one of (1,2,4,8)", "", "w", "0xffffffff81000000", "3", "w");
    refused(
        "watchpoint mode must be combination of (r,w,x)", "", "w", "0xffffffff81000000", "8", "b");
    refused("watchpoint modes may not be duplicated", "", "w", "0xffffffff81000000", "8", "ww");
  }

  @Test
  void signalsOfOurOwn() {
    assertThat(only("self", "signal", "SIGUSR1"))
        .isEqualTo(new Probe(new Attachment.Signal("USR1"), "self:signal:SIGUSR1"));
    refused("SIGTERM is not a supported signal", "SIGUSR1 is", "self", "signal", "SIGTERM");
    refused("nope is not a supported trigger", "self:signal:SIGUSR1", "self", "nope", "SIGUSR1");
  }

  @Test
  void fentryTakesFunctionsWithTypes() {
    assertThat(only("fentry", "vfs_read"))
        .isEqualTo(
            new Probe(new Attachment.Fentry(false, "", "vfs_read"), "fentry:vmlinux:vfs_read"));
    assertThat(only("kretfunc", "kvm_run"))
        .isEqualTo(new Probe(new Attachment.Fentry(true, "kvm", "kvm_run"), "fexit:kvm:kvm_run"));
    assertThat(names("f", "v*", "vfs_*"))
        .containsExactly("fentry:vmlinux:vfs_read", "fentry:vmlinux:vfs_write");
    refused("No matches for fentry vfs_raed", "did you mean vfs_read?", "f", "vfs_raed");
    refused(
        "No matches for fexit hidden",
        "hidden is not traceable (inlined, or marked as \"notrace\")",
        "fr",
        "hidden");
    refused(
        "specified module nope in probe fentry:nope:vfs_read is not loaded.",
        "",
        "f",
        "nope",
        "vfs_read");
  }

  @Test
  void listsByKindAndPattern() {
    assertThat(listing.search("tracepoint:sched:sched_s*"))
        .containsExactly("tracepoint:sched:sched_switch", "    char comm[16]", "    pid_t pid");
    assertThat(listing.search("*sched_wakeup*")).contains("tracepoint:sched:sched_wakeup");
    assertThat(listing.search("kprobe:*fs_read*")).contains("kprobe:vfs_read");
    assertThat(listing.search("kprobe:kvm:*")).containsExactly("kprobe:kvm:kvm_run");
    assertThat(listing.search("fexit:vmlinux:vfs_*"))
        .contains("fexit:vmlinux:vfs_read", "fexit:vmlinux:vfs_write");
    assertThat(listing.search("rt:*")).contains("rawtracepoint:vmlinux:sched_switch");
    assertThat(listing.search("software:*")).contains("software:cpu:", "software:page-faults:");
    assertThat(listing.search("interval:*"))
        .containsExactly("interval:hz:", "interval:ms:", "interval:s:", "interval:us:");
    assertThat(listing.search("*ware:*")).contains("hardware:cpu-cycles:", "software:dummy:");
    String tool = folder.resolve("tool").toString();
    assertThat(listing.search("uprobe:" + tool + ":w*"))
        .containsExactly("uprobe:" + tool + ":work", "uprobe:" + tool + ":work_");
    assertThat(listing.search("*:" + tool + ":main")).contains("uprobe:" + tool + ":main");
  }

  @Test
  void listsWhatAScriptAttachesTo() {
    List<Probe> script =
        List.of(
            only("begin"),
            only("t", "sched", "sched_switch"),
            only("i", "s", "1"),
            only("h", "cache-misses", "10"),
            only("u", folder.resolve("tool").toString(), "*"));
    String tool = folder.resolve("tool").toString();
    assertThat(listing.of(script))
        .containsExactly(
            "tracepoint:sched:sched_switch",
            "    char comm[16]",
            "    pid_t pid",
            "interval:s:",
            "hardware:cache-misses:",
            "uprobe:" + tool + ":main",
            "uprobe:" + tool + ":work");
  }

  private Probe only(String kind, String... parts) {
    List<Probe> found = probes.resolve(kind, List.of(parts));
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private List<String> names(String kind, String... parts) {
    return probes.resolve(kind, List.of(parts)).stream()
        .flatMap(probe -> probe.names().stream())
        .toList();
  }

  private void refused(String message, String hint, String kind, String... parts) {
    assertThatThrownBy(() -> probes.resolve(kind, List.of(parts)))
        .isInstanceOfSatisfying(
            ProbeException.class,
            e -> {
              assertThat(e).hasMessage(message);
              assertThat(e.hint().orElse("")).isEqualTo(hint);
            });
  }

  /** {@code hidden} has a type and cannot be traced. */
  private static final class SmallKernel implements KernelCode {
    private static final List<Function> FUNCTIONS =
        List.of(
            new Function("vfs_read", ""),
            new Function("vfs_write", ""),
            new Function("kvm_run", "kvm"));

    @Override
    public boolean hasKprobes() {
      return true;
    }

    @Override
    public Optional<List<Function>> traceable() {
      return Optional.of(FUNCTIONS);
    }

    @Override
    public boolean isFunction(String name) {
      return name.equals("vfs_read_alias");
    }

    @Override
    public boolean isModule(String name) {
      return name.equals("vmlinux") || name.equals("kvm");
    }

    @Override
    public List<Function> typed() {
      List<Function> all = new ArrayList<>(FUNCTIONS);
      all.add(new Function("hidden", ""));
      return all;
    }

    @Override
    public Optional<Function> typed(String module, String function) {
      return typed().stream()
          .filter(each -> each.name().equals(function))
          .filter(
              each -> module.isEmpty() || module.equals("vmlinux") || module.equals(each.module()))
          .findFirst();
    }

    @Override
    public List<Function> rawTracepoints() {
      return List.of(new Function("sched_switch", ""), new Function("kvm_exit", "kvm"));
    }
  }

  /** Every file has {@code main} and {@code work}, the latter under two names. */
  private final class TwoTools implements Binaries {
    @Override
    public Optional<Path> library(String name, OptionalInt pid) {
      return name.equals("libtool") ? Optional.of(folder.resolve("tool")) : Optional.empty();
    }

    @Override
    public boolean isBinary(Path file) {
      return true;
    }

    @Override
    public Optional<Binaries.Function> function(Path file, String name) {
      if (name.equals("_init")) {
        return Optional.of(new Binaries.Function(name, 0x300, 0));
      }
      return functions(file).stream().filter(f -> f.name().equals(name)).findFirst();
    }

    @Override
    public List<Binaries.Function> functions(Path file) {
      return List.of(
          new Binaries.Function("main", 0x100, 16),
          new Binaries.Function("work", 0x200, 32),
          new Binaries.Function("work_", 0x200, 32));
    }

    @Override
    public List<Binaries.Function> atLine(Path file, String source, int line, OptionalInt column) {
      return List.of(new Binaries.Function("work", 0x200L + line, 0));
    }

    @Override
    public List<StaticProbe> staticProbes(Path file) {
      return List.of(
          new StaticProbe("shop", "sold", 0x210, 0x4000, "4@%edi"),
          new StaticProbe("shop", "sold", 0x310, 0x4000, "4@%esi"),
          new StaticProbe("shop", "opened", 0x410, 0, ""));
    }

    @Override
    public OptionalLong offset(Path file, long address) {
      return address >= 0x400000 ? OptionalLong.of(address - 0x400000) : OptionalLong.empty();
    }
  }
}
