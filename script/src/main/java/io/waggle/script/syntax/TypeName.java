package io.waggle.script.syntax;

import java.util.List;

/**
 * A type as written: {@code uint32}, {@code struct task_struct*}, {@code string[64]}.
 *
 * @param name words of the type, {@code struct} and the like included
 * @param suffixes what follows, left to right: {@link #POINTER}, or an array's length, {@link
 *     #UNSIZED} where it is left out
 */
public record TypeName(Span span, String name, List<Integer> suffixes) {
  public static final int POINTER = -1;
  public static final int UNSIZED = -2;

  public TypeName {
    suffixes = List.copyOf(suffixes);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name);
    for (int suffix : suffixes) {
      switch (suffix) {
        case POINTER -> text.append('*');
        case UNSIZED -> text.append("[]");
        default -> text.append('[').append(suffix).append(']');
      }
    }
    return text.toString();
  }
}
