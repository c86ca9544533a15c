package io.waggle.script.syntax;

import java.util.List;

/**
 * Writes a tree as a script of one fixed shape: a line for each statement, parentheses around every
 * operation inside another. Parsing what it writes gives the same tree, spans apart.
 */
public final class AstPrinter {
  private final StringBuilder out = new StringBuilder();
  private int depth;

  private AstPrinter() {}

  /** The script, ending with a line break unless it is empty. */
  public static String print(Script script) {
    AstPrinter printer = new AstPrinter();
    printer.script(script);
    return printer.out.toString();
  }

  /** One expression, on one line unless it holds a block. */
  public static String print(Expr expression) {
    AstPrinter printer = new AstPrinter();
    printer.outermost(expression);
    return printer.out.toString();
  }

  private AstPrinter add(String text) {
    out.append(text);
    return this;
  }

  private void line() {
    out.append('\n').repeat(' ', 2 * depth);
  }

  private void script(Script script) {
    for (Script.Definition definition : script.definitions()) {
      add(definition.text().stripTrailing()).add("\n\n");
    }
    for (Script.Import imported : script.imports()) {
      add("import ").text(imported.name());
      add(";\n");
    }
    if (!script.config().isEmpty()) {
      add("config = {\n");
      for (Script.Config entry : script.config()) {
        add("  ").add(entry.name()).add(" = ").text(entry.value());
        add(";\n");
      }
      add("}\n");
    }
    for (Script.MapDeclaration map : script.maps()) {
      add("let @").add(map.name()).add(" = ").add(map.kind());
      arguments(map.arguments());
      add(";\n");
    }
    for (Script.Macro macro : script.macros()) {
      add("macro ").add(macro.name());
      arguments(macro.parameters());
      add(" ");
      if (macro.result().isPresent()) {
        blockExpression(new Expr.Block(macro.span(), macro.body(), macro.result().get()));
      } else {
        block(macro.body());
      }
      add("\n");
    }
    script.functions().forEach(this::function);
    script.probes().forEach(this::probe);
  }

  private void function(Script.Function function) {
    add("fn ").add(function.name()).add("(");
    for (int i = 0; i < function.parameters().size(); i++) {
      add(i == 0 ? "$" : ", $").add(function.parameters().get(i).name());
      add(" : ").add(function.types().get(i).toString());
    }
    add(") : ").add(function.result().toString()).add(" ").block(function.body());
    add("\n");
  }

  private void probe(Script.Probe probe) {
    for (int i = 0; i < probe.attachPoints().size(); i++) {
      Script.AttachPoint point = probe.attachPoints().get(i);
      add(i == 0 ? "" : ",\n").part(point.kind());
      for (String part : point.parts()) {
        add(":").part(part);
      }
    }
    if (probe.predicate().isPresent()) {
      add(" /").operand(probe.predicate().get());
      add("/");
    }
    add(" ").block(probe.body());
    add("\n");
  }

  /** A part of an attach point, in quotes unless it can be read without. */
  private void part(String part) {
    boolean plain = true;
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      plain &= Lexer.isWordPart(c) || i > 0 && (c == '*' || c == '.' || c == '-' || c == '+');
    }
    add(plain ? part : '"' + part + '"');
  }

  private void text(String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f) {
            out.append("\\x").append(Character.forDigit(c >> 4, 16));
            out.append(Character.forDigit(c & 15, 16));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private void block(List<Stmt> body) {
    add("{");
    depth++;
    for (Stmt statement : body) {
      line();
      statement(statement);
    }
    depth--;
    line();
    add("}");
  }

  private void statement(Stmt statement) {
    switch (statement) {
      case Stmt.Evaluate(Span _, Expr.Call call)
          when call.function().equals("_") && call.arguments().size() == 1 -> {
        add("_ = ").outermost(call.arguments().getFirst());
        add(";");
      }
      case Stmt.Evaluate(Span _, Expr.Block block) -> {
        blockExpression(block);
        add(";");
      }
      case Stmt.Evaluate(Span _, Expr expression) -> {
        outermost(expression);
        add(";");
      }
      case Stmt.Assign assign -> {
        outermost(assign.target());
        add(" ").add(assign.op().map(Expr.BinaryOp::text).orElse("")).add("= ");
        outermost(assign.value());
        add(";");
      }
      case Stmt.Let let -> let(let);
      case Stmt.If branch -> branch(branch);
      case Stmt.While loop -> {
        add("while (").outermost(loop.condition());
        add(") ").block(loop.body());
      }
      case Stmt.Unroll loop -> {
        add("unroll (").outermost(loop.count());
        add(") ").block(loop.body());
      }
      case Stmt.ForMap loop -> {
        add("for ($").add(loop.variable().name()).add(" : ").outermost(loop.map());
        add(") ").block(loop.body());
      }
      case Stmt.ForRange loop -> {
        add("for ($").add(loop.variable().name()).add(" : ").operand(loop.from());
        add("..").operand(loop.to());
        add(") ").block(loop.body());
      }
      case Stmt.Break _ -> add("break;");
      case Stmt.Continue _ -> add("continue;");
      case Stmt.Return end -> {
        add("return");
        if (end.value().isPresent()) {
          add(" ").outermost(end.value().get());
        }
        add(";");
      }
      case Stmt.Scope scope -> block(scope.body());
    }
  }

  private void let(Stmt.Let let) {
    add("let $").add(let.variable().name());
    let.type().ifPresent(type -> add(": ").add(type.toString()));
    if (let.value().isPresent()) {
      add(" = ").outermost(let.value().get());
    }
    add(";");
  }

  private void branch(Stmt.If branch) {
    add("if ").operand(branch.condition());
    add(" ").block(branch.then());
    if (branch.otherwise().size() == 1 && branch.otherwise().getFirst() instanceof Stmt.If next) {
      add(" else ").branch(next);
    } else if (!branch.otherwise().isEmpty()) {
      add(" else ").block(branch.otherwise());
    }
  }

  private void blockExpression(Expr.Block block) {
    add("{");
    depth++;
    for (Stmt statement : block.body()) {
      line();
      statement(statement);
    }
    line();
    outermost(block.result());
    depth--;
    line();
    add("}");
  }

  /** An expression inside an operation. */
  private void operand(Expr expression) {
    boolean operation =
        switch (expression) {
          case Expr.Unary _, Expr.Step _, Expr.Binary _, Expr.Ternary _, Expr.Cast _ -> true;
          default -> false;
        };
    if (operation) {
      add("(");
    }
    outermost(expression);
    if (operation) {
      add(")");
    }
  }

  private void outermost(Expr expression) {
    switch (expression) {
      case Expr.Number number ->
          add(
              number.unsigned()
                  ? Long.toUnsignedString(number.value())
                  : Long.toString(number.value()));
      case Expr.Bool bool -> add(bool.value() ? "true" : "false");
      case Expr.Text text -> text(text.value());
      case Expr.Positional positional -> add("$" + positional.index());
      case Expr.PositionalCount _ -> add("$#");
      case Expr.Variable variable -> add("$").add(variable.name());
      case Expr.MapAccess map -> map(map);
      case Expr.Name name -> add(name.name());
      case Expr.Call call -> {
        add(call.function());
        arguments(call.arguments());
      }
      case Expr.Unary unary -> add(unary.op().text()).operand(unary.operand());
      case Expr.Step step -> {
        String operator = step.increment() ? "++" : "--";
        add(step.postfix() ? "" : operator).outermost(step.target());
        add(step.postfix() ? operator : "");
      }
      case Expr.Binary binary -> {
        operand(binary.left());
        add(" ").add(binary.op().text()).add(" ").operand(binary.right());
      }
      case Expr.Ternary choice -> {
        operand(choice.condition());
        add(" ? ").operand(choice.yes());
        add(" : ").operand(choice.no());
      }
      case Expr.Cast cast -> add("(").add(cast.type().toString()).add(")").operand(cast.operand());
      case Expr.Tuple tuple -> tuple(tuple);
      case Expr.Record fields -> record(fields);
      case Expr.TypeOf type -> add(typeOf(type.type()));
      case Expr.Field field -> {
        operand(field.value());
        add(field.arrow() ? "->" : ".").add(field.name());
      }
      case Expr.Element element -> {
        operand(element.value());
        add("." + element.index());
      }
      case Expr.Index index -> index(index);
      case Expr.SizeOfType size -> add("sizeof(").add(size.type().toString()).add(")");
      case Expr.SizeOf size -> {
        // Twice, since a lone name would be a type.
        add("sizeof((").outermost(size.operand());
        add("))");
      }
      case Expr.OffsetOf offset ->
          add("offsetof(")
              .add(offset.type().toString())
              .add(", ")
              .add(String.join(".", offset.path()))
              .add(")");
      case Expr.Block block -> {
        add("(").blockExpression(block);
        add(")");
      }
    }
  }

  private void map(Expr.MapAccess map) {
    add("@").add(map.name());
    if (map.key().isPresent()) {
      add("[");
      if (map.key().get() instanceof Expr.Tuple(Span _, List<Expr> keys) && keys.size() > 1) {
        list(keys);
      } else {
        outermost(map.key().get());
      }
      add("]");
    }
  }

  private void index(Expr.Index index) {
    // A map's own index would be its key.
    boolean map =
        index.value() instanceof Expr.MapAccess(Span _, String _, var key) && key.isEmpty();
    add(map ? "(" : "").operand(index.value());
    add(map ? ")[" : "[").outermost(index.index());
    add("]");
  }

  private void tuple(Expr.Tuple tuple) {
    add("(").list(tuple.elements());
    add(tuple.elements().size() == 1 ? ",)" : ")");
  }

  private void record(Expr.Record fields) {
    add("(");
    for (int i = 0; i < fields.names().size(); i++) {
      add(i == 0 ? "" : ", ").add(fields.names().get(i)).add("=");
      outermost(fields.values().get(i));
    }
    add(")");
  }

  private static String typeOf(TypeName type) {
    boolean expression = type.of().isPresent() && type.suffixes().isEmpty();
    return expression ? type.toString() : "typeof(" + type + ")";
  }

  private void arguments(List<Expr> arguments) {
    add("(").list(arguments);
    add(")");
  }

  private void list(List<Expr> expressions) {
    for (int i = 0; i < expressions.size(); i++) {
      add(i == 0 ? "" : ", ").outermost(expressions.get(i));
    }
  }
}
