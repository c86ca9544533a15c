package io.waggle.script.syntax;

import java.util.List;
import java.util.Optional;

/**
 * A whole script as written.
 *
 * @param imports what {@code import} names
 * @param config {@code config = { name = value; }} entries
 * @param definitions C declarations ({@code struct}, {@code #include}, …), as text
 * @param maps declared maps: {@code let @name = hash(4096);}
 * @param macros reusable blocks
 * @param functions named functions with types
 * @param probes what to do where, in order
 */
public record Script(
    Source source,
    List<Import> imports,
    List<Config> config,
    List<Definition> definitions,
    List<MapDeclaration> maps,
    List<Macro> macros,
    List<Function> functions,
    List<Probe> probes) {
  public Script {
    imports = List.copyOf(imports);
    config = List.copyOf(config);
    definitions = List.copyOf(definitions);
    maps = List.copyOf(maps);
    macros = List.copyOf(macros);
    functions = List.copyOf(functions);
    probes = List.copyOf(probes);
  }

  /** {@code import "name"}. */
  public record Import(Span span, String name) {}

  /** A setting; the value is a number, text, or a bare word as text. */
  public record Config(Span span, String name, String value) {}

  /** A piece of C. */
  public record Definition(Span span, String text) {}

  /** {@code let @name = kind(arguments)}. */
  public record MapDeclaration(Span span, String name, String kind, List<Expr> arguments) {}

  /**
   * {@code macro name(parameters) { … }}.
   *
   * @param result the value that the block ends with, if it does
   */
  public record Macro(
      Span span, String name, List<Expr> parameters, List<Stmt> body, Optional<Expr> result) {}

  /** {@code fn name($a : type): type { … }}. */
  public record Function(
      Span span,
      String name,
      List<Expr.Variable> parameters,
      List<TypeName> types,
      TypeName result,
      List<Stmt> body) {}

  /** {@code attach points /predicate/ { body }}. */
  public record Probe(
      Span span, List<AttachPoint> attachPoints, Optional<Expr> predicate, List<Stmt> body) {}

  /**
   * Where a probe is attached, as written.
   *
   * @param kind the first part, such as {@code uprobe} or its short form {@code u}
   * @param parts the parts after it, quotes removed
   */
  public record AttachPoint(Span span, String kind, List<String> parts) {

    /** As written, without quotes. */
    public String text() {
      return parts.isEmpty() ? kind : kind + ":" + String.join(":", parts);
    }
  }
}
