package io.waggle.kernel;

import io.waggle.linux.BpfAttachment;
import java.util.Optional;

/**
 * Where among the programs of a hook a new one goes: tcx, netkit and control groups run theirs in
 * this order.
 *
 * @param beside what the side is meant of; empty for all of them
 * @param revision the hook's revision, which changes with every change there, when the order was
 *     thought out; attaching fails if it is another by then. 0 for any
 */
public record Order(Side side, Optional<Neighbour> beside, long revision) {

  /** Before or after. */
  public enum Side {
    BEFORE(BpfAttachment.BEFORE),
    AFTER(BpfAttachment.AFTER);

    private final int flag;

    Side(int flag) {
      this.flag = flag;
    }
  }

  /** One of those that are attached there. */
  public sealed interface Neighbour {
    /** By its program. In control groups only for what is attached without a link. */
    record Program(LoadedProgram program) implements Neighbour {
      @Override
      public String toString() {
        return "program " + program.spec().name();
      }
    }

    /** By its link. In control groups only for what is attached by a link. */
    record Attached(HookLink link) implements Neighbour {
      @Override
      public String toString() {
        return link.toString();
      }
    }
  }

  /** Before all others. */
  public static final Order FIRST = new Order(Side.BEFORE, Optional.empty(), 0);

  /** After all others. */
  public static final Order LAST = new Order(Side.AFTER, Optional.empty(), 0);

  /** Right before a program that is attached there. */
  public static Order before(LoadedProgram program) {
    return new Order(Side.BEFORE, Optional.of(new Neighbour.Program(program)), 0);
  }

  /** Right before what a link attaches there. */
  public static Order before(HookLink link) {
    return new Order(Side.BEFORE, Optional.of(new Neighbour.Attached(link)), 0);
  }

  /** Right after a program that is attached there. */
  public static Order after(LoadedProgram program) {
    return new Order(Side.AFTER, Optional.of(new Neighbour.Program(program)), 0);
  }

  /** Right after what a link attaches there. */
  public static Order after(HookLink link) {
    return new Order(Side.AFTER, Optional.of(new Neighbour.Attached(link)), 0);
  }

  /** The same place, if the hook still has that revision. */
  public Order atRevision(long expected) {
    return new Order(side, beside, expected);
  }

  int flags() {
    return side.flag
        | beside
            .map(
                its ->
                    its instanceof Neighbour.Attached
                        ? BpfAttachment.ID | BpfAttachment.LINK
                        : BpfAttachment.ID)
            .orElse(0);
  }

  int relative() {
    return beside
        .map(
            its ->
                switch (its) {
                  case Neighbour.Program(LoadedProgram program) -> program.describe().id();
                  case Neighbour.Attached(HookLink link) -> link.describe().id();
                })
        .orElse(0);
  }
}
