package io.waggle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonTextTest {
  @Test
  void treesAreWrittenInTheirOrder() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("b", List.of(1, -2L, 0.5, true));
    tree.put("a", Map.of());
    tree.put("none", List.of());
    tree.put("version", Optional.of("5.8"));
    tree.put("unknown", Optional.empty());
    tree.put("size", OptionalLong.of(Long.MAX_VALUE));
    tree.put("gone", OptionalLong.empty());
    tree.put("raw", new JsonText.Raw("{\"x\":1}"));
    assertThat(JsonText.of(tree))
        .isEqualTo(
            "{\"b\": [1, -2, 0.5, true], \"a\": {}, \"none\": [], \"version\": \"5.8\","
                + " \"unknown\": null, \"size\": 9223372036854775807, \"gone\": null,"
                + " \"raw\": {\"x\":1}}\n");
  }

  @Test
  void textsAreEscaped() {
    assertThat(JsonText.of(Map.of("a\"b", "c\\d\n\u0001é…")))
        .isEqualTo("{\"a\\\"b\": \"c\\\\d\\n\\u0001é…\"}\n");
  }

  /** Reads a string back as RFC 8259 has it. */
  private static String read(String json) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < json.length() - 1; i++) {
      char c = json.charAt(i);
      assertThat(c).isNotEqualTo('"').isGreaterThanOrEqualTo(' ');
      if (c != '\\') {
        text.append(c);
        continue;
      }
      i++;
      switch (json.charAt(i)) {
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'u' -> {
          text.append((char) Integer.parseInt(json.substring(i + 1, i + 5), 16));
          i += 4;
        }
        default -> text.append(json.charAt(i));
      }
    }
    return text.toString();
  }

  @Property
  void anyTextComesBack(@ForAll String text) {
    String json = JsonText.of(text);
    assertThat(json).startsWith("\"").endsWith("\"\n");
    // Halves of surrogate pairs are no text and become question marks.
    String valid = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    assertThat(read(json.substring(0, json.length() - 1))).isEqualTo(valid);
  }
}
