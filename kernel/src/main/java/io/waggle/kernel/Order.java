package io.waggle.kernel;

import io.waggle.linux.BpfAttachment;
import java.util.Optional;

/**
 * Where among the programs of a hook a new one goes: tcx and netkit run theirs in this order.
 *
 * @param beside the program that the side is meant of; empty for all of them
 * @param revision the hook's revision, which changes with every change there, when the order was
 *     thought out; attaching fails if it is another by then. 0 for any
 */
public record Order(Side side, Optional<LoadedProgram> beside, long revision) {

  /** Before or after. */
  public enum Side {
    BEFORE(BpfAttachment.BEFORE),
    AFTER(BpfAttachment.AFTER);

    private final int flag;

    Side(int flag) {
      this.flag = flag;
    }
  }

  /** Before all others. */
  public static final Order FIRST = new Order(Side.BEFORE, Optional.empty(), 0);

  /** After all others. */
  public static final Order LAST = new Order(Side.AFTER, Optional.empty(), 0);

  /** Right before a program that is attached there. */
  public static Order before(LoadedProgram program) {
    return new Order(Side.BEFORE, Optional.of(program), 0);
  }

  /** Right after a program that is attached there. */
  public static Order after(LoadedProgram program) {
    return new Order(Side.AFTER, Optional.of(program), 0);
  }

  /** The same place, if the hook still has that revision. */
  public Order atRevision(long expected) {
    return new Order(side, beside, expected);
  }

  int flags() {
    return side.flag | (beside.isPresent() ? BpfAttachment.ID : 0);
  }

  int relative() {
    return beside.isPresent() ? beside.get().describe().id() : 0;
  }
}
