package io.waggle.bpf.core;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for the way that a {@link Path} of the object goes in a type of the kernel. */
final class PathMatch {
  private static final int DEEPEST_NAMELESS = 32;

  private final Path path;
  private final Btf target;
  private final Types types;
  private final List<Path.Step> steps = new ArrayList<>();
  private long bits;

  private PathMatch(Path path, Btf target) {
    this.path = path;
    this.target = target;
    this.types = new Types(path.types(), target);
  }

  /** The same way from {@code root}, if there is one to a part of a type that agrees. */
  static Optional<Path> find(Path path, Btf target, int root) {
    PathMatch match = new PathMatch(path, target);
    return match.walk(root)
        ? Optional.of(new Path(target, root, List.copyOf(match.steps), match.bits))
        : Optional.empty();
  }

  private boolean walk(int root) {
    int type = root;
    for (int i = 0; i < path.steps().size(); i++) {
      Path.Step step = path.steps().get(i);
      type = target.strip(type);
      if (!step.name().isEmpty()) {
        int next = member(type, step, 0);
        if (next < 0) {
          return false;
        }
        type = next;
        continue;
      }
      if (i > 0) {
        // A last member of no elements has as many as there is room for.
        if (!(target.type(type) instanceof BtfType.Array array)
            || array.count() != 0 && step.index() >= array.count()) {
          return false;
        }
        type = target.strip(array.element());
      }
      steps.add(new Path.Step(type, step.index(), ""));
      bits += step.index() * target.size(type) * 8;
    }
    return true;
  }

  /** The type of the member of that name, in nameless members too; -1 without one that agrees. */
  private int member(int type, Path.Step wanted, int depth) {
    int structure = target.strip(type);
    if (depth > DEEPEST_NAMELESS || !(target.type(structure) instanceof BtfType.Struct struct)) {
      return -1;
    }
    long before = bits;
    for (int i = 0; i < struct.members().size(); i++) {
      BtfType.Member member = struct.members().get(i);
      bits = before + member.bitOffset();
      if (member.name().isEmpty()) {
        int found = member(member.type(), wanted, depth + 1);
        if (found >= 0) {
          return found;
        }
      } else if (member.name().equals(wanted.name())) {
        int local =
            ((BtfType.Struct) path.types().type(wanted.type()))
                .members()
                .get(wanted.index())
                .type();
        if (!types.fieldsAgree(local, member.type())) {
          break;
        }
        steps.add(new Path.Step(structure, i, member.name()));
        return member.type();
      }
    }
    bits = before;
    return -1;
  }
}
