package io.waggle.script;

import io.waggle.kernel.KernelTypes;
import io.waggle.kernel.MissingTypesException;
import io.waggle.script.types.BtfTypes;
import io.waggle.script.types.CTypes;
import io.waggle.script.types.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The types of the running kernel as scripts see them: its own, then those of its modules. Nothing
 * is read before a script names a type.
 */
final class HostTypes implements CTypes {
  private final KernelTypes kernel;
  private Optional<BtfTypes> types = Optional.empty();
  private Optional<List<BtfTypes>> modules = Optional.empty();

  HostTypes(KernelTypes kernel) {
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
    try {
      return types().constant(name);
    } catch (MissingTypesException untold) {
      return Optional.empty();
    }
  }

  @Override
  public List<String> names(String like) {
    try {
      return types().names(like);
    } catch (MissingTypesException untold) {
      return List.of();
    }
  }

  private BtfTypes types() {
    if (types.isEmpty()) {
      types = Optional.of(new BtfTypes(kernel.kernel()));
    }
    return types.get();
  }

  private List<BtfTypes> modules() {
    if (modules.isEmpty()) {
      List<BtfTypes> read = new ArrayList<>();
      kernel.modules().forEach(module -> read.add(new BtfTypes(module.types())));
      modules = Optional.of(read);
    }
    return modules.get();
  }
}
