package io.waggle.formats.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TimeFormatTest {
  private static final long MOMENT = 1_700_000_000_123_456_789L;

  @Test
  void writesEveryConversionOfTheCLocale() {
    assertThat(utc("%Y-%m-%d %H:%M:%S")).isEqualTo("2023-11-14 22:13:20");
    assertThat(utc("%a %A %b %B %h")).isEqualTo("Tue Tuesday Nov November Nov");
    assertThat(utc("%C %y %e %I %j %p %P")).isEqualTo("20 23 14 10 318 PM pm");
    assertThat(utc("%T %R %F %D %x %X %r"))
        .isEqualTo("22:13:20 22:13 2023-11-14 11/14/23 11/14/23 22:13:20 10:13:20 PM");
    assertThat(utc("%c|%s|%u|%w")).isEqualTo("Tue Nov 14 22:13:20 2023|1700000000|2|2");
    assertThat(utc("%U %W %V %G %g")).isEqualTo("46 46 46 2023 23");
    assertThat(utc("%z %Z %n%t%%|%Q|%")).isEqualTo("+0000 UTC \n\t%|%Q|%");
    assertThat(utc("%f %l %k")).isEqualTo("123456 123 123456789");
    assertThat(utc("Zeit für %H")).isEqualTo("Zeit für 22");
  }

  @Test
  void timeKeepsTheLibrarysHours() {
    ByteText out = new ByteText();
    TimeFormat.time("%k").write(out, MOMENT);
    assertThat(out.length()).isEqualTo(2);
  }

  @Property
  void agreesWithTheLibraryOnDates(@ForAll @LongRange(min = 0, max = 9_000_000_000L) long second) {
    OffsetDateTime time = Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC);
    String expected =
        time.toLocalDate()
            + " "
            + time.getDayOfYear()
            + " "
            + time.getDayOfWeek().getValue()
            + " "
            + time.get(IsoFields.WEEK_BASED_YEAR)
            + " "
            + time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
    ByteText out = new ByteText();
    TimeFormat.utc("%F %j %u %G %V").write(out, second * 1_000_000_000L);
    String actual = out.toString().replaceAll(" 0+", " ");
    assertThat(actual).isEqualTo(expected);
  }

  private static String utc(String format) {
    ByteText out = new ByteText();
    TimeFormat.utc(format).write(out, MOMENT);
    return out.toString();
  }
}
