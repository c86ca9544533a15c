package io.waggle.bpf.core;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The types that a program will meet: the kernel's, and those of its modules. Either is read when
 * first needed, the modules' only for types that the kernel itself has not.
 *
 * <p>Not for several threads at once.
 */
public final class CoreTargets {
  private final Supplier<Btf> kernelSource;
  private final Supplier<List<Btf>> modulesSource;
  private Optional<Btf> kernel = Optional.empty();
  private Optional<List<Btf>> modules = Optional.empty();

  /**
   * Types to be asked for when needed, each once.
   *
   * @param kernel the kernel's own
   * @param modules those of its modules, over the kernel's
   */
  public CoreTargets(Supplier<Btf> kernel, Supplier<List<Btf>> modules) {
    this.kernelSource = kernel;
    this.modulesSource = modules;
  }

  /** A kernel whose types are at hand, without modules. */
  public static CoreTargets of(Btf kernel) {
    return new CoreTargets(() -> kernel, List::of);
  }

  /** The kernel's own types. */
  public Btf kernel() {
    if (kernel.isEmpty()) {
      kernel = Optional.of(kernelSource.get());
    }
    return kernel.get();
  }

  private List<Btf> modules() {
    if (modules.isEmpty()) {
      modules = Optional.of(modulesSource.get());
    }
    return modules.get();
  }

  /** The types of that name, flavours passed over, and of a kind like {@code kind}. */
  List<Candidate> candidates(String essential, int kind) {
    List<Candidate> candidates = new ArrayList<>();
    collect(kernel(), essential, kind, candidates);
    if (candidates.isEmpty()) {
      for (Btf module : modules()) {
        collect(module, essential, kind, candidates);
      }
    }
    return candidates;
  }

  private static void collect(Btf btf, String essential, int kind, List<Candidate> candidates) {
    for (int type : btf.named(essential)) {
      if (isAlike(kind, btf.kind(type))) {
        candidates.add(new Candidate(btf, type));
      }
    }
  }

  /** True if kinds can stand for each other: an enumeration may have grown to 64 bits. */
  static boolean isAlike(int kind, int other) {
    return kind == other || isEnumeration(kind) && isEnumeration(other);
  }

  private static boolean isEnumeration(int kind) {
    return kind == BtfKind.ENUM || kind == BtfKind.ENUM64;
  }
}
