package io.waggle.script.check;

import io.waggle.script.plan.Attachment;
import java.util.List;
import java.util.Optional;

/**
 * Tells what {@code args} and a typed {@code retval} hold at a place; asked only when a script uses
 * them.
 */
@FunctionalInterface
public interface ProbeFields {

  /** The fields, empty where a kind of probe has none. */
  List<ProbeField> of(Attachment attachment);

  /** What the function gives back, where its type is known and it gives anything. */
  default Optional<ProbeField> result(Attachment attachment) {
    return Optional.empty();
  }
}
