package io.waggle.pack;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.pack.Meta.Argument;
import io.waggle.pack.Meta.DataSection;
import io.waggle.pack.Meta.Export;
import io.waggle.pack.Meta.ExportMember;
import io.waggle.pack.Meta.ExportType;
import io.waggle.pack.Meta.Interpreter;
import io.waggle.pack.Meta.MapMeta;
import io.waggle.pack.Meta.ProgramMeta;
import io.waggle.pack.Meta.Skeleton;
import io.waggle.pack.Meta.Variable;
import io.waggle.pack.ObjectContents.VariableSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What a package says of an object, as far as the object itself tells. */
final class Skeletons {
  /** Of the object's name before those of its variables' maps; a map's name has 15 bytes. */
  private static final int PREFIX = 8;

  private Skeletons() {}

  /**
   * The skeleton.
   *
   * @param file name of the object's file, such as {@code opensnoop.bpf.o}
   */
  static Skeleton of(ObjectContents contents, String file) {
    String base = file.endsWith(".o") ? file.substring(0, file.length() - 2) : file;
    String name = identifier(base);
    List<DataSection> sections = new ArrayList<>();
    List<MapMeta> maps = new ArrayList<>();
    contents.maps().forEach(map -> maps.add(map(map.name(), map.name(), false)));
    for (VariableSection section : contents.sections()) {
      if (!section.variables().isEmpty()) {
        sections.add(variables(contents.types().orElseThrow(), section));
      }
      String prefix = name.substring(0, Math.min(PREFIX, name.length()));
      maps.add(map(prefix + section.name(), identifier(section.name().substring(1)), true));
    }
    List<ProgramMeta> programs = new ArrayList<>();
    contents
        .programs()
        .forEach(
            program ->
                programs.add(
                    new ProgramMeta(program.name(), program.section(), true, Optional.empty())));
    return new Skeleton(sections, maps, programs, name, Optional.empty());
  }

  private static MapMeta map(String name, String ident, boolean mapped) {
    return new MapMeta(
        name, ident, mapped, Optional.empty(), new Export.None(), new Interpreter.Structure());
  }

  private static DataSection variables(Btf btf, VariableSection section) {
    List<Variable> variables = new ArrayList<>();
    for (ObjectContents.DeclaredVariable variable : section.variables()) {
      variables.add(
          new Variable(
              variable.name(),
              CTypes.name(btf, variable.type()),
              Optional.empty(),
              Optional.empty(),
              Argument.NONE));
    }
    return new DataSection(section.name(), variables);
  }

  /** A name as C can have it. */
  static String identifier(String name) {
    StringBuilder text = new StringBuilder(name);
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) >= 0x80) {
        text.setCharAt(i, '_');
      }
    }
    return text.toString();
  }

  /** Structures of the object's BTF with one of these names, in the order of the names. */
  static List<ExportType> exports(Btf btf, List<String> names) {
    List<ExportType> types = new ArrayList<>();
    for (String name : names) {
      OptionalInt type = btf.find(BtfKind.STRUCT, name);
      if (type.isPresent() && btf.type(type.getAsInt()) instanceof BtfType.Struct struct) {
        List<ExportMember> members = new ArrayList<>();
        for (BtfType.Member member : struct.members()) {
          members.add(new ExportMember(member.name(), CTypes.name(btf, member.type())));
        }
        types.add(new ExportType(name, members, (int) struct.size(), type.getAsInt()));
      }
    }
    return types;
  }
}
