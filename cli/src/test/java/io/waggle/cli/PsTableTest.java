package io.waggle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class PsTableTest {
  private static Map<String, Object> row(int id, String name, String attached, String holder) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("id", id);
    facts.put("name", name);
    facts.put("tag", "d677b8ffe43eb0ca");
    facts.put("attached", attached);
    facts.put("memlock", 4096);
    facts.put("held_by", List.of(holder));
    return facts;
  }

  private static final List<Map<String, Object>> ROWS =
      List.of(
          row(7, "held", "uprobe /usr/lib/x86_64-linux-gnu/libc.so.6+0x9b1f0", "java(29902)"),
          row(10982, "other", "", "waggle(1)"));

  @Test
  void aWideLineHasAll() {
    assertThat(new PsTable(ROWS, OptionalInt.empty()).text())
        .isEqualTo(
            """
              id     name   tag               attached                                            memlock  held_by
              7      held   d677b8ffe43eb0ca  uprobe /usr/lib/x86_64-linux-gnu/libc.so.6+0x9b1f0  4096     java(29902)
              10982  other  d677b8ffe43eb0ca                                                      4096     waggle(1)
            """);
  }

  @Test
  void aShortLineHasWhatTellsMost() {
    assertThat(new PsTable(ROWS, OptionalInt.of(60)).text())
        .isEqualTo(
            """
              id     name   attached                         held_by
              7      held   uprobe /usr/lib/x86_64-linux-g…  java(29902)
              10982  other                                   waggle(1)
            """);
  }

  @Property
  void linesFitWhereEveryColumnKeepsAFewCharacters(
      @ForAll @Size(min = 1, max = 5) List<@AlphaChars @StringLength(max = 90) String> texts,
      @ForAll @IntRange(min = 42, max = 200) int width) {
    List<Map<String, Object>> rows =
        texts.stream().map(text -> row(1, text, text + text, text)).toList();
    assertThat(new PsTable(rows, OptionalInt.of(width)).text().lines())
        .allMatch(line -> line.length() <= width);
  }
}
