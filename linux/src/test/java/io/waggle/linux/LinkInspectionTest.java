package io.waggle.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Reads answers that no kernel would give, beside some that they do. */
class LinkInspectionTest {
  private static final int TYPES = 15;

  private static LinkPlace place(byte[] answer) {
    try (Arena arena = Arena.ofConfined()) {
      return LinkInspection.place(
          arena, info -> info.copyFrom(MemorySegment.ofArray(answer).asSlice(0, info.byteSize())));
    }
  }

  @Property
  void anyAnswerIsSomePlace(
      @ForAll @IntRange(max = TYPES + 1) int type,
      @ForAll @IntRange(max = 8) int event,
      @ForAll @Size(72) byte[] answer) {
    MemorySegment info = MemorySegment.ofArray(answer);
    info.set(ValueLayout.JAVA_INT_UNALIGNED, 0, type);
    info.set(ValueLayout.JAVA_INT_UNALIGNED, 16, event);
    LinkPlace place = place(answer);
    assertThat(place).isNotNull();
    if (type == 0 || type >= TYPES) {
      assertThat(place).isEqualTo(new LinkPlace.Other(type));
    }
  }

  @Test
  void countsBeyondReasonAreCut() {
    byte[] answer = new byte[72];
    MemorySegment info = MemorySegment.ofArray(answer);
    info.set(ValueLayout.JAVA_INT_UNALIGNED, 0, 8);
    info.set(ValueLayout.JAVA_INT_UNALIGNED, 24, -1);
    assertThat(place(answer))
        .isInstanceOfSatisfying(
            LinkPlace.KprobeMulti.class,
            many -> assertThat(many.addresses()).hasSize(1 << 16).containsOnly(0L));
  }

  @Test
  void olderKernelsTellLess() {
    for (int type : List.of(7, 8, 12)) {
      byte[] answer = new byte[72];
      answer[0] = (byte) type;
      assertThat(place(answer)).isEqualTo(new LinkPlace.Other(type));
    }
  }
}
