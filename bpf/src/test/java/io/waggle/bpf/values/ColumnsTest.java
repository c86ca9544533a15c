package io.waggle.bpf.values;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.values.ValueType.Field;
import io.waggle.bpf.values.ValueType.Number;
import io.waggle.bpf.values.ValueType.Structure;
import io.waggle.bpf.values.ValueType.Text;
import io.waggle.formats.text.ByteText;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnsTest {
  private static final Structure EVENT =
      new Structure(
          "event",
          false,
          24,
          List.of(
              new Field("pid", new Number(4, true), 0),
              new Field("exit_code", new Number(4, false), 4),
              new Field("comm", new Text(8), 8),
              new Field("ns", new Number(8, false), 16)));

  private final MemorySegment memory = Arena.ofAuto().allocate(24, 8);
  private final Columns columns = Columns.of(EVENT, 9);
  private final ByteText out = new ByteText();

  @Test
  void valuesStandBelowTheirTitles() {
    out.put("before\n");
    int line = out.length();
    out.put("TIME");
    columns.header(out, line);
    row(4711, 24);
    row(Integer.MIN_VALUE, 24);
    assertThat(out.toString())
        .isEqualTo(
            """
            before
            TIME     PID     EXIT_CODE COMM    NS
            12:00:00 4711    9         sh      77
            12:00:00 -2147483648 9     sh      77
            """);
  }

  @Test
  void showsWhatAShortEventHas() {
    row(1, 9);
    row(1, 4);
    assertThat(out.toString())
        .isEqualTo(
            "\n12:00:00 1       9         s       -\n12:00:00 1       -         -       -\n");
  }

  private void row(int pid, int length) {
    memory.set(ValueLayout.JAVA_INT, 0, pid);
    memory.set(ValueLayout.JAVA_INT, 4, 9);
    memory.setString(8, "sh");
    memory.set(ValueLayout.JAVA_LONG, 16, 77);
    if (out.length() == 0 || out.array()[out.length() - 1] != '\n') {
      out.put('\n');
    }
    int line = out.length();
    out.put("12:00:00");
    columns.row(out, line, memory, 0, length);
    out.put('\n');
  }
}
