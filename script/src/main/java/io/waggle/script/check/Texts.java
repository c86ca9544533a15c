package io.waggle.script.check;

import io.waggle.script.types.Type;
import io.waggle.script.types.Type.AddressSpace;
import io.waggle.script.types.Type.Int;
import java.util.Optional;

/** What functions take for text: texts, arrays of characters, addresses of characters. */
final class Texts {
  private Texts() {}

  /** The term as text; as it is where its type is not known yet. */
  static Optional<Term> of(CallSite call, Term term) {
    return switch (term.type()) {
      case Type.None _, Type.Text _ -> Optional.of(term);
      case Type.Array(Int(int size, boolean _), int count) when size == 1 && count > 0 ->
          Optional.of(bytes(term, new Type.Text(count)));
      case Type.Pointer(Int(int size, boolean _), AddressSpace _) when size == 1 ->
          Optional.of(
              new Term.ReadText(
                  term.span(),
                  new Type.Text(call.context().options().maxText()),
                  Conversion.to(term, Int.UINT64),
                  call.context().space((Type.Pointer) term.type()),
                  Optional.empty()));
      default -> Optional.empty();
    };
  }

  /**
   * An array of characters in memory, which has type text, as all of its bytes: text ends at NUL.
   */
  static Term array(Term term) {
    if (!(term.type() instanceof Type.Text(int size))) {
      return term;
    }
    Type.Array type = new Type.Array(new Int(1, true), size);
    return switch (term) {
      case Term.Load load ->
          new Term.Load(load.span(), type, load.address(), load.space(), Type.Bits.ALL);
      case Term.Part part ->
          new Term.Part(part.span(), type, part.whole(), part.offset(), Type.Bits.ALL);
      default -> term;
    };
  }

  /** The same bytes as text. */
  static Term bytes(Term term, Type.Text type) {
    return term instanceof Term.Load load && load.bits().count() == 0
        ? new Term.Load(term.span(), type, load.address(), load.space(), Type.Bits.ALL)
        : new Term.Part(term.span(), type, term, 0, Type.Bits.ALL);
  }
}
