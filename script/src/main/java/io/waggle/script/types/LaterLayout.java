package io.waggle.script.types;

import java.util.List;
import java.util.Optional;

/** The layout of a struct that is looked up by its name when first asked. */
final class LaterLayout implements Layout {
  private final CTypes types;
  private final String name;
  private Optional<Layout> found = Optional.empty();

  LaterLayout(CTypes types, String name) {
    this.types = types;
    this.name = name;
  }

  private Layout layout() {
    if (found.isEmpty()) {
      found =
          Optional.of(
              types.named(name).orElse(new Type.None())
                      instanceof Type.Structure(String _, Layout layout)
                  ? layout
                  : new Unknown());
    }
    return found.get();
  }

  @Override
  public int size() {
    return layout().size();
  }

  @Override
  public int alignment() {
    return layout().alignment();
  }

  @Override
  public boolean isKernel() {
    return layout().isKernel();
  }

  @Override
  public List<Member> members() {
    return layout().members();
  }

  /** Of a struct that is only declared. */
  record Unknown() implements Layout {
    @Override
    public int size() {
      return 0;
    }

    @Override
    public int alignment() {
      return 1;
    }

    @Override
    public List<Member> members() {
      return List.of();
    }
  }
}
