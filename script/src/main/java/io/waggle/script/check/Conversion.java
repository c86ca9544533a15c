package io.waggle.script.check;

import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.ArrayList;
import java.util.List;

/** Brings a term to a type that it is known to fit, folding what is constant. */
final class Conversion {
  private Conversion() {}

  /** {@code term} as {@code type}. */
  static Term to(Term term, Type.Plain type) {
    if (term.type().equals(type)) {
      return term;
    }
    if (term instanceof Term.Number number && isNumber(type)) {
      return new Term.Number(number.span(), type, cut(number.value(), type));
    }
    if (term instanceof Term.Text text && type instanceof Type.Text wider) {
      return new Term.Text(text.span(), wider, text.value());
    }
    if (term instanceof Term.MakeTuple tuple
        && type instanceof Type.Tuple wider
        && tuple.type().names().equals(wider.names())) {
      List<Term> elements = new ArrayList<>();
      for (int i = 0; i < tuple.elements().size(); i++) {
        elements.add(to(tuple.elements().get(i), wider.elements().get(i)));
      }
      return new Term.MakeTuple(tuple.span(), wider, elements);
    }
    return new Term.Convert(term.span(), type, term);
  }

  private static boolean isNumber(Type.Plain type) {
    return switch (type) {
      case Type.Bool _, Int _, Type.Pointer _, Type.Enumeration _ -> true;
      default -> false;
    };
  }

  /** As a truth value. */
  static Term toBool(Term term) {
    if (term.type() instanceof Type.Bool) {
      return term;
    }
    if (term instanceof Term.Number number) {
      return new Term.Number(number.span(), new Type.Bool(), number.value() != 0 ? 1 : 0);
    }
    return new Term.Convert(term.span(), new Type.Bool(), term);
  }

  /** A number's bits as the type keeps them, extended to 64 bits again. */
  static long cut(long value, Type.Plain type) {
    return switch (type) {
      case Type.Bool _ -> value != 0 ? 1 : 0;
      case Type.Enumeration enumeration -> cut(value, enumeration.base());
      case Int(int size, boolean signed) when size < 8 -> {
        int unused = 64 - size * 8;
        yield signed ? value << unused >> unused : value << unused >>> unused;
      }
      default -> value;
    };
  }
}
