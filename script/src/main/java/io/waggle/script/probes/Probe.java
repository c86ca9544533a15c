package io.waggle.script.probes;

import io.waggle.script.plan.Attachment;
import java.util.List;

/**
 * One attachment that an attach point stands for.
 *
 * @param names the full names, as {@code probe} gives them: one, or one per site of {@link
 *     Attachment.Uprobes}
 */
public record Probe(Attachment attachment, List<String> names) {
  public Probe {
    names = List.copyOf(names);
  }

  Probe(Attachment attachment, String name) {
    this(attachment, List.of(name));
  }
}
