package io.waggle.cli;

import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.Json;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Trees of maps, lists, texts and numbers as JSON. */
final class JsonText {
  /** JSON that is written already. */
  record Raw(String json) {}

  private JsonText() {}

  /** A tree on one line, with its end. */
  static String of(Object tree) {
    ByteText out = new ByteText();
    write(out, tree);
    out.put('\n');
    return out.toString();
  }

  private static void write(ByteText out, Object tree) {
    switch (tree) {
      case Map<?, ?> map -> {
        out.put('{');
        boolean isFirst = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.put(isFirst ? "" : ", ");
          isFirst = false;
          Json.string(out, entry.getKey().toString());
          out.put(": ");
          write(out, entry.getValue());
        }
        out.put('}');
      }
      case Iterable<?> list -> {
        out.put('[');
        boolean isFirst = true;
        for (Object element : list) {
          out.put(isFirst ? "" : ", ");
          isFirst = false;
          write(out, element);
        }
        out.put(']');
      }
      case Optional<?> maybe -> {
        if (maybe.isPresent()) {
          write(out, maybe.get());
        } else {
          out.put("null");
        }
      }
      case OptionalLong maybe ->
          out.put(maybe.isPresent() ? Long.toString(maybe.getAsLong()) : "null");
      case Number number -> out.put(number.toString());
      case Boolean truth -> out.put(truth.toString());
      case Raw(String json) -> out.put(json);
      default -> Json.string(out, tree.toString());
    }
  }
}
