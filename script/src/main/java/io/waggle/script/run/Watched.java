package io.waggle.script.run;

import io.waggle.kernel.Link;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The watchpoints that are set, by the address they watch; the links remain their object's. */
final class Watched {
  private final Map<Long, List<Link>> links = new HashMap<>();

  void add(long address, Link link) {
    links.computeIfAbsent(address, _ -> new ArrayList<>()).add(link);
  }

  /** Detaches all at that address; there need be none. */
  void detach(long address) {
    List<Link> known = links.remove(address);
    if (known != null) {
      known.forEach(Link::close);
    }
  }
}
