package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Value;
import io.waggle.script.check.Operation;
import io.waggle.script.check.Term;
import io.waggle.script.types.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Values that live in memory: texts, buffers, tuples, moments. */
final class Values {
  private final Body body;
  private final Code code;

  Values(Body body) {
    this.body = body;
    this.code = body.code;
  }

  /**
   * Stores any value, a number too.
   *
   * @param padded whether bytes behind a text's NUL have to be zero
   */
  void store(Term term, Place to, boolean padded) {
    if (Shapes.isNumber(term.type())) {
      code.store(to, term.type().size(), body.terms.number(term));
    } else {
      into(term, to, padded);
    }
  }

  /** The key of a map, in memory. A scalar has none. */
  Place key(ScriptMap map, Optional<Term> key) {
    if (key.isEmpty()) {
      return new Place(code.number(0));
    }
    Term term = key.get();
    if (!Shapes.isNumber(term.type())) {
      return place(term);
    }
    Value number = body.terms.number(term);
    Place to = code.temporary("key", term.type().size());
    code.store(to, term.type().size(), number);
    return to;
  }

  /** Where the value lies: its own place if it has one, else a temporary. */
  Place place(Term term) {
    return switch (term) {
      case Term.ReadLocal t -> body.locals.place(t.variable());
      case Term.ReadMap t -> {
        ScriptMap map = body.scope.map(t.map());
        yield body.maps.place(map, key(map, t.key()));
      }
      case Term.Element t -> element(t);
      case Term.Part t when t.bits().count() == 0 -> place(t.whole()).plus(t.offset());
      case Term.ReadBuiltin t when body.builtins.isSite(t) -> body.builtins.site(t);
      case Term.Compute t when t.operation() instanceof Operation.NameNumber ->
          body.operations.row(t);
      case Term.Block t -> {
        body.statements.all(t.body());
        yield place(t.result());
      }
      default -> temporary(term);
    };
  }

  /** Where an element of a tuple lies. */
  Place element(Term.Element term) {
    Type.Tuple tuple = (Type.Tuple) term.tuple().type();
    return place(term.tuple()).plus(tuple.offset(term.index()));
  }

  private Place temporary(Term term) {
    Place to = code.temporary("value", term.type().size());
    into(term, to, true);
    return to;
  }

  /** Whether {@link #into} reads nothing after its first write, so that it may write a variable. */
  boolean isWrittenInOneGo(Term term) {
    return switch (term) {
      case Term.Text _, Term.ReadBuiltin _, Term.ReadField _ -> true;
      case Term.ReadText t -> Shapes.isNumber(t.address().type());
      default -> false;
    };
  }

  /** Writes a value that lives in memory. */
  void into(Term term, Place to, boolean padded) {
    int size = term.type().size();
    switch (term) {
      case Term.Text t -> Memory.literal(code, to, bytes(t), padded ? size : room(t));
      case Term.ReadText t -> readText(t, to, padded);
      case Term.ReadBuffer t -> readBuffer(t, to);
      case Term.ReadBuiltin t when !body.builtins.isSite(t) -> body.builtins.comm(to, padded);
      case Term.ReadField t -> body.builtins.textField(t.field(), to, padded);
      case Term.Load t -> load(t, to, padded);
      case Term.Choose t -> choose(t, to, padded);
      case Term.Convert t -> convert(t, to, padded);
      case Term.MakeTuple t -> makeTuple(t, to, padded);
      case Term.Compute t when !(t.operation() instanceof Operation.NameNumber) ->
          body.operations.into(t, to, padded);
      case Term.FormatTime t -> {
        Value nanoseconds = body.terms.number(t.nanoseconds());
        code.store(to, 8, nanoseconds);
        code.store(to.plus(8), 4, code.number(t.format()));
        code.store(to.plus(12), 4, code.number(t.clock() == Term.Clock.TAI ? 1 : 0));
      }
      default -> copy(place(term), term.type(), to, padded);
    }
  }

  private void load(Term.Load term, Place to, boolean padded) {
    body.at(term.span());
    Value address = body.terms.number(term.address());
    if (term.type() instanceof Type.Text text) {
      Texts.read(code, to, text.size(), address, term.space(), padded);
    } else {
      Memory.read(code, to, term.type().size(), address, term.space());
    }
  }

  /** Where the program holds the value; 0 for an entry that a map lacks. */
  Value addressOf(Term value) {
    if (value instanceof Term.ReadMap read && read.key().isPresent()) {
      ScriptMap map = body.scope.map(read.map());
      return body.maps.address(map, key(map, read.key()));
    }
    return code.address(
        value instanceof Term.ReadLocal local ? body.locals.place(local.variable()) : place(value));
  }

  private void copy(Place from, Type.Plain type, Place to, boolean padded) {
    if (type instanceof Type.Text text) {
      Texts.copy(code, to, text.size(), from, text.size(), padded);
    } else {
      Memory.copy(code, to, from, type.size());
    }
  }

  private static byte[] bytes(Term.Text term) {
    byte[] bytes = term.value().getBytes(StandardCharsets.UTF_8);
    return bytes.length < term.type().size() ? bytes : Arrays.copyOf(bytes, term.type().size() - 1);
  }

  /** The bytes of a text and its NUL. */
  private static int room(Term.Text term) {
    return bytes(term).length + 1;
  }

  private void readText(Term.ReadText term, Place to, boolean padded) {
    body.at(term.span());
    int size = term.type().size();
    Value address = body.terms.number(term.address());
    if (term.limit().isEmpty()) {
      Texts.read(code, to, size, address, term.space(), padded);
      return;
    }
    Value limit = body.terms.number(term.limit().get());
    if (limit.isConstant()) {
      int room = (int) Math.max(0, Math.min(limit.constant(), size));
      Memory.zero(code, to, padded ? size : 1);
      if (room > 0) {
        Texts.read(code, to, room, address, term.space(), false);
      }
      return;
    }
    Memory.zero(code, to, padded ? size : 1);
    Texts.readBounded(code, to, code.boundMax(limit, size), address, term.space());
  }

  private void readBuffer(Term.ReadBuffer term, Place to) {
    Type.Buffer type = term.type();
    Value address = null;
    Place source = null;
    if (Shapes.isNumber(term.address().type())) {
      address = body.terms.number(term.address());
    } else {
      source = place(term.address());
    }
    Value length = code.boundMax(body.terms.number(term.length()), type.capacity());
    Memory.zero(code, to, type.size());
    code.store(to, 4, length);
    Value data = code.address(to.plus(4));
    if (source != null) {
      code.call(HelperTable.READ_KERNEL, data, length, code.address(source));
    } else if (term.space() == Type.AddressSpace.KERNEL) {
      code.watched(
          HelperTable.READ_KERNEL, code.call(HelperTable.READ_KERNEL, data, length, address));
    } else {
      Value result = code.call(HelperTable.READ_USER, data, length, address);
      if (term.space() == Type.AddressSpace.USER) {
        code.watched(HelperTable.READ_USER, result);
      } else {
        Block kernel = code.block("kernel");
        Block done = code.block("read");
        code.branch(JumpOp.SLT, result, code.number(0), kernel, done);
        code.start(kernel);
        code.watched(
            HelperTable.READ_KERNEL, code.call(HelperTable.READ_KERNEL, data, length, address));
        code.jump(done);
        code.start(done);
      }
    }
  }

  private void choose(Term.Choose term, Place to, boolean padded) {
    Block yes = code.block("yes");
    Block no = code.block("no");
    Block done = code.block("done");
    body.terms.branch(term.condition(), yes, no);
    code.start(yes);
    into(term.yes(), to, padded);
    code.jump(done);
    code.start(no);
    into(term.no(), to, padded);
    code.jump(done);
    code.start(done);
  }

  private void convert(Term.Convert term, Place to, boolean padded) {
    convert(term.operand(), term.type(), to, padded);
  }

  private void convert(Term operand, Type.Plain type, Place to, boolean padded) {
    switch (type) {
      case Type.Text text when operand instanceof Term.Text literal ->
          into(new Term.Text(literal.span(), text, literal.value()), to, padded);
      case Type.Text text when operand.type() instanceof Type.Text from ->
          Texts.copy(code, to, text.size(), place(operand), from.size(), padded);
      case Type.Buffer buffer -> {
        Place from = place(operand);
        int common = Math.min(operand.type().size(), buffer.size());
        Memory.copy(code, to, from, common);
        Memory.zero(code, to.plus(common), buffer.size() - common);
      }
      case Type.Tuple tuple -> convertTuple(operand, tuple, to, padded);
      case Type.Array array when Shapes.isNumber(operand.type()) -> {
        Value number = body.terms.number(operand);
        Place whole = array.size() < 8 ? code.temporary("bytes", 8) : to;
        code.store(whole, 8, number);
        if (array.size() < 8) {
          Memory.copy(code, to, whole, array.size());
        }
      }
      default -> into(operand, to, padded);
    }
  }

  private void convertTuple(Term operand, Type.Tuple tuple, Place to, boolean padded) {
    zeroPadding(tuple, to, padded);
    Type.Tuple from = (Type.Tuple) operand.type();
    if (operand instanceof Term.MakeTuple made && from.names().equals(tuple.names())) {
      for (int i = 0; i < tuple.elements().size(); i++) {
        Term element = made.elements().get(i);
        Type.Plain type = tuple.elements().get(i);
        store(new Term.Convert(element.span(), type, element), to.plus(tuple.offset(i)), padded);
      }
      return;
    }
    convertTuple(place(operand), from, tuple, to, padded);
  }

  private void convertTuple(
      Place from, Type.Tuple fromType, Type.Tuple tuple, Place to, boolean padded) {
    for (int i = 0; i < tuple.elements().size(); i++) {
      Type.Plain type = tuple.elements().get(i);
      int other = tuple.isRecord() ? fromType.names().indexOf(tuple.names().get(i)) : i;
      Type.Plain source = fromType.elements().get(other);
      Place element = from.plus(fromType.offset(other));
      Place target = to.plus(tuple.offset(i));
      if (Shapes.isNumber(type)) {
        code.store(target, type.size(), code.loadNumber(element, source));
      } else if (type instanceof Type.Tuple inner) {
        convertTuple(element, (Type.Tuple) source, inner, target, padded);
      } else if (type instanceof Type.Text text) {
        Texts.copy(code, target, text.size(), element, source.size(), padded);
      } else {
        int common = Math.min(source.size(), type.size());
        Memory.copy(code, target, element, common);
        Memory.zero(code, target.plus(common), type.size() - common);
      }
    }
  }

  private void makeTuple(Term.MakeTuple term, Place to, boolean padded) {
    zeroPadding(term.type(), to, padded);
    for (int i = 0; i < term.elements().size(); i++) {
      store(term.elements().get(i), to.plus(term.type().offset(i)), padded);
    }
  }

  private void zeroPadding(Type.Tuple tuple, Place to, boolean padded) {
    if (padded && Shapes.hasPadding(tuple)) {
      Memory.zero(code, to, tuple.size());
    }
  }

  // Comparison.

  /** 1 if two values of one type are equal. */
  Value equal(Term left, Term right) {
    int size = left.type().size();
    Optional<byte[]> known = literal(right);
    if (known.isPresent()) {
      return equalTo(left, known.get(), size);
    }
    Optional<byte[]> knownLeft = literal(left);
    if (knownLeft.isPresent()) {
      return equalTo(right, knownLeft.get(), size);
    }
    Place a = place(left);
    Place b = place(right);
    return left.type() instanceof Type.Text && size > 64
        ? Texts.equal(code, a, b, size)
        : Texts.sameBytes(code, a, b, size);
  }

  private Value equalTo(Term term, byte[] bytes, int size) {
    Optional<byte[]> other = literal(term);
    if (other.isPresent()) {
      return code.number(Arrays.equals(other.get(), bytes) ? 1 : 0);
    }
    Term text = withoutPadding(term);
    if (bytes.length + 1 > text.type().size()) {
      return code.number(0);
    }
    return Texts.startsWith(code, place(text), bytes, Math.min(bytes.length + 1, size));
  }

  /** A text that was only given more room. */
  private static Term withoutPadding(Term term) {
    return term instanceof Term.Convert convert
            && convert.operand().type() instanceof Type.Text from
            && from.size() <= term.type().size()
        ? convert.operand()
        : term;
  }

  /** 1 if the first {@code count} bytes are equal, or all up to the NUL. */
  Value equalUpTo(Term left, Term right, int count) {
    Optional<byte[]> known = literal(right);
    Term other = known.isPresent() ? left : right;
    if (known.isEmpty()) {
      known = literal(left);
    }
    if (known.isEmpty()) {
      int size = Math.min(count, Math.min(left.type().size(), right.type().size()));
      return Texts.equal(code, place(left), place(right), size);
    }
    byte[] bytes = known.get();
    int compared = Math.min(count, bytes.length + 1);
    Optional<byte[]> both = literal(other);
    if (both.isPresent()) {
      byte[] a = Arrays.copyOf(both.get(), compared);
      return code.number(Arrays.equals(a, Arrays.copyOf(bytes, compared)) ? 1 : 0);
    }
    if (compared > other.type().size()) {
      return code.number(0);
    }
    return Texts.startsWith(code, place(other), bytes, compared);
  }

  private static Optional<byte[]> literal(Term term) {
    return switch (term) {
      case Term.Text text -> Optional.of(bytes(text));
      case Term.Convert(var _, Type.Text type, Term.Text text) ->
          Optional.of(bytes(new Term.Text(text.span(), type, text.value())));
      default -> Optional.empty();
    };
  }
}
