package io.waggle.script.run;

import io.waggle.formats.text.ByteText;
import io.waggle.script.output.MapSnapshot;
import io.waggle.script.output.Names;
import io.waggle.script.output.ValueFormat;
import io.waggle.script.plan.MapPlan;
import io.waggle.script.types.Type;
import java.util.LinkedHashMap;
import java.util.Map;

/** A map of a running script. Each call reads it anew. */
public final class MapView {
  private final ScriptMaps maps;
  private final MapPlan plan;
  private final Names names;

  MapView(ScriptMaps maps, MapPlan plan, Names names) {
    this.maps = maps;
    this.plan = plan;
    this.names = names;
  }

  /** The entries as they are now. */
  public MapSnapshot snapshot() {
    return maps.read(plan);
  }

  /**
   * Numbers by key, the smallest first: counts, sums, extremes, averages or plain integers. Keys
   * are written as output shows them, several parts separated by {@code ", "}; the key of a scalar
   * is empty.
   *
   * @throws IllegalStateException if values are no single numbers
   */
  public Map<String, Long> asCounts() {
    MapSnapshot snapshot = snapshot();
    ValueFormat key = ValueFormat.of(plan.key().orElseGet(Type.None::new), 0, names);
    Map<String, Long> counts = new LinkedHashMap<>();
    ByteText text = new ByteText();
    for (int entry : snapshot.order()) {
      text.clear();
      if (plan.key().isPresent()) {
        key.key(text, snapshot.keys(), snapshot.keyAt(entry));
      }
      counts.put(text.toString(), number(snapshot, entry));
    }
    return counts;
  }

  /**
   * The number a scalar holds, 0 if it was never written.
   *
   * @throws IllegalStateException if the map has keys or its value is no single number
   */
  public long asNumber() {
    if (plan.key().isPresent()) {
      throw new IllegalStateException(plan.name() + " has keys");
    }
    return number(snapshot(), 0);
  }

  private long number(MapSnapshot snapshot, int entry) {
    return switch (plan.value()) {
      case Type.Int integer ->
          ValueFormat.of(integer, 0, names).number(snapshot.values(), snapshot.valueAt(entry));
      case Type.Count count -> snapshot.number(entry, 0);
      case Type.Sum sum -> snapshot.number(entry, 0);
      case Type.Min min -> snapshot.number(entry, 0);
      case Type.Max max -> snapshot.number(entry, 0);
      case Type.Avg avg -> snapshot.average(entry);
      case Type other -> throw new IllegalStateException(plan.name() + " holds no numbers");
    };
  }
}
