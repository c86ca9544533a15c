package io.waggle.script.packed;

import io.waggle.script.types.Layout;
import java.util.List;

/** A layout that is known without the types it came from. */
record FixedLayout(int size, int alignment, List<Layout.Member> members) implements Layout {
  FixedLayout {
    members = List.copyOf(members);
  }
}
