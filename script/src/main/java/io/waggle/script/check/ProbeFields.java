package io.waggle.script.check;

import io.waggle.script.plan.Attachment;
import java.util.List;

/** Tells what {@code args} holds at a place; asked only when a script uses it. */
@FunctionalInterface
public interface ProbeFields {

  /** The fields, empty where a kind of probe has none. */
  List<ProbeField> of(Attachment attachment);
}
