package io.waggle.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Where a program attaches by the name of its section alone, as libbpf does: the word before the
 * first slash says how, what follows says where.
 */
final class SectionAttach {
  /** How, by the word; each is given what follows the slash. */
  private static final Map<String, Function<String, AttachPoint>> KINDS =
      Map.ofEntries(
          Map.entry("kprobe", where -> kprobe(where, false)),
          Map.entry("kretprobe", where -> kprobe(where, true)),
          Map.entry("kprobe.multi", where -> new KprobeMulti(where, false)),
          Map.entry("kretprobe.multi", where -> new KprobeMulti(where, true)),
          Map.entry("kprobe.session", where -> new KprobeMulti(where, false)),
          Map.entry("ksyscall", where -> new SystemCall(where, false)),
          Map.entry("kretsyscall", where -> new SystemCall(where, true)),
          Map.entry("uprobe", where -> uprobe(where, false)),
          Map.entry("uprobe.s", where -> uprobe(where, false)),
          Map.entry("uretprobe", where -> uprobe(where, true)),
          Map.entry("uretprobe.s", where -> uprobe(where, true)),
          Map.entry("uprobe.multi", where -> uprobe(where, false)),
          Map.entry("uprobe.multi.s", where -> uprobe(where, false)),
          Map.entry("uretprobe.multi", where -> uprobe(where, true)),
          Map.entry("uretprobe.multi.s", where -> uprobe(where, true)),
          Map.entry("tracepoint", SectionAttach::tracepoint),
          Map.entry("tp", SectionAttach::tracepoint),
          Map.entry("raw_tracepoint", RawTracepoint::new),
          Map.entry("raw_tp", RawTracepoint::new),
          Map.entry("raw_tracepoint.w", RawTracepoint::new),
          Map.entry("raw_tp.w", RawTracepoint::new),
          Map.entry("tp_btf", where -> new Tracing()),
          Map.entry("fentry", where -> new Tracing()),
          Map.entry("fentry.s", where -> new Tracing()),
          Map.entry("fexit", where -> new Tracing()),
          Map.entry("fexit.s", where -> new Tracing()),
          Map.entry("fmod_ret", where -> new Tracing()),
          Map.entry("fmod_ret.s", where -> new Tracing()),
          Map.entry("freplace", where -> new Tracing()),
          Map.entry("lsm", where -> new Tracing()),
          Map.entry("lsm.s", where -> new Tracing()),
          Map.entry("iter", where -> new Iterator()),
          Map.entry("iter.s", where -> new Iterator()));

  private SectionAttach() {}

  /**
   * Where a program attaches; empty if its section leaves that to the user.
   *
   * @throws AttachException if the section's name makes no sense, or names what is not there
   */
  static Optional<AttachPoint> of(LoadedProgram program) {
    String section = program.spec().section();
    String name = section.startsWith("?") ? section.substring(1) : section;
    int slash = name.indexOf('/');
    if (slash < 0 || slash == name.length() - 1) {
      return Optional.empty();
    }
    return Optional.ofNullable(KINDS.get(name.substring(0, slash)))
        .map(kind -> kind.apply(name.substring(slash + 1)));
  }

  private static AttachPoint kprobe(String where, boolean atReturn) {
    Place place = Place.of(where);
    return new Kprobe(place.name(), place.offset(), atReturn);
  }

  private static AttachPoint tracepoint(String where) {
    int slash = where.indexOf('/');
    if (slash < 0) {
      throw new AttachException(
          "tracepoint '"
              + where
              + "': write the category too, as in tracepoint/sched/sched_switch");
    }
    return new Tracepoint(where.substring(0, slash), where.substring(slash + 1));
  }

  private static AttachPoint uprobe(String where, boolean atReturn) {
    int colon = where.lastIndexOf(':');
    if (colon < 0) {
      throw new AttachException(
          "uprobe '" + where + "': write file and function, as in uprobe//bin/bash:readline");
    }
    Path file = BinaryFunction.file(where.substring(0, colon));
    Place place = Place.of(where.substring(colon + 1));
    List<Uprobes.Site> sites =
        place.isNumber()
            ? List.of(new Uprobes.Site(place.offset(), 0, 0))
            : BinaryFunction.offsets(file, place.name()).stream()
                .map(offset -> new Uprobes.Site(offset + place.offset(), 0, 0))
                .toList();
    return new Uprobes(file.toString(), sites, atReturn, OptionalInt.empty());
  }

  /** A function with an offset, or an offset alone. */
  private record Place(String name, long offset) {
    static Place of(String text) {
      int plus = text.lastIndexOf('+');
      String name = plus < 0 ? text : text.substring(0, plus);
      try {
        return Character.isDigit(text.charAt(0))
            ? new Place("", Long.decode(text))
            : new Place(name, plus < 0 ? 0 : Long.decode(text.substring(plus + 1)));
      } catch (NumberFormatException | StringIndexOutOfBoundsException wrong) {
        throw new AttachException("'" + text + "' is no function[+offset]", wrong);
      }
    }

    boolean isNumber() {
      return name.isEmpty();
    }
  }
}
