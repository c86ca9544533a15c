package io.waggle.script.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.formats.text.TimeFormat;
import io.waggle.script.plan.Field;
import io.waggle.script.plan.MapPlan;
import io.waggle.script.types.Type;
import io.waggle.testing.Golden;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Shapes of output, text and JSON side by side in one golden file each. */
class OutputTest {
  private static final Type.Int INT64 = Type.Int.INT64;

  @Test
  void scalars() {
    check(
        "scalars.txt",
        out -> {
          out.map(scalar("@count", new Type.Count(), 2, memory -> memory.int64(40, 2)), 0, 1);
          out.map(scalar("@sum", new Type.Sum(true), 2, memory -> memory.int64(-5, 2)), 0, 1);
          out.map(scalar("@min", new Type.Min(true), 2, memory -> memory.int64(-3, 1, 9, 1)), 0, 1);
          out.map(scalar("@max", new Type.Max(false), 2, memory -> memory.int64(7, 1, 0, 0)), 0, 1);
          out.map(scalar("@avg", new Type.Avg(true), 2, memory -> memory.int64(7, 2, 5, 2)), 0, 1);
          out.map(
              scalar("@stats", new Type.Stats(true), 2, memory -> memory.int64(2, 1, 10, 1)), 0, 1);
          out.map(scalar("@int", INT64, 1, memory -> memory.int64(-42)), 0, 1);
          out.map(scalar("@big", Type.Int.UINT64, 1, memory -> memory.int64(-1)), 0, 1);
          out.map(
              scalar("@text", new Type.Text(8), 1, memory -> memory.text("a \"b\"\n", 8)), 0, 1);
          out.map(scalar("@bool", new Type.Bool(), 1, memory -> memory.int8(1)), 0, 1);
          out.map(
              scalar("@buf", new Type.Buffer(4), 1, memory -> memory.int32(2).int8('h', -1, 0, 0)),
              0,
              1);
          out.map(
              scalar(
                  "@pointer",
                  new Type.Pointer(INT64, Type.AddressSpace.KERNEL),
                  1,
                  memory -> memory.int64(50)),
              0,
              1);
        });
  }

  @Test
  void keys() {
    check(
        "keys.txt",
        out -> {
          MapSnapshot words = keyed("@words", new Type.Text(8), new Type.Count(), 1);
          add(words, memory -> memory.text("two", 8), memory -> memory.int64(2));
          add(words, memory -> memory.text("one", 8), memory -> memory.int64(1));
          add(words, memory -> memory.text("deux", 8), memory -> memory.int64(2));
          out.map(words, 0, 1);
          out.map(words, 2, 1);
          out.map(words, 5, 2);

          Type.Tuple pair = new Type.Tuple(List.of(Type.Int.INT32, new Type.Text(4)));
          MapSnapshot pairs = keyed("@pairs", pair, new Type.Text(4), 1);
          add(pairs, memory -> memory.int32(5).text("b", 4), memory -> memory.text("x", 4));
          add(pairs, memory -> memory.int32(-5).text("b", 4), memory -> memory.text("y", 4));
          add(pairs, memory -> memory.int32(5).text("a", 4), memory -> memory.text("z", 4));
          out.map(pairs, 0, 1);

          MapSnapshot averages = keyed("@averages", INT64, new Type.Avg(true), 2);
          add(averages, memory -> memory.int64(1), memory -> memory.int64(90, 2, 10, 3));
          add(averages, memory -> memory.int64(2), memory -> memory.int64(-10, 1, 0, 0));
          out.map(averages, 0, 1);
          out.map(averages, 0, 10);

          MapSnapshot empty = keyed("@empty", INT64, INT64, 1);
          out.map(empty, 0, 1);
        });
  }

  @Test
  void histograms() {
    check(
        "histograms.txt",
        out -> {
          out.map(scalar("@hist", new Type.Hist(0), 2, OutputTest::hist), 0, 1);
          out.map(scalar("@high", new Type.Hist(0), 1, memory -> power(memory, 35)), 0, 1);
          out.map(scalar("@top", new Type.Hist(0), 1, memory -> power(memory, 65)), 0, 1);
          out.map(
              scalar("@fine", new Type.Hist(2), 1, memory -> buckets(memory, 253, 11, 3, 12, 1)),
              0,
              1);
          out.map(
              scalar(
                  "@lhist",
                  new Type.Lhist(0, 10, 2),
                  1,
                  memory -> buckets(memory, 7, 0, 1, 2, 2, 4, 1, 6, 1)),
              0,
              1);
          out.map(
              scalar(
                  "@kilo",
                  new Type.Lhist(0, 4096, 1024),
                  1,
                  memory -> buckets(memory, 6, 1, 1, 2, 1)),
              0,
              1);
          out.map(
              scalar("@ones", new Type.Lhist(0, 5, 1), 1, memory -> buckets(memory, 7, 3, 1, 4, 2)),
              0,
              1);
          out.map(scalar("@zero", new Type.Hist(0), 1, memory -> buckets(memory, 66)), 0, 1);

          MapSnapshot keyed = keyed("@keyed", new Type.Text(4), new Type.Hist(0), 1);
          add(keyed, memory -> memory.text("lot", 4), memory -> buckets(memory, 66, 3, 2));
          add(keyed, memory -> memory.text("few", 4), memory -> buckets(memory, 66, 0, 1));
          out.map(keyed, 0, 1);
          out.map(keyed, 1, 1);
        });
  }

  @Test
  void events() {
    MemorySegment event =
        new Memory()
            .int64(0, 5)
            .text("a\t\"q\"\u0001é", 16)
            .int32(2)
            .text("ls", 4)
            .text("-l", 4)
            .segment();
    PrintfFormat format =
        PrintfFormat.compile(
            "test %d %s\n",
            List.of(new Field(INT64, 8), new Field(new Type.Text(16), 16)), Names.none());
    check(
        "events.txt",
        out -> {
          out.attachedProbes(1);
          out.attachedProbes(2);
          out.printf(format, event, 0);
          out.value(ValueFormat.of(INT64, 8, Names.none()), event, 0);
          out.value(ValueFormat.of(new Type.Text(16), 16, Names.none()), event, 0);
          out.time(TimeFormat.utc("%H:%M:%S\n"), 1_700_000_000_000_000_000L);
          out.join(" ", event, 36, 2, 4);
          out.lostEvents(7);
          out.mapFull("@a", 3);
          out.warning("something");
          out.end();
        });
  }

  @Test
  void aReaderThatLeftEndsOutputQuietly() {
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    try (OutputFile file = OutputFile.to(gone, BufferMode.LINE)) {
      file.text().put("one\n");
      file.pause();
      assertThat(file.isOpen()).isFalse();
    }
  }

  @Test
  void buffersAsTheModeSays() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    OutputFile line = OutputFile.to(bytes, BufferMode.LINE);
    line.text().put("line\n");
    line.commit();
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEmpty();
    line.pause();
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("line\n");

    OutputFile full = OutputFile.to(bytes, BufferMode.FULL);
    full.text().put("late\n");
    full.commit();
    full.pause();
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("line\n");
    full.text().put("x".repeat(1 << 16));
    full.commit();
    assertThat(bytes.size()).isEqualTo(10 + (1 << 16));

    OutputFile none = OutputFile.to(bytes, BufferMode.NONE);
    none.text().put("now");
    none.commit();
    assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith("now");
  }

  private static void check(String golden, Consumer<Output> script) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    OutputFile file = OutputFile.to(bytes, BufferMode.FULL);
    script.accept(new TextOutput(file, file, Names.none()));
    script.accept(new JsonOutput(file, file, Names.none()));
    file.close();
    Golden.assertMatches(OutputTest.class, golden, bytes.toString(StandardCharsets.UTF_8));
  }

  private static MapSnapshot scalar(String name, Type type, int cpus, Consumer<Memory> value) {
    MapSnapshot map = new MapSnapshot(new MapPlan(name, name, Optional.empty(), type), 4, cpus, 1);
    add(map, memory -> memory.int32(0), value);
    return map;
  }

  private static MapSnapshot keyed(String name, Type.Plain key, Type value, int cpus) {
    return new MapSnapshot(new MapPlan(name, name, Optional.of(key), value), key.size(), cpus, 1);
  }

  private static void add(MapSnapshot map, Consumer<Memory> key, Consumer<Memory> value) {
    Memory keyMemory = new Memory();
    key.accept(keyMemory);
    Memory valueMemory = new Memory();
    value.accept(valueMemory);
    map.add(keyMemory.segment(), 0, valueMemory.segment(), 0);
  }

  /** -1, 2, 3, 7 and 20, as two CPUs saw them. */
  private static void hist(Memory memory) {
    buckets(memory, 66, 0, 1, 3, 1);
    buckets(memory, 66, 3, 1, 4, 1, 6, 1);
  }

  private static void power(Memory memory, int bucket) {
    buckets(memory, 66, bucket, 1);
  }

  private static void buckets(Memory memory, int size, int... indexAndCount) {
    long[] counts = new long[size];
    for (int i = 0; i < indexAndCount.length; i += 2) {
      counts[indexAndCount[i]] = indexAndCount[i + 1];
    }
    memory.int64(counts);
  }
}
