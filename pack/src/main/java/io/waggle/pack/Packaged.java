package io.waggle.pack;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Bytes;
import java.util.List;
import java.util.Optional;

/** A package, or an object by itself, ready to be run: its options are known, nothing is loaded. */
public final class Packaged {
  private final String name;
  private final BpfPackage content;
  private final ObjectContents contents;

  private Packaged(String name, BpfPackage content, ObjectContents contents) {
    this.name = name;
    this.content = content;
    this.contents = contents;
  }

  /**
   * Reads a package in JSON or an object file; which it is, its first bytes tell.
   *
   * @param name of the file, without folders
   * @throws PackageException if it is neither, is damaged, or describes another object
   * @throws io.waggle.formats.FormatException if the object is damaged
   */
  public static Packaged read(String name, byte[] file) {
    if (file.length > 4 && file[0] == 0x7f && file[1] == 'E' && file[2] == 'L' && file[3] == 'F') {
      return ofObject(name, Bytes.of(file));
    }
    if (file.length > 4 && file[0] == 0 && file[1] == 'a' && file[2] == 's' && file[3] == 'm') {
      throw new PackageException(name + ": WASM modules cannot be run");
    }
    if (file.length == 0) {
      throw new PackageException(name + ": it is empty");
    }
    if (!isObject(file)) {
      throw new PackageException(
          name + ": it is neither a package, which is JSON, nor a BPF object, which is ELF");
    }
    BpfPackage content = BpfPackage.read(name, file);
    ObjectContents contents = ObjectContents.read(name, content.object());
    PackageCheck.check(name, content.meta(), contents);
    return new Packaged(name, content, contents);
  }

  /** Whether the first character is that of an object in JSON. */
  private static boolean isObject(byte[] file) {
    int start = 0;
    while (start < file.length && file[start] <= ' ' && file[start] > 0) {
      start++;
    }
    return start < file.length && file[start] == '{';
  }

  /** A package that was just built; {@code name} is what the user calls it. */
  public static Packaged of(String name, BpfPackage content) {
    return new Packaged(name, content, ObjectContents.read(name, content.object()));
  }

  private static Packaged ofObject(String name, Bytes object) {
    ObjectContents contents = ObjectContents.read(name, object);
    Meta meta = new Meta(List.of(), Skeletons.of(contents, name), Optional.empty());
    return new Packaged(name, new BpfPackage(object, meta), contents);
  }

  /** The package; of an object, the one it would make. */
  public BpfPackage content() {
    return content;
  }

  ObjectContents contents() {
    return contents;
  }

  /** The options its constants make. */
  public ProgramOptions options() {
    return ProgramOptions.of(content.meta(), contents);
  }

  /** The help, several lines. */
  public String help() {
    return ProgramHelp.text(name, options());
  }

  /** Name and version, a line without its end. */
  public String version() {
    return ProgramHelp.version(content.meta());
  }

  /** The object with its constants as they were asked for. */
  BpfObject object(ProgramOptions.Parsed parsed) {
    BpfObject object = BpfObject.read(name, content.object());
    for (Meta.ProgramMeta program : content.meta().skeleton().programs()) {
      if (!program.link()) {
        object = object.withAutoload(program.name(), false);
      }
    }
    return Constants.set(object, options(), parsed.values());
  }
}
