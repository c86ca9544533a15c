package io.waggle.pack;

import io.waggle.bpf.Bytes;
import io.waggle.bpf.link.ObjectLinker;
import io.waggle.c.Clang;
import io.waggle.c.Headers;
import io.waggle.pack.Meta.ExportType;
import io.waggle.pack.Meta.Skeleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes packages of C files: compiles, reads the source's comments, describes the object. */
public final class PackageBuild {
  private static final String SUFFIX = ".bpf.c";

  /** Definitions of structures, wherever in the header they stand. */
  private static final Pattern STRUCTURE = Pattern.compile("struct\\s+(\\w+)\\s*\\{");

  private final BuildOptions options;
  private final Clang clang;
  private final Headers headers;
  private final Consumer<String> progress;
  private final Consumer<String> warnings;
  private final String version;

  /**
   * Prepares a build.
   *
   * @param headers that the source may include
   * @param progress takes a line for each step
   * @param warnings takes clang's, if there are any
   * @param version of this tool, noted in the package
   */
  public PackageBuild(
      BuildOptions options,
      Clang clang,
      Headers headers,
      Consumer<String> progress,
      Consumer<String> warnings,
      String version) {
    this.options = options;
    this.clang = clang;
    this.headers = headers;
    this.progress = progress;
    this.warnings = warnings;
    this.version = version;
  }

  /** The name of what is made of a source: {@code opensnoop} of {@code opensnoop.bpf.c}. */
  public static String name(Path source) {
    String file = source.getFileName().toString();
    int dot = file.indexOf('.');
    return dot > 0 ? file.substring(0, dot) : file;
  }

  /** The header of a source's structures if it lies beside it and the source includes it. */
  public static Optional<Path> headerOf(Path source) {
    String name = name(source) + ".h";
    Path header = source.resolveSibling(name);
    return Files.isRegularFile(header) && text(source).contains('"' + name + '"')
        ? Optional.of(header)
        : Optional.empty();
  }

  /**
   * Makes the package and leaves in the folder what is asked for.
   *
   * @return the file with all of it: the package, or the object
   * @throws io.waggle.c.CompileException if clang refuses a source
   * @throws io.waggle.bpf.link.LinkException if the sources do not fit together
   * @throws PackageException for a comment that makes no sense, or files that are not there
   * @throws UncheckedIOException if a file cannot be written
   */
  public Path write() {
    BpfPackage made = make();
    String name = name(options.source());
    Path object = options.folder().resolve(name + ".bpf.o");
    try {
      Files.createDirectories(options.folder().toAbsolutePath());
      if (options.form() == BuildOptions.Form.OBJECT) {
        return Files.write(object, made.object().toArray());
      }
      boolean yaml = options.form() == BuildOptions.Form.YAML;
      String suffix = yaml ? ".yaml" : ".json";
      Path file = options.folder().resolve("package" + suffix);
      progress.accept("Packing ebpf object and config into " + file + "...");
      Files.write(object, made.object().toArray());
      Files.write(
          options.folder().resolve(name + ".skel" + suffix),
          yaml ? made.metaYaml() : made.metaJson());
      return Files.write(file, yaml ? made.toYaml() : made.toJson());
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "cannot write to '" + options.folder() + "': " + failure.getMessage(), failure);
    }
  }

  /** Makes the package and leaves nothing behind; throws as {@link #write}. */
  public BpfPackage make() {
    Optional<Path> header = options.headerOnly() ? Optional.of(options.source()) : options.header();
    Set<String> exported = new LinkedHashSet<>();
    header.ifPresent(file -> structures(text(file), exported));
    progress.accept("Compiling bpf object...");
    String name = name(options.source()) + ".bpf.o";
    Bytes object = StrippedObject.of(name, whole(header, exported));
    ObjectContents contents = ObjectContents.read(name, object);
    Skeleton skeleton = Skeletons.of(contents, name);
    for (Path source : sources()) {
      skeleton = Annotations.apply(skeleton, source.toString(), text(source));
    }
    List<ExportType> types = List.of();
    if (header.isPresent() && contents.types().isPresent()) {
      progress.accept("Generating export types...");
      types = Skeletons.exports(contents.types().get(), List.copyOf(exported));
    }
    return new BpfPackage(object, new Meta(types, skeleton, Optional.of(version)));
  }

  private List<Path> sources() {
    List<Path> sources = new ArrayList<>(List.of(options.source()));
    sources.addAll(options.others());
    return sources;
  }

  /** The object of all sources. */
  private Bytes whole(Optional<Path> header, Set<String> exported) {
    Bytes first = compile(options.source(), header, exported);
    if (options.others().isEmpty()) {
      return first;
    }
    ObjectLinker linker = new ObjectLinker().add(options.source().toString(), first);
    for (Path other : options.others()) {
      linker.add(other.toString(), compile(other, Optional.empty(), Set.of()));
    }
    return linker.link();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException missing) {
      throw new PackageException("there is no file '" + file + "'", missing);
    } catch (IOException failure) {
      throw new PackageException("cannot read '" + file + "': " + failure.getMessage(), failure);
    }
  }

  private static void structures(String header, Set<String> names) {
    Matcher matcher = STRUCTURE.matcher(header);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
  }

  /**
   * Compilers write only the types that something uses: so a variable is added for each that is
   * exported, of the name that other readers of packages know to leave out.
   */
  private Bytes compile(Path file, Optional<Path> header, Set<String> exported) {
    StringBuilder text = new StringBuilder();
    // Not included, so that clang's messages begin with the user's file.
    text.append("#line 1 ").append(quoted(file)).append('\n');
    text.append(text(file)).append("\n#line 1 \"exported types\"\n");
    if (header.isPresent() && !options.headerOnly() && !includes(header.get())) {
      text.append("#include ").append(quoted(header.get().toAbsolutePath())).append('\n');
    }
    for (String name : exported) {
      text.append("const volatile struct %1$s *__eunomia_dummy_%1$s_ptr;\n".formatted(name));
    }
    try {
      Path folder = Files.createTempDirectory("waggle-build");
      try {
        Path source = Files.writeString(folder.resolve(name(file) + SUFFIX), text);
        Path object = folder.resolve("object.bpf.o");
        List<String> flags = new ArrayList<>(options.flags());
        String own = file.toAbsolutePath().getParent().toString();
        flags.addAll(List.of("-iquote", own, "-I", own));
        String said = clang.compile(source, object, headers, flags);
        if (!said.isBlank()) {
          warnings.accept(said.strip());
        }
        return Bytes.of(Files.readAllBytes(object));
      } finally {
        delete(folder);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot compile: " + failure.getMessage(), failure);
    }
  }

  /** Whether the source includes the header by itself; it may be one that cannot be twice. */
  private boolean includes(Path header) {
    String name = Pattern.quote(header.getFileName().toString());
    return Pattern.compile(
            "^\\s*#\\s*include\\s*[\"<](?:[^\">]*/)?" + name + "[\">]", Pattern.MULTILINE)
        .matcher(text(options.source()))
        .find();
  }

  /** A path as a literal of C. */
  private static String quoted(Path file) {
    return '"' + file.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
