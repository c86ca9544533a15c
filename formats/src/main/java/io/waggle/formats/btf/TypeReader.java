package io.waggle.formats.btf;

import io.waggle.formats.Bytes;
import io.waggle.formats.btf.BtfType.Enumerator;
import io.waggle.formats.btf.BtfType.Member;
import io.waggle.formats.btf.BtfType.Parameter;
import io.waggle.formats.btf.BtfType.Placed;
import io.waggle.formats.btf.BtfType.Qualifier;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a record of a type: 12 bytes (name, info, then a size or another type), then what its kind
 * adds. Info holds the number of elements, from bit 24 the kind, and in bit 31 a flag.
 */
final class TypeReader {
  private static final int HEAD = 12;

  private TypeReader() {}

  static BtfType read(Btf btf, Bytes types, int at) {
    String name = btf.string(types.u32(at));
    int info = types.i32(at + 4L);
    int other = types.i32(at + 8L);
    int elements = info & 0xffff;
    boolean flag = info < 0;
    int kind = info >>> 24 & 0x1f;
    return switch (kind) {
      case BtfKind.INT -> integer(name, other, types.i32(at + HEAD));
      case BtfKind.PTR -> new BtfType.Pointer(other);
      case BtfKind.ARRAY ->
          new BtfType.Array(types.i32(at + 12L), types.i32(at + 16L), types.u32(at + 20L));
      case BtfKind.STRUCT, BtfKind.UNION ->
          new BtfType.Struct(
              name,
              kind == BtfKind.UNION,
              other & 0xffff_ffffL,
              members(btf, types, at, elements, flag));
      case BtfKind.ENUM -> enumeration(btf, types, at, name, other, elements, flag);
      case BtfKind.ENUM64 -> enumeration64(btf, types, at, name, other, elements, flag);
      case BtfKind.FWD -> new BtfType.Forward(name, flag);
      case BtfKind.TYPEDEF -> new BtfType.Typedef(name, other);
      case BtfKind.VOLATILE -> new BtfType.Qualified(Qualifier.VOLATILE, other);
      case BtfKind.CONST -> new BtfType.Qualified(Qualifier.CONST, other);
      case BtfKind.RESTRICT -> new BtfType.Qualified(Qualifier.RESTRICT, other);
      case BtfKind.FUNC -> new BtfType.Function(name, other, elements);
      case BtfKind.FUNC_PROTO -> new BtfType.Prototype(other, parameters(btf, types, at, elements));
      case BtfKind.VAR -> new BtfType.Variable(name, other, types.i32(at + HEAD));
      case BtfKind.DATASEC ->
          new BtfType.DataSection(name, other & 0xffff_ffffL, placed(types, at, elements));
      case BtfKind.FLOAT -> new BtfType.Floating(name, other);
      case BtfKind.DECL_TAG -> new BtfType.DeclarationTag(name, other, types.i32(at + HEAD), flag);
      case BtfKind.TYPE_TAG -> new BtfType.TypeTag(name, other, flag);
      default -> throw types.unexpected(at + 4L, "a kind of type", Integer.toString(kind));
    };
  }

  private static BtfType integer(String name, int size, int encoding) {
    return new BtfType.Int(
        name,
        size,
        encoding & 0xff,
        encoding >>> 16 & 0xff,
        (encoding & 1 << 24) != 0,
        (encoding & 2 << 24) != 0,
        (encoding & 4 << 24) != 0);
  }

  private static List<Member> members(Btf btf, Bytes types, int at, int count, boolean bitFields) {
    List<Member> members = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long member = at + HEAD + i * 12L;
      int offset = types.i32(member + 8);
      members.add(
          new Member(
              btf.string(types.u32(member)),
              types.i32(member + 4),
              bitFields ? offset & 0xff_ffff : offset & 0xffff_ffffL,
              bitFields ? offset >>> 24 : 0));
    }
    return members;
  }

  private static BtfType enumeration(
      Btf btf, Bytes types, int at, String name, int size, int count, boolean signed) {
    List<Enumerator> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long value = at + HEAD + i * 8L;
      values.add(
          new Enumerator(
              btf.string(types.u32(value)), signed ? types.i32(value + 4) : types.u32(value + 4)));
    }
    return new BtfType.Enumeration(name, size, signed, values);
  }

  private static BtfType enumeration64(
      Btf btf, Bytes types, int at, String name, int size, int count, boolean signed) {
    List<Enumerator> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long value = at + HEAD + i * 12L;
      long low = types.u32(value + 4);
      long high = types.u32(value + 8);
      values.add(new Enumerator(btf.string(types.u32(value)), high << 32 | low));
    }
    return new BtfType.Enumeration(name, size, signed, values);
  }

  private static List<Parameter> parameters(Btf btf, Bytes types, int at, int count) {
    List<Parameter> parameters = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long parameter = at + HEAD + i * 8L;
      parameters.add(new Parameter(btf.string(types.u32(parameter)), types.i32(parameter + 4)));
    }
    return parameters;
  }

  private static List<Placed> placed(Bytes types, int at, int count) {
    List<Placed> placed = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long variable = at + HEAD + i * 12L;
      placed.add(new Placed(types.i32(variable), types.u32(variable + 4), types.u32(variable + 8)));
    }
    return placed;
  }
}
