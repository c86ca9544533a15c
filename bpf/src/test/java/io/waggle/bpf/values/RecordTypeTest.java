package io.waggle.bpf.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.values.ValueType.Array;
import io.waggle.bpf.values.ValueType.Bits;
import io.waggle.bpf.values.ValueType.Bool;
import io.waggle.bpf.values.ValueType.Field;
import io.waggle.bpf.values.ValueType.Floating;
import io.waggle.bpf.values.ValueType.Number;
import io.waggle.bpf.values.ValueType.Pointer;
import io.waggle.bpf.values.ValueType.Structure;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordTypeTest {
  private static final Number U32 = new Number(4, false);
  private static final Structure EVENT =
      new Structure(
          "event",
          false,
          64,
          List.of(
              new Field("pid", new Number(4, true), 0),
              new Field("exit_code", U32, 4),
              new Field("duration_ns", new Number(8, false), 8),
              new Field("comm", new ValueType.Text(16), 16),
              new Field("failed", new Bool(1), 32),
              new Field("low", new Bits(3, 5, U32), 33),
              new Field("ratio", new Floating(4), 36),
              new Field("slots", new Array(new Number(2, false), 3), 40),
              new Field("sk", new Pointer(), 48),
              new Field(
                  "at",
                  new Structure(
                      "at",
                      false,
                      8,
                      List.of(new Field("line", U32, 0), new Field("column", U32, 4))),
                  56)));

  private static MemorySegment memory() {
    ByteBuffer bytes = ByteBuffer.allocate(72).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(8);
    bytes.putInt(-7).putInt(-1).putLong(5_000_000_000L);
    bytes.put("bash".getBytes(StandardCharsets.UTF_8)).position(40);
    bytes.put((byte) 1).put((byte) 0b1010_1111).position(44);
    bytes.putFloat(0.5f).putShort((short) 1).putShort((short) -1).putShort((short) 3);
    bytes.position(56).putLong(0xffff_8000_0000_1000L).putInt(12).putInt(34);
    return MemorySegment.ofArray(bytes.array());
  }

  record At(int line, int column) {}

  private record All(
      int pid,
      long exitCode,
      long durationNs,
      @Text(16) String comm,
      boolean failed,
      long low,
      double ratio,
      int[] slots,
      long sk,
      At at) {}

  private record Some(@Text(16) String comm, int exit_code) {}

  @Test
  void readsEveryKindOfMember() {
    All all = RecordType.of(All.class, EVENT).read(memory(), 8, 64);
    assertThat(all)
        .usingRecursiveComparison()
        .isEqualTo(
            new All(
                -7,
                0xffff_ffffL,
                5_000_000_000L,
                "bash",
                true,
                0b10101,
                0.5,
                new int[] {1, 0xffff, 3},
                0xffff_8000_0000_1000L,
                new At(12, 34)));
  }

  @Test
  void leavesOutWhatNobodyAsksFor() {
    assertThat(RecordType.of(Some.class, EVENT).read(memory(), 8, 64))
        .isEqualTo(new Some("bash", -1));
  }

  private record Unknown(int pod) {}

  private record TooSmall(short pid) {}

  private record OtherText(@Text(32) String comm) {}

  private record NoText(String pid) {}

  private record NoNumber(int comm) {}

  private record TooSmallInside(byte[] slots) {}

  @Test
  void refusesARecordThatDoesNotFit() {
    assertRefused(
        Unknown.class,
        "record Unknown: struct event has no member 'pod' for its component; it has pid, exit_code,");
    assertRefused(TooSmall.class, "component 'pid' is short, which does not read its member");
    assertRefused(OtherText.class, "component 'comm' wants 32 characters, and the member has 16");
    assertRefused(NoText.class, "component 'pid' is String, which does not read");
    assertRefused(NoNumber.class, "component 'comm' is int, which does not read");
    assertRefused(TooSmallInside.class, "component 'slots' is byte[], which does not read");
    assertThatThrownBy(() -> RecordType.of(At.class, U32))
        .isInstanceOf(ValueException.class)
        .hasMessageContaining("reads structures only");
  }

  private static void assertRefused(Class<? extends Record> type, String message) {
    assertThatThrownBy(() -> RecordType.of(type, EVENT))
        .isInstanceOf(ValueException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void refusesMemoryThatIsTooShort() {
    RecordType<Some> type = RecordType.of(Some.class, EVENT);
    assertThat(type.size()).isEqualTo(64);
    assertThatThrownBy(() -> type.read(memory(), 8, 63))
        .isInstanceOf(ValueException.class)
        .hasMessage("there are 63 bytes, and the structure has 64");
    assertThatThrownBy(() -> type.read(memory(), 16, 64))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
