package io.waggle.pack;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Bytes;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.values.ValueParser;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Gives constants other values before the kernel sees them. */
final class Constants {
  private Constants() {}

  /**
   * The object with new values.
   *
   * @param values texts, by the names of variables
   */
  static BpfObject set(BpfObject object, ProgramOptions options, Map<String, String> values) {
    List<MapSpec> maps = new ArrayList<>();
    for (MapSpec map : object.maps()) {
      maps.add(set(map, options, values));
    }
    return object.withMaps(maps);
  }

  private static MapSpec set(MapSpec map, ProgramOptions options, Map<String, String> values) {
    byte[] contents = map.contents().toArray();
    boolean changed = false;
    for (ProgramOption option : options.list()) {
      String text = values.get(option.variable());
      if (text != null && option.section().equals(map.name())) {
        ValueParser.parse(option.type(), text, MemorySegment.ofArray(contents), option.offset());
        changed = true;
      }
    }
    return changed ? map.withContents(Bytes.of(contents)) : map;
  }
}
