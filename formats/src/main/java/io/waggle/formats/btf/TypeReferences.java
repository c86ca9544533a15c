package io.waggle.formats.btf;

import io.waggle.formats.btf.BtfType.Member;
import io.waggle.formats.btf.BtfType.Parameter;
import io.waggle.formats.btf.BtfType.Placed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** The other types that a type refers to. */
final class TypeReferences {
  private TypeReferences() {}

  /** The same type with each reference replaced, asked for in the order of the encoding. */
  static BtfType map(BtfType type, IntUnaryOperator to) {
    return switch (type) {
      case BtfType.Void _,
          BtfType.Int _,
          BtfType.Enumeration _,
          BtfType.Forward _,
          BtfType.Floating _ ->
          type;
      case BtfType.Pointer pointer -> new BtfType.Pointer(to.applyAsInt(pointer.target()));
      case BtfType.Array array ->
          new BtfType.Array(
              to.applyAsInt(array.element()), to.applyAsInt(array.index()), array.count());
      case BtfType.Struct struct ->
          new BtfType.Struct(
              struct.name(), struct.isUnion(), struct.size(), members(struct.members(), to));
      case BtfType.Typedef typedef ->
          new BtfType.Typedef(typedef.name(), to.applyAsInt(typedef.target()));
      case BtfType.Qualified qualified ->
          new BtfType.Qualified(qualified.qualifier(), to.applyAsInt(qualified.target()));
      case BtfType.Function function ->
          new BtfType.Function(
              function.name(), to.applyAsInt(function.prototype()), function.linkage());
      case BtfType.Prototype prototype -> {
        int result = to.applyAsInt(prototype.result());
        yield new BtfType.Prototype(result, parameters(prototype.parameters(), to));
      }
      case BtfType.Variable variable ->
          new BtfType.Variable(variable.name(), to.applyAsInt(variable.type()), variable.linkage());
      case BtfType.DataSection section ->
          new BtfType.DataSection(section.name(), section.size(), placed(section.variables(), to));
      case BtfType.DeclarationTag tag ->
          new BtfType.DeclarationTag(
              tag.word(), to.applyAsInt(tag.target()), tag.component(), tag.isAttribute());
      case BtfType.TypeTag tag ->
          new BtfType.TypeTag(tag.word(), to.applyAsInt(tag.target()), tag.isAttribute());
    };
  }

  /** The references in the order of the encoding. */
  static int[] of(BtfType type) {
    List<Integer> found = new ArrayList<>();
    map(
        type,
        reference -> {
          found.add(reference);
          return reference;
        });
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private static List<Member> members(List<Member> members, IntUnaryOperator to) {
    List<Member> mapped = new ArrayList<>(members.size());
    for (Member member : members) {
      mapped.add(
          new Member(
              member.name(), to.applyAsInt(member.type()), member.bitOffset(), member.bitSize()));
    }
    return mapped;
  }

  private static List<Parameter> parameters(List<Parameter> parameters, IntUnaryOperator to) {
    List<Parameter> mapped = new ArrayList<>(parameters.size());
    for (Parameter parameter : parameters) {
      mapped.add(new Parameter(parameter.name(), to.applyAsInt(parameter.type())));
    }
    return mapped;
  }

  private static List<Placed> placed(List<Placed> variables, IntUnaryOperator to) {
    List<Placed> mapped = new ArrayList<>(variables.size());
    for (Placed placed : variables) {
      mapped.add(new Placed(to.applyAsInt(placed.variable()), placed.offset(), placed.size()));
    }
    return mapped;
  }
}
