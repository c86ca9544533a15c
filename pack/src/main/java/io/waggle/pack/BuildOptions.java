package io.waggle.pack;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What to make a package of.
 *
 * @param source the C file that gives the package its name
 * @param others more C files, linked to it
 * @param header of the structures that the program exports
 * @param folder where the result goes
 * @param headerOnly whether the source is a header of structures, without programs
 * @param flags for clang
 */
public record BuildOptions(
    Path source,
    List<Path> others,
    Optional<Path> header,
    Path folder,
    Form form,
    boolean headerOnly,
    List<String> flags) {
  public BuildOptions {
    others = List.copyOf(others);
    flags = List.copyOf(flags);
  }

  /** What is left in the folder. */
  public enum Form {
    /** The object, {@code NAME.skel.json} and {@code package.json}. */
    JSON,
    /** The object, {@code NAME.skel.yaml} and {@code package.yaml}, for people to read. */
    YAML,
    /** The object alone. */
    OBJECT
  }

  /** A package in JSON, beside its source and of the header that is found there. */
  public static BuildOptions of(Path source, List<String> flags) {
    return new BuildOptions(
        source,
        List.of(),
        PackageBuild.headerOf(source),
        folderOf(source),
        Form.JSON,
        false,
        flags);
  }

  /** The folder of a file, as the user wrote it. */
  public static Path folderOf(Path source) {
    return Optional.ofNullable(source.getParent()).orElse(Path.of(""));
  }
}
