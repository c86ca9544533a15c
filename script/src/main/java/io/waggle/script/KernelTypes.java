package io.waggle.script;

import io.waggle.formats.FormatException;
import io.waggle.formats.btf.Btf;
import io.waggle.script.types.BtfTypes;
import io.waggle.script.types.CTypes;
import io.waggle.script.types.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The types of the running kernel: its own, then those of its modules. Nothing is read before a
 * script names a type.
 */
final class KernelTypes implements CTypes {
  private static final Path MODULES = Path.of("/sys/kernel/btf");

  private final KernelStructures kernel;
  private Optional<BtfTypes> types = Optional.empty();
  private Optional<List<BtfTypes>> modules = Optional.empty();

  KernelTypes(KernelStructures kernel) {
    this.kernel = kernel;
  }

  @Override
  public Optional<Type.Plain> named(String name) {
    Optional<Type.Plain> found = types().named(name);
    if (found.isPresent() || name.indexOf(' ') < 0) {
      return found;
    }
    for (BtfTypes module : modules()) {
      found = module.named(name);
      if (found.isPresent()) {
        return found;
      }
    }
    return found;
  }

  /** Empty also where the kernel does not tell: the name may be a mistake that needs no kernel. */
  @Override
  public Optional<Constant> constant(String name) {
    return kernel.isReadable() ? types().constant(name) : Optional.empty();
  }

  @Override
  public List<String> names(String like) {
    return kernel.isReadable() ? types().names(like) : List.of();
  }

  private BtfTypes types() {
    if (types.isEmpty()) {
      types = Optional.of(new BtfTypes(kernel.types()));
    }
    return types.get();
  }

  private List<BtfTypes> modules() {
    if (modules.isEmpty()) {
      modules = Optional.of(readModules());
    }
    return modules.get();
  }

  private List<BtfTypes> readModules() {
    List<BtfTypes> read = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(MODULES)) {
      for (Path file : files) {
        String module = file.getFileName().toString();
        if (!module.equals("vmlinux")) {
          read.add(new BtfTypes(Btf.ofModule(module, kernel.types())));
        }
      }
    } catch (IOException | UncheckedIOException | FormatException gone) {
      // A module may have been removed meanwhile; what the others tell still counts.
      return read;
    }
    return read;
  }
}
