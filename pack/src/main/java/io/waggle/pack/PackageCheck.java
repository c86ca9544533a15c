package io.waggle.pack;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether a package's object is the one that it describes. */
final class PackageCheck {
  private final String file;
  private final Meta meta;
  private final ObjectContents object;

  private PackageCheck(String file, Meta meta, ObjectContents object) {
    this.file = file;
    this.meta = meta;
    this.object = object;
  }

  /**
   * Compares programs, maps, variables and exported types with the object's.
   *
   * @throws PackageException at the first that the object lacks
   */
  static void check(String file, Meta meta, ObjectContents object) {
    PackageCheck check = new PackageCheck(file, meta, object);
    check.programs();
    check.maps();
    check.variables();
    check.exports();
  }

  private void programs() {
    Set<String> names =
        object.programs().stream()
            .map(ObjectContents.DeclaredProgram::name)
            .collect(Collectors.toSet());
    for (Meta.ProgramMeta program : meta.skeleton().programs()) {
      require(names.contains(program.name()), "program '" + program.name() + "'");
    }
  }

  private void maps() {
    for (Meta.MapMeta map : meta.skeleton().maps()) {
      boolean there = map.mapped() || object.map(map.ident()).isPresent() || isSection(map);
      require(there, "map '" + map.ident() + "'");
    }
  }

  /** Sections without variables of their own, as of strings, are maps that nobody maps. */
  private boolean isSection(Meta.MapMeta map) {
    return object.sections().stream()
        .anyMatch(own -> Skeletons.identifier(own.name().substring(1)).equals(map.ident()));
  }

  private void variables() {
    for (Meta.DataSection section : meta.skeleton().dataSections()) {
      List<ObjectContents.DeclaredVariable> known =
          object.sections().stream()
              .filter(own -> own.name().equals(section.name()))
              .flatMap(own -> own.variables().stream())
              .toList();
      for (Meta.Variable variable : section.variables()) {
        require(
            known.stream().anyMatch(own -> own.name().equals(variable.name())),
            "variable '" + variable.name() + "' in " + section.name());
      }
    }
  }

  private void exports() {
    Optional<Btf> types = object.types();
    for (Meta.ExportType type : meta.exportTypes()) {
      boolean same =
          types.isPresent()
              && type.typeId() > 0
              && type.typeId() < types.get().count()
              && types.get().kind(type.typeId()) == BtfKind.STRUCT
              && types.get().name(type.typeId()).equals(type.name());
      require(same, "struct " + type.name() + " as type " + type.typeId());
    }
  }

  private void require(boolean there, String what) {
    if (!there) {
      throw new PackageException(
          file + ": its object has no " + what + ", which its description names");
    }
  }
}
