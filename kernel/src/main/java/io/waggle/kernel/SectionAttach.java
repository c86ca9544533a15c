package io.waggle.kernel;

import io.waggle.bpf.AttachWay;
import io.waggle.bpf.SectionName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a program attaches by the name of its section alone, as libbpf does: the table of names
 * (sections.tsv of module bpf) says how, what follows the slash says where.
 */
final class SectionAttach {
  private SectionAttach() {}

  /**
   * Where a program attaches; empty if its section leaves that to the user.
   *
   * @throws AttachException if the section's name makes no sense, or names what is not there
   */
  static Optional<AttachPoint> of(LoadedProgram program) {
    String where = program.spec().attachTarget();
    Optional<SectionName> name = SectionName.of(program.spec().section());
    if (name.isEmpty()) {
      return Optional.empty();
    }
    AttachWay way = name.get().attachWay();
    if (way == AttachWay.TRACING) {
      return Optional.of(new Tracing()); // the kernel has known the place since it was loaded
    }
    return where.isEmpty() ? Optional.empty() : of(way, where);
  }

  private static Optional<AttachPoint> of(AttachWay way, String where) {
    return switch (way) {
      case KPROBE -> Optional.of(kprobe(where, false));
      case KRETPROBE -> Optional.of(kprobe(where, true));
      case KPROBE_MULTI -> Optional.of(new KprobeMulti(where, false));
      case KRETPROBE_MULTI -> Optional.of(new KprobeMulti(where, true));
      case UPROBE -> Optional.of(uprobe(where, false));
      case URETPROBE -> Optional.of(uprobe(where, true));
      case SYSCALL -> Optional.of(new SystemCall(where, false));
      case SYSCALL_RETURN -> Optional.of(new SystemCall(where, true));
      case TRACEPOINT -> Optional.of(tracepoint(where));
      case RAW_TRACEPOINT -> Optional.of(new RawTracepoint(where));
      case TRACING -> Optional.of(new Tracing());
      case ITERATOR -> Optional.of(new Iterator());
      case USDT -> Optional.of(usdt(where));
      case STRUCT_OPS, BY_USER -> Optional.empty();
    };
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

  private static AttachPoint usdt(String where) {
    int last = where.lastIndexOf(':');
    int first = where.lastIndexOf(':', last - 1);
    if (first <= 0) {
      throw new AttachException(
          "probe '" + where + "': write file, provider and name, as in usdt//bin/x:provider:name");
    }
    return new Usdt(
        BinaryFunction.file(where.substring(0, first)),
        where.substring(first + 1, last),
        where.substring(last + 1));
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
