package io.waggle.pack;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * JSON as YAML: the structure by indentation, every scalar as JSON has it, which YAML reads too.
 */
final class Yaml {
  private Yaml() {}

  static byte[] write(JsonNode tree) {
    StringBuilder out = new StringBuilder();
    block(out, tree, 0, true);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** {@code begun} says that the first line's indentation is there already. */
  private static void block(StringBuilder out, JsonNode node, int indent, boolean begun) {
    boolean first = begun;
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        out.repeat(' ', first ? 0 : indent).append(field.getKey()).append(':');
        value(out, field.getValue(), indent);
        first = false;
      }
    } else {
      for (JsonNode element : node) {
        out.repeat(' ', first ? 0 : indent).append('-');
        if (isBlock(element)) {
          out.append(' ');
          block(out, element, indent + 2, true);
        } else {
          out.append(' ').append(element).append('\n');
        }
        first = false;
      }
    }
  }

  private static void value(StringBuilder out, JsonNode value, int indent) {
    if (isBlock(value)) {
      out.append('\n').repeat(' ', indent + 2);
      block(out, value, indent + 2, true);
    } else {
      out.append(' ').append(value).append('\n');
    }
  }

  private static boolean isBlock(JsonNode node) {
    return node.isContainer() && !node.isEmpty();
  }
}
