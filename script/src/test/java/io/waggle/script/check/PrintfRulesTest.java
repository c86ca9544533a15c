package io.waggle.script.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.script.output.PrintfFormat;
import io.waggle.script.types.Type;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintfRulesTest {

  private static Optional<String> check(String format, int integers) {
    return PrintfRules.check("printf", format, Collections.nCopies(integers, Type.Int.INT64));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "no conversion  | 0",
        "100%%          | 0",
        "%d             | 1",
        "%-5d,%05lx     | 2",
        "100% !         | 0",
        "%*d            | 1",
        "%lld %hhu %#x  | 3",
        "%s %c %p %o    | 4",
        "%.3s           | 1",
      })
  void counts(String format, int integers) {
    assertThat(check(format, integers)).isEmpty();
    assertThat(check(format, integers + 1)).get().asString().contains("Too many arguments");
    if (integers > 0) {
      assertThat(check(format, integers - 1)).get().asString().contains("Not enough arguments");
    }
  }

  @Test
  void lettersThatConvertNothingAreMistakes() {
    for (String format : List.of("%g", "%y", "%-5f", "%ln")) {
      assertThat(check(format, 1))
          .get()
          .asString()
          .endsWith("Unknown format string token: " + format);
    }
  }

  @Test
  void buffersHaveTheirOwnConversions() {
    for (String format : List.of("%r", "%rx", "%rh", "%r.")) {
      assertThat(PrintfRules.check("printf", format, List.of(new Type.Buffer(8))))
          .as(format)
          .isEmpty();
    }
    assertThat(check("%r", 1)).get().asString().contains("expects a value of type buffer");
  }

  @Provide
  Arbitrary<String> formats() {
    return Arbitraries.of(
            "%",
            "%", "%", "-", "+", " ", "#", "0", "5", ".", "*", "h", "l", "j", "z", "t", "d", "u",
            "x", "X", "o", "p", "c", "s", "i", "g", "a", "%%")
        .list()
        .ofMaxSize(8)
        .map(parts -> String.join("", parts));
  }

  @Property(tries = 2000)
  void whatIsAcceptedCanBePrinted(@ForAll("formats") String format) {
    for (int integers = 0; integers < 5; integers++) {
      if (check(format, integers).isEmpty()) {
        assertThat(PrintfFormat.conversions(format)).as(format).isEqualTo(integers);
      }
    }
  }
}
