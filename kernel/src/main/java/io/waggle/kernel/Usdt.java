package io.waggle.kernel;

import io.waggle.bpf.Nearest;
import io.waggle.bpf.ProgramType;
import io.waggle.formats.FormatException;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.ElfHeader;
import io.waggle.formats.usdt.ProbeArgument;
import io.waggle.formats.usdt.StaticProbe;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A probe that a program or library defines itself (USDT, {@code <sys/sdt.h>}), at all its places
 * in the file. While attached its semaphore, if it has one, is raised. The program's object must be
 * made with {@code <bpf/usdt.bpf.h>}, which fetches the arguments, and the kernel must have cookies
 * (Linux 5.15).
 *
 * @param file the executable or library
 * @param pid the only process to trace, all that run the file when empty
 * @param cookie what {@code bpf_usdt_cookie} gives there
 */
public record Usdt(Path file, String provider, String name, OptionalInt pid, long cookie)
    implements AttachPoint {

  /** In all processes, without a cookie. */
  public Usdt(Path file, String provider, String name) {
    this(file, provider, name, OptionalInt.empty(), 0);
  }

  @Override
  public Link attach(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.KPROBE);
    if (!program.features().has(Feature.PERF_EVENT_LINK)) {
      throw new AttachException(
          "cannot attach to "
              + this
              + ": this kernel lacks "
              + Feature.PERF_EVENT_LINK.requirement());
    }
    Map<String, List<ProbeArgument>> shapes = new HashMap<>();
    List<StaticProbe> places = places(shapes);
    UsdtSpecs specs = program.usdtSpecs();
    Map<String, Integer> numbers = new HashMap<>();
    try {
      shapes.forEach((text, arguments) -> numbers.put(text, specs.add(arguments, cookie)));
      List<Uprobes.Site> sites = new ArrayList<>();
      for (StaticProbe place : places) {
        int number = numbers.get(place.arguments());
        sites.add(new Uprobes.Site(place.offset(), place.semaphore(), number));
      }
      Link link = new Uprobes(file.toString(), sites, false, pid).attach(program);
      return () -> {
        link.close();
        numbers.values().forEach(specs::free);
        numbers.clear();
      };
    } catch (RuntimeException failure) {
      numbers.values().forEach(specs::free);
      throw failure;
    }
  }

  /**
   * The probe's places.
   *
   * @param shapes is given the arguments of each text that describes some
   */
  private List<StaticProbe> places(Map<String, List<ProbeArgument>> shapes) {
    try (ElfFile elf = ElfFile.open(file)) {
      List<StaticProbe> all = StaticProbe.of(elf);
      List<StaticProbe> places = new ArrayList<>();
      ProbeArgument.Syntax syntax =
          elf.header().machine() == ElfHeader.AARCH64
              ? ProbeArgument.Syntax.ARM64
              : ProbeArgument.Syntax.X86_64;
      for (StaticProbe probe : all) {
        if (probe.provider().equals(provider) && probe.name().equals(name)) {
          places.add(probe);
          shapes.computeIfAbsent(probe.arguments(), its -> ProbeArgument.parse(its, syntax));
        }
      }
      if (places.isEmpty()) {
        throw new AttachException(
            "no probe '" + provider + ":" + name + "' in " + file + hint(all));
      }
      return places;
    } catch (FormatException damaged) {
      throw new AttachException("cannot look for probes in " + file, damaged);
    } catch (IllegalArgumentException strange) {
      throw new AttachException("cannot attach to " + this + ": " + strange.getMessage(), strange);
    } catch (UncheckedIOException unreadable) {
      throw new AttachException("cannot read " + file, unreadable);
    }
  }

  private String hint(List<StaticProbe> all) {
    if (all.isEmpty()) {
      return "; it defines none (USDT)";
    }
    Set<String> names = new LinkedHashSet<>();
    all.forEach(probe -> names.add(probe.fullName()));
    String hint = Nearest.hint(provider + ":" + name, names);
    return hint.isEmpty() ? "" : " (" + hint + ")";
  }

  @Override
  public String toString() {
    return "probe " + provider + ":" + name + " of " + file;
  }
}
