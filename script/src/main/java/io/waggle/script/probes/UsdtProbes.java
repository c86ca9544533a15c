package io.waggle.script.probes;

import io.waggle.bpf.Nearest;
import io.waggle.formats.usdt.StaticProbe;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Attachment.UsdtPlace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Resolves {@code usdt}: probes that executables and libraries define. */
final class UsdtProbes {
  private final Binaries binaries;
  private final Targets targets;
  private final boolean hasPid;

  UsdtProbes(Binaries binaries, OptionalInt pid) {
    this.binaries = binaries;
    this.targets = new Targets(binaries, pid);
    this.hasPid = pid.isPresent();
  }

  /** Places whose arguments are found in the same way, which one program serves. */
  private record Kind(String provider, String name, String arguments) {}

  List<Probe> resolve(List<String> parts) {
    if (parts.isEmpty() || parts.size() > 3 || parts.size() == 1 && !hasPid) {
      throw new ProbeException(
          "usdt takes a file, perhaps a provider, and a name; " + parts.size() + " parts given",
          "usdt:libc:memory_sbrk_more, usdt:/usr/bin/python3:python:line");
    }
    String name = parts.getLast();
    if (name.isEmpty()) {
      throw new ProbeException("usdt probe must have a target function or wildcard");
    }
    String target = parts.size() == 1 ? "*" : parts.getFirst();
    String provider = parts.size() == 3 && !parts.get(1).isEmpty() ? parts.get(1) : "*";
    Wildcard wanted = new Wildcard(provider + ":" + name);
    List<Path> files = targets.find(target.isEmpty() ? "*" : target);
    List<Probe> found = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (Path file : files) {
      add(file, wanted, found, others);
    }
    if (found.isEmpty()) {
      String message = "No matches for usdt " + String.join(":", parts);
      if (Wildcard.isIn(name) || Wildcard.isIn(target)) {
        throw ProbeException.ofPattern(message);
      }
      throw new ProbeException(
          message, others.isEmpty() ? "the file defines no probes" : Nearest.hint(name, others));
    }
    return found;
  }

  private void add(Path file, Wildcard wanted, List<Probe> found, List<String> others) {
    Map<Kind, List<UsdtPlace>> kinds = new LinkedHashMap<>();
    for (StaticProbe probe : binaries.staticProbes(file)) {
      others.add(probe.name());
      if (wanted.matches(probe.fullName())) {
        kinds
            .computeIfAbsent(
                new Kind(probe.provider(), probe.name(), probe.arguments()), _ -> new ArrayList<>())
            .add(new UsdtPlace(probe.offset(), probe.semaphore()));
      }
    }
    kinds.forEach(
        (kind, places) ->
            found.add(
                new Probe(
                    new Attachment.Usdt(
                        file.toString(), kind.provider(), kind.name(), kind.arguments(), places),
                    "usdt:" + file + ":" + kind.provider() + ":" + kind.name())));
  }
}
