package io.waggle.kernel;

import io.waggle.bpf.Nearest;
import io.waggle.formats.btf.Btf;
import io.waggle.linux.BpfIds;
import io.waggle.linux.BpfTypes;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.SystemCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The types of the running kernel and of its modules, read when first asked for. Modules are read
 * only for what the kernel itself does not have. One thread at a time.
 */
public final class KernelTypes {
  private static final Path FOLDER = Path.of("/sys/kernel/btf");
  private static final String KERNEL = "vmlinux";

  private final Optional<Path> file;
  private Optional<Btf> kernel = Optional.empty();
  private Optional<List<Module>> modules = Optional.empty();

  /** The types of a module, over the kernel's. */
  public record Module(String name, Btf types) {}

  /**
   * Where a type is.
   *
   * @param module the module's name; empty for the kernel itself
   */
  public record Place(Btf types, int type, String module) {}

  /** Types to be read from the running kernel. */
  public KernelTypes() {
    this(Optional.empty());
  }

  /**
   * Types to be read from the kernel, or from a file in their place.
   *
   * @param file BTF, alone or in an ELF file's section; for kernels built without
   */
  KernelTypes(Optional<Path> file) {
    this.file = file;
  }

  /**
   * The kernel's own types.
   *
   * @throws MissingTypesException if it has none
   */
  public Btf kernel() {
    if (kernel.isEmpty()) {
      kernel = Optional.of(read());
    }
    return kernel.get();
  }

  private Btf read() {
    try {
      return file.isPresent() ? Btf.open(file.get()) : Btf.open(FOLDER.resolve(KERNEL));
    } catch (UncheckedIOException failure) {
      throw new MissingTypesException(file.orElse(FOLDER.resolve(KERNEL)), failure);
    }
  }

  /** Those of the modules that are loaded; none where the kernel does not tell. */
  public List<Module> modules() {
    if (modules.isEmpty()) {
      List<Module> found = new ArrayList<>();
      if (file.isEmpty()) {
        Btf base = kernel();
        for (String name : moduleNames()) {
          found.add(new Module(name, Btf.ofModule(name, base)));
        }
      }
      modules = Optional.of(found);
    }
    return modules.get();
  }

  private static List<String> moduleNames() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.equals(KERNEL))
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      return List.of();
    }
  }

  /**
   * A type by kind and name, the kernel's before a module's.
   *
   * @param module to look there only; empty for anywhere
   */
  public Optional<Place> find(int kind, String name, String module) {
    if (module.isEmpty() || module.equals(KERNEL)) {
      OptionalInt found = kernel().find(kind, name);
      if (found.isPresent()) {
        return Optional.of(new Place(kernel(), found.getAsInt(), ""));
      }
    }
    if (module.equals(KERNEL)) {
      return Optional.empty();
    }
    for (Module candidate : modules()) {
      if (module.isEmpty() || module.equals(candidate.name())) {
        // What is in the base was not found there, or was not to be looked for.
        OptionalInt found = candidate.types().find(kind, name);
        if (found.isPresent() && found.getAsInt() >= candidate.types().firstOwn()) {
          return Optional.of(new Place(candidate.types(), found.getAsInt(), candidate.name()));
        }
      }
    }
    return Optional.empty();
  }

  /** A hint at names near to one that is not there, in brackets; empty if none is near. */
  String hint(int kind, String prefix, String name) {
    List<String> names = new ArrayList<>();
    Btf types = kernel();
    for (int type = 1; type < types.count(); type++) {
      if (types.kind(type) == kind) {
        String candidate = types.name(type);
        if (candidate.startsWith(prefix)) {
          names.add(candidate.substring(prefix.length()));
        }
      }
    }
    String hint = Nearest.hint(name, names);
    return hint.isEmpty() ? "" : " (" + hint + ")";
  }

  /**
   * Opens the kernel's own copy of a module's types, which programs refer to by descriptor.
   *
   * @throws IllegalArgumentException if the kernel has none of that name
   */
  static Fd open(String module) {
    for (int id = BpfIds.BTFS.after(0); id != 0; id = BpfIds.BTFS.after(id)) {
      Fd fd;
      try {
        fd = BpfIds.BTFS.open(id);
      } catch (SystemCallException gone) {
        if (gone.errno() == Errno.ENOENT) {
          continue;
        }
        throw gone;
      }
      BpfTypes.Description description = BpfTypes.describe(fd);
      if (description.isKernels() && description.name().equals(module)) {
        return fd;
      }
      fd.close();
    }
    throw new IllegalArgumentException("the kernel has no types of module " + module);
  }
}
