package io.waggle.pack;

import io.waggle.formats.text.ByteText;

/**
 * Says which map a line is of, where the lines of several are mixed.
 *
 * @param map its name, empty where there is no other
 * @param width characters of the column, 0 without
 */
record Label(String map, int width) {
  static final Label NONE = new Label("", 0);

  private static final String TITLE = "MAP";

  /** One of several, the longest of whose names has {@code longest} characters. */
  static Label of(String map, int longest) {
    return new Label(map, Math.max(TITLE.length(), longest) + 1);
  }

  /** The column's title, from character {@code start} of the line on. */
  void title(ByteText out, int line, int start) {
    if (width > 0) {
      out.align(line, start, true, ' ').put(TITLE);
    }
  }

  /** The column. */
  void column(ByteText out) {
    if (width > 0) {
      int start = out.length();
      out.put(map).align(start, width, true, ' ');
    }
  }

  /** As the first field of an object, with the comma behind it. */
  void json(ByteText out) {
    if (width > 0) {
      out.put("\"map\":\"").put(map).put("\",");
    }
  }

  boolean isShown() {
    return width > 0;
  }
}
