package io.waggle.script.check;

import io.waggle.bpf.Nearest;
import io.waggle.script.check.Checker.Context;
import io.waggle.script.plan.Fact;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Expr.BinaryOp;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Layout;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.AddressSpace;
import io.waggle.script.types.Type.Bits;
import io.waggle.script.types.Type.Int;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What lies behind pointers and inside of structures, arrays, tuples and records. A way through
 * several structures becomes one address: only the value at its end is read.
 */
final class AccessChecker {
  private final Context context;

  AccessChecker(Context context) {
    this.context = context;
  }

  // Fields.

  /** {@code value.name}; a pointer is followed. */
  Term field(Expr.Field field, Term value) {
    return switch (value.type()) {
      case Type.None _ -> value;
      case Type.Structure structure -> {
        Optional<Layout.Member> member = member(field, structure);
        yield member.isEmpty()
            ? context.unknown(field.span())
            : part(field.span(), value, structure, member.get());
      }
      case Type.Pointer(Type.Structure structure, AddressSpace _) -> {
        Optional<Layout.Member> member = member(field, structure);
        yield member.isEmpty()
            ? context.unknown(field.span())
            : behind(field.span(), value, structure, member.get());
      }
      case Type.Tuple tuple when tuple.isRecord() -> named(field, value, tuple);
      default ->
          context.error(
              field.span(),
              "Can not access field '"
                  + field.name()
                  + "' on expression of type '"
                  + Types.name(value.type())
                  + "'");
    };
  }

  private Optional<Layout.Member> member(Expr.Field field, Type.Structure structure) {
    return member(field.span(), field.name(), structure);
  }

  private Optional<Layout.Member> member(Span span, String name, Type.Structure structure) {
    Optional<Layout.Member> member = structure.layout().member(name);
    if (member.isEmpty() && structure.size() == 0 && structure.layout().members().isEmpty()) {
      context.error(
          span,
          "Unknown struct/union: '" + structure.name() + "'",
          context.typesLike(structure.name()));
    } else if (member.isEmpty()) {
      List<String> names = structure.layout().members().stream().map(Layout.Member::name).toList();
      context.error(
          span,
          "Struct/union of type '"
              + structure.name()
              + "' does not contain a field named '"
              + name
              + "'",
          Nearest.hint(name, names));
    }
    return member;
  }

  private Term part(Span span, Term value, Type.Structure structure, Layout.Member member) {
    return switch (value) {
      case Term.Load load ->
          load(
              span,
              member.type(),
              plus(load.address(), distance(span, structure, member)),
              load.space(),
              member.bits());
      default -> piece(span, value, member);
    };
  }

  /** Of a value that the program holds itself. */
  private static Term piece(Span span, Term value, Layout.Member member) {
    return value instanceof Term.Part part && part.bits().count() == 0
        ? new Term.Part(
            span, member.type(), part.whole(), part.offset() + member.offset(), member.bits())
        : new Term.Part(span, member.type(), value, member.offset(), member.bits());
  }

  /** How far a member lies in its structure: asked of the machine where the script is packed. */
  private Term distance(Span span, Type.Structure structure, Layout.Member member) {
    return context.options().portable()
            && structure.layout().isKernel()
            && member.bits().count() == 0
        ? new Term.Compute(
            span,
            Int.INT64,
            new Operation.MachineFact(new Fact.Offset(structure.name(), member.name())),
            List.of())
        : new Term.Number(span, Int.INT64, member.offset());
  }

  private Term behind(Span span, Term pointer, Type.Structure structure, Layout.Member member) {
    AddressSpace space = context.space((Type.Pointer) pointer.type());
    return load(
        span,
        member.type(),
        plus(pointer, distance(span, structure, member)),
        space,
        member.bits());
  }

  private Term named(Expr.Field field, Term value, Type.Tuple record) {
    int index = record.names().indexOf(field.name());
    return index >= 0
        ? element(field.span(), value, index)
        : context.error(
            field.span(),
            "Record does not contain a field named '" + field.name() + "'",
            Nearest.hint(field.name(), record.names()));
  }

  // Elements.

  /** {@code value.0}. */
  Term element(Span span, Term value, int index) {
    if (value.type() instanceof Type.Tuple tuple) {
      if (index < 0 || index >= tuple.elements().size()) {
        return context.error(
            span,
            "Invalid tuple index: "
                + index
                + ". Found "
                + tuple.elements().size()
                + " elements in tuple.");
      }
      return value instanceof Term.MakeTuple made
          ? made.elements().get(index)
          : new Term.Element(span, tuple.elements().get(index), value, index);
    }
    return Types.isUnknown(value.type())
        ? value
        : context.error(
            span,
            "Can not access index '"
                + index
                + "' on expression of type '"
                + Types.name(value.type())
                + "'");
  }

  /** {@code value[position]}. */
  Term index(Span span, Term value, Term position) {
    if (Types.isUnknown(value.type()) || Types.isUnknown(position.type())) {
      return context.unknown(span);
    }
    return switch (value.type()) {
      case Type.Tuple _ ->
          position instanceof Term.Number(Span _, Type.Plain _, long at)
              ? element(span, value, (int) Math.clamp(at, -1, 1 << 20))
              : context.error(span, "A tuple is indexed by a number known when compiled");
      case Type.Array array -> item(span, value, array, position);
      case Type.Pointer(Type.Plain target, AddressSpace _)
          when !Types.isUnknown(target) && Types.integer(position).type() instanceof Int ->
          load(
              span,
              target,
              plus(value, scaled(position, target.size())),
              context.space((Type.Pointer) value.type()),
              Bits.ALL);
      default ->
          context.error(
              span,
              "The array index operator [] cannot be used on an expression of type '"
                  + Types.name(value.type())
                  + "'");
    };
  }

  private Term item(Span span, Term value, Type.Array array, Term written) {
    Term position = Types.integer(written);
    if (!(position.type() instanceof Int)) {
      return context.error(
          span,
          "The array index operator [] only accepts positive (unsigned) integer indices. Got: "
              + Types.name(position.type()));
    }
    Type.Plain element = array.element();
    if (position instanceof Term.Number(Span _, Type.Plain _, long at)) {
      if (at < 0 || array.count() > 0 && at >= array.count()) {
        return context.error(
            span, "the index " + at + " is out of bounds for array of size " + array.count());
      }
      if (!(value instanceof Term.Load)) {
        return piece(
            span, value, new Layout.Member("", element, (int) at * element.size(), Bits.ALL));
      }
    }
    Term start = address(span, value);
    AddressSpace space = ((Type.Pointer) start.type()).space();
    boolean bounded = array.count() > 0 && !(position instanceof Term.Number);
    Term address =
        bounded
            ? new Term.Within(
                span,
                start.type(),
                start,
                Conversion.to(wide(position), Int.UINT64),
                array.count(),
                element.size())
            : plus(start, scaled(position, element.size()));
    return load(span, element, address, space, Bits.ALL);
  }

  private static Term wide(Term number) {
    return number.type() instanceof Int(int _, boolean signed)
        ? Conversion.to(number, new Int(8, signed))
        : number;
  }

  /** The position in bytes. */
  private static Term scaled(Term position, int size) {
    Term wide = Conversion.to(wide(Types.integer(position)), Int.INT64);
    if (wide instanceof Term.Number number) {
      return new Term.Number(number.span(), Int.INT64, number.value() * size);
    }
    return size == 1
        ? wide
        : new Term.Arithmetic(
            position.span(),
            Int.INT64,
            BinaryOp.MUL,
            wide,
            new Term.Number(position.span(), Int.INT64, size));
  }

  // Addresses.

  /** {@code *pointer}. */
  Term dereference(Span span, Term pointer) {
    return switch (Types.integer(pointer).type()) {
      case Type.None _ -> pointer;
      case Type.Pointer(Type.Plain target, AddressSpace _) when !Types.isUnknown(target) ->
          pointer instanceof Term.AddressOf(Span _, Type.Pointer _, Term.ReadLocal local)
              ? local
              : load(span, target, pointer, context.space((Type.Pointer) pointer.type()), Bits.ALL);
      case Int _ -> {
        Term address = Conversion.to(wide(Types.integer(pointer)), pointer(Int.UINT64));
        yield load(span, Int.UINT64, address, context.space(), Bits.ALL);
      }
      default ->
          context.error(span, "Can not dereference type '" + Types.name(pointer.type()) + "'");
    };
  }

  /** {@code &value}: where a variable, an entry of a map, or something behind a pointer lies. */
  Term address(Span span, Term value) {
    return switch (value) {
      case Term.Load load -> {
        Type.Pointer type = new Type.Pointer(load.type(), load.space());
        yield load.bits().count() > 0
            ? context.error(span, "A bit field has no address")
            : Conversion.to(load.address(), type);
      }
      case Term.Part part when part.bits().count() == 0 -> {
        Term whole = new Term.AddressOf(span, own(part.whole().type()), part.whole());
        yield Conversion.to(plus(whole, part.offset()), own(part.type()));
      }
      case Term.Number number when Types.isUnknown(number.type()) -> number;
      case Term.Number _, Term.Argument _, Term.Arithmetic _, Term.Compare _, Term.ReadBuiltin _ ->
          context.error(span, "The & operator can only be used on variables, maps and fields");
      default -> new Term.AddressOf(span, own(value.type()), value);
    };
  }

  /** A pointer into the program's own memory, which is the kernel's. */
  private static Type.Pointer own(Type.Plain target) {
    return new Type.Pointer(target, AddressSpace.KERNEL);
  }

  private static Type.Pointer pointer(Type.Plain target) {
    return new Type.Pointer(target, AddressSpace.UNKNOWN);
  }

  /** Pointers that were found in some memory lead to the same one, unless they say otherwise. */
  private static Term load(
      Span span, Type.Plain type, Term address, AddressSpace space, Bits bits) {
    Type.Plain found =
        type instanceof Type.Pointer(Type.Plain target, AddressSpace own)
                && own == AddressSpace.UNKNOWN
            ? new Type.Pointer(target, space)
            : type;
    return new Term.Load(span, found, address, space, bits);
  }

  private static Term plus(Term address, long bytes) {
    return plus(address, new Term.Number(address.span(), Int.INT64, bytes));
  }

  /** An address some bytes further on; known distances are put together. */
  private static Term plus(Term address, Term bytes) {
    if (bytes instanceof Term.Number(Span _, Type.Plain _, long none) && none == 0) {
      return address;
    }
    Span span = address.span();
    Term number = Conversion.to(address, Int.INT64);
    if (number
            instanceof
            Term.Convert(
                Span _,
                Type.Plain _,
                Term.Convert(
                    Span _,
                    Type.Pointer _,
                    Term.Arithmetic(
                        Span _,
                        Type.Plain type,
                        BinaryOp op,
                        Term start,
                        Term.Number(Span _, Type.Plain _, long before))))
        && op == BinaryOp.ADD
        && type.equals(Int.INT64)
        && bytes instanceof Term.Number(Span _, Type.Plain _, long more)) {
      number = start;
      bytes = new Term.Number(span, Int.INT64, before + more);
    }
    Term sum =
        number instanceof Term.Number(Span _, Type.Plain _, long known)
                && bytes instanceof Term.Number(Span _, Type.Plain _, long more)
            ? new Term.Number(span, Int.INT64, known + more)
            : new Term.Arithmetic(span, Int.INT64, BinaryOp.ADD, number, bytes);
    return Conversion.to(sum, address.type());
  }

  // Layout.

  /** {@code offsetof(type, path)}. */
  Term offset(Expr.OffsetOf offset, Type.Plain type) {
    Type.Plain at = type;
    long bytes = 0;
    List<String> walked = new ArrayList<>();
    for (String name : offset.path()) {
      if (!(at instanceof Type.Structure structure)) {
        String where = walked.isEmpty() ? Types.name(at) : String.join(".", walked);
        return context.error(offset.span(), "'" + where + "' is not a C struct or union");
      }
      Optional<Layout.Member> member = member(offset.span(), name, structure);
      if (member.isEmpty()) {
        return context.unknown(offset.span());
      }
      bytes += member.get().offset() + member.get().bits().shift() / 8;
      at = member.get().type();
      walked.add(name);
    }
    return new Term.Number(offset.span(), Int.UINT64, bytes);
  }
}
