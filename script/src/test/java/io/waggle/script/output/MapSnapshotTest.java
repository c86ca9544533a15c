package io.waggle.script.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.script.plan.MapPlan;
import io.waggle.script.types.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class MapSnapshotTest {

  @Property
  void ordersByValueThenByKey(
      @ForAll @Size(max = 50) List<Long> keys, @ForAll @Size(50) List<Byte> values) {
    MapSnapshot map = snapshot(Type.Int.INT64, Type.Int.INT64);
    for (int i = 0; i < keys.size(); i++) {
      map.add(
          new Memory().int64(keys.get(i)).segment(),
          0,
          new Memory().int64(values.get(i)).segment(),
          0);
    }
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      expected.add(i);
    }
    expected.sort(Comparator.<Integer, Byte>comparing(values::get).thenComparing(keys::get));
    assertThat(boxed(map.order())).isEqualTo(expected);
  }

  @Property
  void ordersTuplesOfTextAndNumbersFromTheirFirstElement(
      @ForAll @Size(max = 30) List<@net.jqwik.api.constraints.IntRange(max = 3) Integer> firsts,
      @ForAll @Size(30) List<Short> seconds) {
    Type.Tuple key = new Type.Tuple(List.of(new Type.Text(4), new Type.Int(2, true)));
    MapSnapshot map = snapshot(key, new Type.Text(4));
    for (int i = 0; i < firsts.size(); i++) {
      map.add(
          new Memory().text("k" + firsts.get(i), 4).int16(seconds.get(i)).segment(),
          0,
          new Memory().text("v", 4).segment(),
          0);
    }
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < firsts.size(); i++) {
      expected.add(i);
    }
    expected.sort(Comparator.<Integer, Integer>comparing(firsts::get).thenComparing(seconds::get));
    assertThat(boxed(map.order())).isEqualTo(expected);
  }

  @Property
  void putsTheValuesOfAllCpusTogether(@ForAll @Size(4) List<Integer> counts) {
    MapSnapshot map =
        new MapSnapshot(
            new MapPlan("@", "m", Optional.of(Type.Int.INT64), new Type.Sum(true)), 8, 4, 1);
    Memory values = new Memory();
    counts.forEach(values::int64);
    map.add(new Memory().int64(0).segment(), 0, values.segment(), 0);
    assertThat(map.number(0, 0)).isEqualTo(counts.stream().mapToLong(Integer::longValue).sum());
  }

  private static MapSnapshot snapshot(Type.Plain key, Type value) {
    return new MapSnapshot(new MapPlan("@", "m", Optional.of(key), value), key.size(), 1, 1);
  }

  private static List<Integer> boxed(int[] order) {
    return Arrays.stream(order).boxed().toList();
  }
}
