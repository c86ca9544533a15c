package io.waggle.script.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.formats.text.ByteText;
import io.waggle.script.plan.Field;
import io.waggle.script.types.Type;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintfFormatTest {

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      delimiter = '|',
      value = {
        "%d|5|5",
        "%d|-5|-5",
        "%i|7|7",
        "%ld|-9223372036854775808|-9223372036854775808",
        "%d|5124095577148911|2024525295",
        "%u|-1|4294967295",
        "%lu|-1|18446744073709551615",
        "%llu|-1|18446744073709551615",
        "%x|5124095577148911|78abcdef",
        "%jx|5124095577148911|12345678abcdef",
        "%hx|5124095577148911|cdef",
        "%hhx|5124095577148911|ef",
        "%hhd|255|-1",
        "%X|48879|BEEF",
        "%#x|42|0x2a",
        "%#X|42|0X2A",
        "%#x|0|0",
        "%o|8|10",
        "%#o|8|010",
        "%c|65|A",
        "%p|4096|0x1000",
        "%p|0|0",
        "%5d|42|   42",
        "%-5d.|42|42   .",
        "%05d|42|00042",
        "%05d|-42|00-42",
        "%-05d|42|42000",
        "%04x|2|0002",
        "%+d|42|+42",
        "%+d|-42|-42",
        "%.3d|42|42",
        "%*d|42|42",
        "%s|42|42",
        "%5s|42|   42",
        "100%% of %d|1|100% of 1",
        "%y %d|1|%y 1",
      })
  void convertsIntegersAsBpftraceDoes(String format, long value, String expected) {
    assertThat(format(format, new Type.Int(8, true), new Memory().int64(value)))
        .isEqualTo(expected);
  }

  @Test
  void readsEverySizeWithItsSign() {
    List<Type.Plain> types =
        List.of(
            new Type.Int(1, true),
            new Type.Int(1, false),
            new Type.Int(2, true),
            new Type.Int(2, false),
            new Type.Int(4, true),
            new Type.Int(4, false));
    Memory memory = new Memory().int8(-1, -1).int16(-2).int16(-2).int16(0).int32(-3, -3);
    assertThat(formatAll("%d %d %d %d %d %lu", types, memory))
        .isEqualTo("-1 255 -2 65534 -3 4294967293");
  }

  @Test
  void showsTextUpToItsEndAndMarksWhatWasCut() {
    assertThat(format("%s.", new Type.Text(8), new Memory().text("abc", 8))).isEqualTo("abc.");
    assertThat(format("%s", new Type.Text(3), new Memory().text("abc", 3))).isEqualTo("abc..");
    assertThat(format("%-6s|", new Type.Text(8), new Memory().text("abc", 8))).isEqualTo("abc   |");
    assertThat(format("%6s|", new Type.Text(8), new Memory().text("abc", 8))).isEqualTo("   abc|");
    assertThat(format("%s", new Type.Text(8), new Memory().text("é", 8))).isEqualTo("é");
  }

  @Test
  void showsBuffersInThreeWays() {
    Type.Buffer type = new Type.Buffer(8);
    Memory memory = new Memory().int32(4).int8('o', 'k', 0, 255).int32(0);
    assertThat(format("%r", type, memory)).isEqualTo("ok\\x00\\xff");
    assertThat(format("%rx", type, memory)).isEqualTo("\\x6f\\x6b\\x00\\xff");
    assertThat(format("%rh", type, memory)).isEqualTo("6f 6b 00 ff");
    assertThat(format("%s", type, memory)).isEqualTo("ok\\x00\\xff");
  }

  @Test
  void aBufferLongerThanItsTypeIsCutToIt() {
    Memory memory = new Memory().int32(1000).int8('o', 'k', '!', '!').int32(0);
    assertThat(format("%r", new Type.Buffer(4), memory)).isEqualTo("ok!!");
  }

  @Test
  void showsAnyTypeAsPrintDoes() {
    Type.Tuple tuple =
        new Type.Tuple(
            List.of(
                Type.Int.INT32,
                new Type.Text(4),
                new Type.Tuple(List.of(Type.Int.INT64, new Type.Bool()))));
    Memory memory = new Memory().int32(1).text("abc", 4).int64(-2).int8(1);
    assertThat(format("%s", tuple, memory)).isEqualTo("(1, abc, (-2, true))");
    Type.Pointer pointer = new Type.Pointer(new Type.None(), Type.AddressSpace.USER);
    assertThat(format("%s", pointer, new Memory().int64(-1))).isEqualTo("0xffffffffffffffff");
    assertThat(format("%d", new Type.Bool(), new Memory().int8(1))).isEqualTo("1");
  }

  @Test
  void refusesFormatsThatDoNotFitTheirValues() {
    assertThatThrownBy(() -> formatAll("%d %d", List.of(Type.Int.INT64), new Memory()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> formatAll("none", List.of(Type.Int.INT64), new Memory()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(PrintfFormat.conversions("%d %% %-10s %rx %y")).isEqualTo(3);
  }

  @Property
  void writesAnyNumberAsTheLibraryDoes(@ForAll long value) {
    ByteText out = new ByteText();
    assertThat(out.decimal(value).toString()).isEqualTo(Long.toString(value));
    out.clear();
    assertThat(out.unsigned(value).toString()).isEqualTo(Long.toUnsignedString(value));
    out.clear();
    assertThat(out.hex(value, false).toString()).isEqualTo(Long.toHexString(value));
    out.clear();
    assertThat(out.octal(value).toString()).isEqualTo(Long.toOctalString(value));
  }

  @Property
  void anyFormatCompilesOrIsRefused(@ForAll String format) {
    List<Field> fields = new ArrayList<>();
    int conversions = PrintfFormat.conversions(format);
    for (int i = 0; i < conversions; i++) {
      fields.add(new Field(Type.Int.INT64, 8));
    }
    ByteText out = new ByteText();
    PrintfFormat.compile(format, fields, Names.none())
        .write(out, new Memory().int64(0, 42).segment(), 0);
    assertThat(out.length()).isLessThan(1 << 24);
  }

  private static String format(String format, Type.Plain type, Memory memory) {
    return formatAll(format, List.of(type), memory);
  }

  private static String formatAll(String format, List<Type.Plain> types, Memory memory) {
    Type.Tuple layout = new Type.Tuple(types);
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      fields.add(new Field(types.get(i), layout.offset(i)));
    }
    MemorySegment segment = memory.segment();
    ByteText out = new ByteText();
    PrintfFormat.compile(format, fields, Names.none()).write(out, segment, 0);
    return out.toString();
  }
}
