package io.waggle.script;

import io.waggle.script.syntax.Diagnostic;
import io.waggle.script.syntax.Parser;
import io.waggle.script.syntax.Script;
import io.waggle.script.syntax.ScriptException;
import io.waggle.script.syntax.Source;
import io.waggle.script.syntax.Span;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts what a script imports into it: other scripts, and headers of C. A file comes once, however
 * often it is named, and its probes stand before those of whoever imports it.
 */
final class Imports {
  private final Set<Path> seen = new HashSet<>();
  private final List<Script.Definition> definitions = new ArrayList<>();
  private final List<Script.MapDeclaration> maps = new ArrayList<>();
  private final List<Script.Macro> macros = new ArrayList<>();
  private final List<Script.Function> functions = new ArrayList<>();
  private final List<Script.Probe> probes = new ArrayList<>();
  private Source source;

  private Imports(Source source) {
    this.source = source;
  }

  /**
   * The script with all that it imports.
   *
   * @param folder where the names of its imports start from
   * @throws ScriptException at an import that cannot be read
   */
  static Script resolve(Script script, Path folder) {
    if (script.imports().isEmpty()) {
      return script;
    }
    Imports imports = new Imports(script.source());
    imports.add(script, folder);
    return new Script(
        imports.source,
        List.of(),
        script.config(),
        imports.definitions,
        imports.maps,
        imports.macros,
        imports.functions,
        imports.probes);
  }

  private void add(Script script, Path folder) {
    for (Script.Import named : script.imports()) {
      path(named.span(), folder.resolve(named.name()));
    }
    definitions.addAll(script.definitions());
    maps.addAll(script.maps());
    macros.addAll(script.macros());
    functions.addAll(script.functions());
    probes.addAll(script.probes());
  }

  private void path(Span span, Path path) {
    Path real = real(span, path);
    requirePrivate(span, Files.isDirectory(real) ? real : real.getParent());
    if (!seen.add(real)) {
      return;
    }
    if (!Files.isDirectory(real)) {
      file(span, path, real);
      return;
    }
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> inside = Files.newDirectoryStream(real)) {
      inside.forEach(files::add);
    } catch (IOException unreadable) {
      throw error(span, "error reading import '" + path + "': " + unreadable.getMessage(), "");
    }
    files.sort(null);
    for (Path file : files) {
      if (isSupported(file) && seen.add(file)) {
        file(span, path.resolve(file.getFileName()), file);
      }
    }
  }

  private static boolean isSupported(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file) && (name.endsWith(".bt") || name.endsWith(".h"));
  }

  private Path real(Span span, Path path) {
    try {
      return path.toRealPath();
    } catch (IOException missing) {
      throw error(span, "error reading import '" + path + "': No such file or directory", "");
    }
  }

  /** Whoever may write there could say what runs as root. */
  private void requirePrivate(Span span, Path folder) {
    try {
      if (Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE)) {
        throw error(
            span,
            "refusing to import from a directory that everyone may write to: " + folder,
            "chmod o-w " + folder + " makes it safe");
      }
    } catch (IOException unreadable) {
      throw error(span, "error reading import '" + folder + "'", "");
    }
  }

  private void file(Span span, Path path, Path real) {
    String name = real.getFileName().toString();
    if (name.endsWith(".bt")) {
      int start = source.end();
      source = source.with(path.toString(), read(span, path, real));
      Script imported = Parser.parse(source, start);
      if (!imported.config().isEmpty()) {
        throw error(
            imported.config().getFirst().span(),
            "invalid `config` within import",
            "only the script that is run may have one");
      }
      add(imported, real.getParent());
    } else if (name.endsWith(".h")) {
      String text = read(span, path, real);
      String asked = "#include \"" + real + "\"";
      // Only a header that needs others needs a compiler to read it.
      definitions.add(new Script.Definition(span, text.contains("#include") ? asked : text));
    } else if (name.endsWith(".bpf.c")) {
      throw error(
          span,
          "BPF programs in C cannot be imported: " + path.getFileName(),
          "waggle build makes a package of them");
    } else {
      throw error(
          span, "unknown import type: " + path.getFileName(), "scripts (.bt) and headers (.h) are");
    }
  }

  private String read(Span span, Path path, Path real) {
    try {
      return Files.readString(real);
    } catch (IOException unreadable) {
      throw error(span, "error reading import '" + path + "': " + unreadable.getMessage(), "");
    }
  }

  private ScriptException error(Span span, String message, String hint) {
    return new ScriptException(source, Diagnostic.error(span, message, hint));
  }
}
