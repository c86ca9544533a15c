package io.waggle.cli;

import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramType;
import io.waggle.kernel.Holders;
import io.waggle.kernel.LinkText;
import io.waggle.linux.BpfInspection;
import io.waggle.linux.BpfLink;
import io.waggle.linux.BpfMap;
import io.waggle.linux.BpfProgram;
import io.waggle.linux.BpfTypes;
import io.waggle.linux.Clock;
import io.waggle.linux.Fd;
import io.waggle.linux.LinkDescription;
import io.waggle.linux.MapDescription;
import io.waggle.linux.ProgramDescription;
import io.waggle.symbols.KernelSymbols;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The facts about open objects, by name and in order. */
final class PsFacts {
  private static final List<String> LINK_TYPES =
      List.of(
          "unspec",
          "raw_tracepoint",
          "tracing",
          "cgroup",
          "iter",
          "netns",
          "xdp",
          "perf_event",
          "kprobe_multi",
          "struct_ops",
          "netfilter",
          "tcx",
          "uprobe_multi",
          "netkit",
          "sockmap");

  private final Holders holders;
  private final KernelSymbols symbols = new KernelSymbols();
  private final LinkText places = new LinkText(address -> symbols.find(address).symbol());

  PsFacts(Holders holders) {
    this.holders = holders;
  }

  Map<String, Object> program(int id, Fd fd) {
    ProgramDescription program = BpfProgram.describe(fd);
    BpfInspection.ProgramDetails details = BpfInspection.details(fd);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", id);
    facts.put("type", name(ProgramType.of(program.type()), program.type()));
    facts.put("name", program.name());
    facts.put("tag", details.tag());
    facts.put("loaded", loaded(program.loadTimeNs()));
    facts.put("uid", details.uid());
    facts.put("gpl", details.isGpl());
    facts.put("xlated", program.xlatedBytes());
    facts.put("jited", program.jitedBytes());
    facts.put("memlock", memlock(fd));
    facts.put("run_cnt", program.runCount());
    facts.put("run_time_ns", program.runTimeNs());
    facts.put("missed", program.recursionMisses());
    facts.put("maps", program.maps());
    facts.put("btf", program.btfId());
    holders(facts, Holders.Kind.PROGRAM, id);
    return facts;
  }

  Map<String, Object> map(int id, Fd fd) {
    BpfMap map = BpfMap.of(fd);
    MapDescription description = map.describe();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", id);
    facts.put("type", name(MapType.of(description.type()), description.type()));
    facts.put("name", description.name());
    facts.put("key", description.keySize());
    facts.put("value", description.valueSize());
    facts.put("entries", Integer.toUnsignedLong(description.maxEntries()));
    facts.put("flags", "0x" + Integer.toHexString(description.flags()));
    facts.put("memlock", memlock(fd));
    facts.put("btf", BpfInspection.types(fd).btf());
    holders(facts, Holders.Kind.MAP, id);
    return facts;
  }

  Map<String, Object> link(int id, Fd fd) {
    LinkDescription link = BpfLink.describe(fd);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", id);
    facts.put(
        "type",
        link.type() >= 0 && link.type() < LINK_TYPES.size()
            ? LINK_TYPES.get(link.type())
            : Integer.toString(link.type()));
    facts.put("prog", link.program());
    facts.put("attached", places.of(fd));
    holders(facts, Holders.Kind.LINK, id);
    return facts;
  }

  Map<String, Object> types(int id, Fd fd) {
    BpfTypes.Description types = BpfTypes.describe(fd);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", id);
    facts.put("name", types.name());
    facts.put("kernel", types.isKernels());
    facts.put("bytes", types.bytes());
    holders(facts, Holders.Kind.TYPES, id);
    return facts;
  }

  private void holders(Map<String, Object> facts, Holders.Kind kind, int id) {
    facts.put("pinned", holders.pins(kind, id).stream().map(Path::toString).toList());
    facts.put(
        "held_by",
        holders.processes(kind, id).stream()
            .filter(process -> process.pid() != ProcessHandle.current().pid())
            .map(process -> process.name() + "(" + process.pid() + ")")
            .toList());
  }

  private static <E extends Enum<E>> String name(Optional<E> known, int number) {
    return known.map(its -> its.name().toLowerCase(Locale.ROOT)).orElse(Integer.toString(number));
  }

  private static Instant loaded(long sinceBoot) {
    long ago = Clock.BOOTTIME.nanos() - sinceBoot;
    return Instant.now().minusNanos(ago).truncatedTo(ChronoUnit.SECONDS);
  }

  /** Bytes of memory, which only the descriptor's file in /proc tells. */
  private static long memlock(Fd fd) {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc/self/fdinfo", Integer.toString(fd.number())))) {
      return lines
          .filter(line -> line.startsWith("memlock:"))
          .mapToLong(line -> Long.parseLong(line.substring("memlock:".length()).strip()))
          .findFirst()
          .orElse(0);
    } catch (IOException noProc) {
      return 0;
    }
  }

  /** A fact for people. */
  static String inWords(Object fact) {
    return switch (fact) {
      case null -> "";
      case List<?> list -> String.join(",", list.stream().map(Object::toString).toList());
      case Boolean truth -> truth ? "yes" : "no";
      default -> fact.toString();
    };
  }
}
