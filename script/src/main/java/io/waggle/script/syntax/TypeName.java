package io.waggle.script.syntax;

import java.util.List;
import java.util.Optional;

/**
 * A type as written: {@code uint32}, {@code struct task_struct*}, {@code string[64]}.
 *
 * @param name words of the type, {@code struct} and the like included; empty for {@link #of}
 * @param of the expression whose type is meant: {@code typeof(expression)}
 * @param suffixes what follows, left to right: {@link #POINTER}, or an array's length, {@link
 *     #UNSIZED} where it is left out
 */
public record TypeName(Span span, String name, Optional<Expr> of, List<Integer> suffixes) {
  public static final int POINTER = -1;
  public static final int UNSIZED = -2;

  public TypeName {
    suffixes = List.copyOf(suffixes);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name);
    // Twice in parentheses, since a lone name would be a type.
    of.ifPresent(value -> text.append("typeof((").append(AstPrinter.print(value)).append("))"));
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
