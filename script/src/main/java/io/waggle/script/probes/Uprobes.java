package io.waggle.script.probes;

import io.waggle.bpf.Nearest;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Attachment.Site;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Resolves {@code uprobe} and {@code uretprobe}: files, symbols, offsets and addresses. */
final class Uprobes {
  private final Binaries binaries;
  private final Targets targets;
  private final boolean hasPid;
  private final boolean unsafe;

  Uprobes(Binaries binaries, OptionalInt pid, boolean unsafe) {
    this.binaries = binaries;
    this.unsafe = unsafe;
    this.targets = new Targets(binaries, pid);
    this.hasPid = pid.isPresent();
  }

  List<Probe> resolve(ProbeKind kind, List<String> parts) {
    int at = parts.isEmpty() ? -1 : parts.getFirst().lastIndexOf('@');
    if (at > 0) {
      return atLine(kind, parts, at);
    }
    if (parts.size() != 2 && !(hasPid && parts.size() == 1)) {
      throw new ProbeException(
          kind.title() + " takes a file and a function, " + parts.size() + " given",
          kind.title() + ":/bin/bash:readline, " + kind.title() + ":libc:malloc");
    }
    List<Path> files =
        parts.size() == 1 ? List.of(targets.ofProcess()) : targets.find(parts.getFirst());
    String place = parts.getLast();
    if (place.isEmpty()) {
      throw new ProbeException(kind.title() + " takes a function or an address");
    }
    if (!Wildcard.isIn(place) && files.size() == 1) {
      Site site = site(kind, files.getFirst(), place);
      return List.of(probe(kind, files.getFirst(), List.of(site), List.of(place)));
    }
    return matching(kind, files, place, parts);
  }

  /** {@code FILE@SOURCE:LINE} or {@code FILE@SOURCE:LINE:COLUMN}. */
  private List<Probe> atLine(ProbeKind kind, List<String> parts, int at) {
    String target = parts.getFirst().substring(0, at);
    String source = parts.getFirst().substring(at + 1);
    if (kind == ProbeKind.URETPROBE) {
      throw new ProbeException("Source code location not allowed", "a return has no line");
    }
    if (Wildcard.isIn(parts.getFirst())) {
      throw new ProbeException("Cannot use wildcards with source code location");
    }
    if (parts.size() < 2 || parts.size() > 3 || source.isEmpty()) {
      throw new ProbeException(
          "Invalid uprobe arguments, expected a file, a source file and a line",
          "uprobe:/bin/bash@readline.c:362");
    }
    int line = number(parts.get(1), "Invalid line number");
    OptionalInt column =
        parts.size() == 3
            ? OptionalInt.of(number(parts.get(2), "Invalid column number"))
            : OptionalInt.empty();
    Path file = targets.find(target).getFirst();
    String name = kind.title() + ":" + file + "@" + source + ":" + parts.get(1);
    List<Site> sites = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Binaries.Function function : binaries.atLine(file, source, line, column)) {
      sites.add(new Site(function.name(), function.offset()));
      names.add(name + (column.isPresent() ? ":" + column.getAsInt() : ""));
    }
    return List.of(new Probe(new Attachment.Uprobes(file.toString(), false, sites), names));
  }

  private static int number(String text, String complaint) {
    OptionalLong number = Numbers.parse(text);
    if (number.isEmpty() || number.getAsLong() < 1 || number.getAsLong() > Integer.MAX_VALUE) {
      throw new ProbeException(complaint + ": " + text);
    }
    return (int) number.getAsLong();
  }

  private List<Probe> matching(ProbeKind kind, List<Path> files, String place, List<String> parts) {
    Wildcard wildcard = new Wildcard(place);
    List<Probe> probes = new ArrayList<>();
    for (Path file : files) {
      List<Site> sites = new ArrayList<>();
      List<String> names = new ArrayList<>();
      Set<Long> offsets = new HashSet<>();
      for (Binaries.Function function : binaries.functions(file)) {
        // One function can have several names; it is traced once.
        if (wildcard.matches(function.name()) && offsets.add(function.offset())) {
          sites.add(new Site(function.name(), function.offset()));
          names.add(function.name());
        }
      }
      if (!sites.isEmpty()) {
        probes.add(probe(kind, file, sites, names));
      }
    }
    if (probes.isEmpty()) {
      throw ProbeException.ofPattern(
          "No matches for " + kind.title() + " " + String.join(":", parts));
    }
    return probes;
  }

  private static Probe probe(ProbeKind kind, Path file, List<Site> sites, List<String> places) {
    List<String> names = new ArrayList<>(places.size());
    for (String place : places) {
      names.add(kind.title() + ":" + file + ":" + place);
    }
    return new Probe(
        new Attachment.Uprobes(file.toString(), kind == ProbeKind.URETPROBE, sites), names);
  }

  private Site site(ProbeKind kind, Path file, String place) {
    OptionalLong address = Numbers.parse(place);
    if (address.isPresent()) {
      long offset =
          binaries
              .offset(file, address.getAsLong())
              .orElseThrow(
                  () ->
                      new ProbeException(
                          "Could not resolve address: "
                              + file
                              + ":0x"
                              + Long.toHexString(address.getAsLong())));
      return new Site("", offset);
    }
    int plus = place.lastIndexOf('+');
    OptionalLong distance =
        plus > 0 ? Numbers.parse(place.substring(plus + 1)) : OptionalLong.empty();
    if (distance.isEmpty()) {
      return site(function(kind, file, place), 0);
    }
    if (kind == ProbeKind.URETPROBE) {
      throw new ProbeException("uretprobes can not be attached to a function offset");
    }
    return site(function(kind, file, place.substring(0, plus)), distance.getAsLong());
  }

  private Site site(Binaries.Function function, long distance) {
    if (!unsafe && function.size() == 0) {
      throw new ProbeException(
          "Could not determine boundary for " + function.name() + " (symbol has size 0).",
          "--unsafe forces the attachment, which may corrupt the process");
    }
    if (!unsafe && Long.compareUnsigned(distance, function.size()) >= 0) {
      throw new ProbeException(
          "Offset outside the function bounds ('"
              + function.name()
              + "' size is "
              + function.size()
              + ")");
    }
    return new Site(function.name(), function.offset() + distance);
  }

  private Binaries.Function function(ProbeKind kind, Path file, String name) {
    return binaries
        .function(file, name)
        .orElseThrow(
            () -> {
              List<String> names =
                  binaries.functions(file).stream().map(Binaries.Function::name).toList();
              return new ProbeException(
                  "No matches for " + kind.title() + " " + file + ":" + name,
                  names.isEmpty() ? "the file has no symbols" : Nearest.hint(name, names));
            });
  }
}
