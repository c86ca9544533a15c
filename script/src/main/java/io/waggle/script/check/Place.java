package io.waggle.script.check;

import io.waggle.script.plan.Attachment;
import java.util.List;

/**
 * One attachment a clause stands for.
 *
 * @param names full probe names: one, or one per site of {@link Attachment.Uprobes}
 */
public record Place(Attachment attachment, List<String> names) {
  public Place {
    names = List.copyOf(names);
  }
}
