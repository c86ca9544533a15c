package io.waggle.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.text.ByteText;
import org.junit.jupiter.api.Test;

class HistogramsTest {
  private final ByteText out = new ByteText();

  @Test
  void showsPowersOfTwo() {
    Histograms.log2(out, new long[] {9, 6, 12, 28, 40, 83, 57, 19, 0, 0}, "(unit)");
    assertThat(out.toString())
        .isEqualTo(
            """
                 (unit)              : count    distribution
                     0 -> 1          : 9        |****                                    |
                     2 -> 3          : 6        |**                                      |
                     4 -> 7          : 12       |*****                                   |
                     8 -> 15         : 28       |*************                           |
                    16 -> 31         : 40       |*******************                     |
                    32 -> 63         : 83       |****************************************|
                    64 -> 127        : 57       |***************************             |
                   128 -> 255        : 19       |*********                               |
            """);
  }

  @Test
  void showsSingleNumbers() {
    Histograms.linear(out, new long[] {0, 0, 1, 2}, "bucket");
    assertThat(out.toString())
        .isEqualTo(
            """
                 bucket        : count    distribution
                    2          : 1        |********************                    |
                    3          : 2        |****************************************|
            """);
  }

  @Test
  void showsWideAndLargeNumbers() {
    long[] slots = new long[64];
    slots[63] = -1;
    slots[40] = Long.MAX_VALUE;
    Histograms.log2(out, slots, "ns");
    assertThat(out.toString())
        .contains(" 9223372036854775808 -> 18446744073709551615 : 18446744073709551615 |")
        .contains("       1099511627776 -> 2199023255551        : 9223372036854775807 |");
  }

  @Test
  void showsNothingOfNothing() {
    Histograms.log2(out, new long[5], "(unit)");
    Histograms.linear(out, new long[5], "(unit)");
    assertThat(out.length()).isZero();
  }
}
