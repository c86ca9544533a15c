package io.waggle.bpf;

import io.waggle.formats.Bytes;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.elf.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongFunction;

/**
 * The structures of section {@code .struct_ops} or {@code .struct_ops.link}: tables of functions
 * that programs are to stand in for. Each becomes a map of type {@link MapType#STRUCT_OPS} whose
 * contents are laid out as in the object; the kernel's own layout is the loader's to find.
 */
final class StructOpsDeclarations {
  private static final String SECTION = ".struct_ops";
  private static final int LINKED = 1 << 13; // BPF_F_LINK

  private StructOpsDeclarations() {}

  /** Whether a section holds such structures; a leading {@code ?} leaves them out at load. */
  static boolean is(String section) {
    String name = plain(section);
    return name.equals(SECTION) || name.equals(SECTION + ".link");
  }

  private static String plain(String section) {
    return section.startsWith("?") ? section.substring(1) : section;
  }

  /**
   * Reads a section.
   *
   * @param types whose sections of variables have their offsets
   * @param programs the program that a pointer in the section is initialised with, by its place
   */
  static List<MapSpec> read(
      String file,
      Section section,
      Bytes content,
      Btf types,
      LongFunction<Optional<String>> programs) {
    OptionalInt found = types.find(BtfKind.DATASEC, section.name());
    List<MapSpec> maps = new ArrayList<>();
    if (found.isPresent() && types.type(found.getAsInt()) instanceof BtfType.DataSection data) {
      for (BtfType.Placed placed : data.variables()) {
        if (!(types.type(placed.variable()) instanceof BtfType.Variable variable)
            || !(types.type(types.strip(variable.type())) instanceof BtfType.Struct struct)
            || struct.name().isEmpty()
            || placed.offset() + struct.size() > content.size()) {
          throw new ObjectException(
              file, section.name(), "what it holds are variables of structures with names");
        }
        maps.add(map(section.name(), content, types, programs, placed.offset(), variable));
      }
    }
    return maps;
  }

  private static MapSpec map(
      String section,
      Bytes content,
      Btf types,
      LongFunction<Optional<String>> programs,
      long offset,
      BtfType.Variable variable) {
    int type = types.strip(variable.type());
    BtfType.Struct struct = (BtfType.Struct) types.type(type);
    Map<Integer, String> slots = new HashMap<>();
    for (int i = 0; i < struct.members().size(); i++) {
      int member = i;
      programs
          .apply(offset + struct.members().get(i).bitOffset() / 8)
          .ifPresent(program -> slots.put(member, program));
    }
    return new MapSpec(
            variable.name(),
            MapType.STRUCT_OPS,
            4,
            (int) struct.size(),
            1,
            plain(section).equals(SECTION) ? 0 : LINKED,
            io.waggle.bpf.Bytes.of(content.copy(offset, (int) struct.size())))
        .with(MapSpec.Traits.NONE.withTypes(0, type).withSlots(slots))
        .withAutocreate(!section.startsWith("?"));
  }
}
