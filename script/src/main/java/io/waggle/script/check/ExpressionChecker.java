package io.waggle.script.check;

import io.waggle.bpf.Nearest;
import io.waggle.script.check.Checker.Context;
import io.waggle.script.plan.Attachment;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Parser;
import io.waggle.script.syntax.Span;
import io.waggle.script.syntax.TypeName;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives expressions their types. */
final class ExpressionChecker {
  private final Context context;
  private final MapChecker maps;
  private final NameChecker names;
  private final OperatorChecker operators;
  private final CallChecker calls;

  ExpressionChecker(Context context) {
    this.context = context;
    this.maps = new MapChecker(context, this);
    this.names = new NameChecker(context);
    this.operators = new OperatorChecker(context);
    this.calls = new CallChecker(context, this, maps);
  }

  MapChecker maps() {
    return maps;
  }

  CallChecker calls() {
    return calls;
  }

  /** An expression asked whether it is true. */
  Term condition(Expr expr, Scope scope) {
    return truth(check(expr, scope));
  }

  private Term truth(Term term) {
    return switch (term.type()) {
      case Type.None _ -> new Term.Number(term.span(), new Type.Bool(), 0);
      case Type.Bool _, Int _, Type.Pointer _ -> Conversion.toBool(term);
      default -> {
        context.error(term.span(), "Invalid condition: " + Types.name(term.type()));
        yield new Term.Number(term.span(), new Type.Bool(), 0);
      }
    };
  }

  /** An expression that must be an integer; comes back with 64 bits. */
  Term integer(Expr expr, Scope scope, String what) {
    Term term = check(expr, scope);
    return switch (term.type()) {
      case Int(int _, boolean signed) -> Conversion.to(term, new Int(8, signed));
      case Type.Bool _ -> Conversion.to(term, Int.UINT64);
      case Type.Pointer _ -> Conversion.to(term, Int.UINT64);
      case Type.None _ -> term;
      default -> context.error(expr.span(), what + " (" + Types.name(term.type()) + " provided)");
    };
  }

  Term check(Expr expr, Scope scope) {
    return switch (expr) {
      case Expr.Number(Span span, long value, boolean unsigned) ->
          new Term.Number(span, Types.ofLiteral(value, unsigned), value);
      case Expr.Bool(Span span, boolean value) ->
          new Term.Number(span, new Type.Bool(), value ? 1 : 0);
      case Expr.Text(Span span, String value) -> text(span, value);
      case Expr.Positional(Span span, int index) -> positional(span, index);
      case Expr.PositionalCount(Span span) -> {
        int count = context.options().parameters().size();
        yield new Term.Number(span, Types.ofLiteral(count, false), count);
      }
      case Expr.Variable variable -> names.local(variable, scope);
      case Expr.MapAccess access -> maps.read(access, scope);
      case Expr.Name name -> {
        Optional<Expr.Call> call = CallChecker.bare(name);
        yield call.isPresent()
            ? calls.value(call.get(), scope)
            : names.name(name.span(), name.name());
      }
      case Expr.Call call -> calls.value(call, scope);
      case Expr.Unary unary -> unary(unary, scope);
      case Expr.Step step -> step(step, scope);
      case Expr.Binary binary -> binary(binary, scope);
      case Expr.Ternary ternary -> ternary(ternary, scope);
      case Expr.Cast cast -> cast(cast, scope);
      case Expr.Tuple(Span span, List<Expr> elements) -> tuple(span, elements, scope);
      case Expr.Record(Span span, List<String> _, List<Expr> _) ->
          context.error(span, "records are not supported", "a tuple such as (1, \"a\") may do");
      case Expr.TypeOf(Span span, TypeName _) -> context.error(span, "a type is no value");
      case Expr.Field field -> field(field, scope);
      case Expr.Element(Span span, Expr value, int index) ->
          element(span, check(value, scope), index);
      case Expr.Index index -> index(index, scope);
      case Expr.SizeOf(Span span, Expr operand) -> {
        Term term = check(operand, scope);
        yield Types.isUnknown(term.type()) ? term : Term.size(span, term.type());
      }
      case Expr.SizeOfType(Span span, TypeName type) ->
          names
              .type(type)
              .<Term>map(known -> Term.size(span, known))
              .orElseGet(() -> context.error(type.span(), unknownType(type)));
      case Expr.OffsetOf(Span span, TypeName type, List<String> _) ->
          context.error(span, unknownType(type));
      case Expr.Block block -> block(block, scope);
    };
  }

  private static String unknownType(TypeName type) {
    if (type.of().isPresent()) {
      return "typeof of an expression is not supported";
    }
    String name = type.name();
    if (name.startsWith("struct ") || name.startsWith("union ") || name.startsWith("enum ")) {
      return "types of C and of the kernel are not supported (" + type + ")";
    }
    if (type.suffixes().stream().anyMatch(suffix -> suffix != TypeName.POINTER)) {
      return "arrays are not supported (" + type + ")";
    }
    return "Cannot resolve unknown type \"" + type + "\"";
  }

  static Term.Text text(Span span, String value) {
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    return new Term.Text(span, new Type.Text(bytes + 1), value);
  }

  /** A number where the parameter is one, else text; a missing one is 0. */
  private Term positional(Span span, int index) {
    if (index > context.options().parameters().size()) {
      return new Term.Number(span, Types.ofLiteral(0, false), 0);
    }
    String parameter = context.options().parameters().get(index - 1);
    return Parser.number(parameter)
        .<Term>map(
            number ->
                new Term.Number(
                    span, Types.ofLiteral(number.value(), number.unsigned()), number.value()))
        .orElseGet(() -> text(span, parameter));
  }

  private Term block(Expr.Block block, Scope scope) {
    Scope inner = new Scope(Optional.of(scope));
    List<Statement> body = new StatementChecker(context, this).block(block.body(), inner);
    Term result = check(block.result(), inner);
    return new Term.Block(block.span(), body, result);
  }

  private Term unary(Expr.Unary unary, Scope scope) {
    return switch (unary.op()) {
      case NOT -> operators.not(unary.span(), condition(unary.operand(), scope));
      case NEGATE, COMPLEMENT -> operators.unary(unary, check(unary.operand(), scope));
      case DEREFERENCE, ADDRESS ->
          context.error(unary.span(), "pointers to values are not supported");
    };
  }

  private Term step(Expr.Step step, Scope scope) {
    if (step.target() instanceof Expr.MapAccess access) {
      return maps.step(step, access, scope);
    }
    Expr.Variable variable = (Expr.Variable) step.target();
    Optional<LocalVariable> local = scope.find(variable.name());
    if (local.isEmpty()) {
      return names.local(variable, scope);
    }
    Type.Plain type = local.get().type();
    if (type instanceof Int(int size, boolean signed)) {
      if (size < 8 && !local.get().declared()) {
        local.get().type(new Int(8, signed));
        context.report().changed();
      }
    } else if (type instanceof Type.Pointer pointer) {
      return stepPointer(step, local.get(), pointer);
    } else if (!Types.isUnknown(type)) {
      return context.error(
          step.span(),
          "The "
              + (step.increment() ? "++" : "--")
              + " operator can not be used on a variable"
              + " of type '"
              + Types.name(type)
              + "'");
    }
    return new Term.StepLocal(step.span(), local.get(), step.increment(), step.postfix());
  }

  /** A pointer goes on by what it points to: an assignment, then the value before or after it. */
  private Term stepPointer(Expr.Step step, LocalVariable variable, Type.Pointer type) {
    Span span = step.span();
    Expr.BinaryOp forward = step.increment() ? Expr.BinaryOp.ADD : Expr.BinaryOp.SUB;
    Expr.BinaryOp back = step.increment() ? Expr.BinaryOp.SUB : Expr.BinaryOp.ADD;
    Term one = new Term.Number(span, new Int(1, true), 1);
    Term read = new Term.ReadLocal(span, variable);
    Term moved = Conversion.to(operators.binary(span, forward, read, one), type);
    Statement assign = new Statement.AssignLocal(span, variable, moved);
    Term result = step.postfix() ? operators.binary(span, back, read, one) : read;
    return new Term.Block(span, List.of(assign), Conversion.to(result, type));
  }

  private Term binary(Expr.Binary binary, Scope scope) {
    if (binary.op().isLogical()) {
      Term left = condition(binary.left(), scope);
      Term right = condition(binary.right(), scope);
      return operators.logic(binary.span(), binary.op(), left, right);
    }
    Term left = check(binary.left(), scope);
    Term right = check(binary.right(), scope);
    return operators.binary(binary.span(), binary.op(), left, right);
  }

  private Term ternary(Expr.Ternary ternary, Scope scope) {
    Span span = ternary.span();
    Term condition = condition(ternary.condition(), scope);
    // Both sides are checked as they stand, so that a call for its effect may be a side.
    Term yes = check(ternary.yes(), scope);
    Term no = check(ternary.no(), scope);
    if (Types.isUnknown(yes.type()) || Types.isUnknown(no.type())) {
      return context.unknown(span);
    }
    Optional<Type.Plain> type = operators.common(yes, no);
    if (type.isEmpty()) {
      return context.error(
          span,
          "Ternary operator must return the same type: have '"
              + Types.name(yes.type())
              + "' and '"
              + Types.name(no.type())
              + "'");
    }
    Term left = Conversion.to(yes, type.get());
    Term right = Conversion.to(no, type.get());
    if (condition instanceof Term.Number(Span _, Type.Plain _, long value)) {
      return value != 0 ? left : right;
    }
    return new Term.Choose(span, type.get(), condition, left, right);
  }

  private Term cast(Expr.Cast cast, Scope scope) {
    Optional<Type.Plain> type = names.type(cast.type());
    Term operand = check(cast.operand(), scope);
    if (type.isEmpty()) {
      return context.error(cast.type().span(), unknownType(cast.type()));
    }
    if (Types.isUnknown(operand.type())) {
      return operand;
    }
    boolean possible =
        switch (type.get()) {
          case Int _, Type.Bool _, Type.Pointer _ ->
              operand.type() instanceof Int
                  || operand.type() instanceof Type.Bool
                  || operand.type() instanceof Type.Pointer;
          case Type.Text _ -> operand.type() instanceof Type.Text;
          default -> operand.type().equals(type.get());
        };
    if (!possible) {
      return context.error(
          cast.span(),
          "Cannot cast from \"" + Types.name(operand.type()) + "\" to \"" + cast.type() + "\"");
    }
    // A fresh node even where nothing changes: a cast number is no literal, its type stays.
    return operand instanceof Term.Number number
        ? new Term.Convert(
            cast.span(), type.get(), new Term.Number(number.span(), number.type(), number.value()))
        : Conversion.to(operand, type.get());
  }

  private Term tuple(Span span, List<Expr> elements, Scope scope) {
    List<Term> terms = new ArrayList<>();
    List<Type.Plain> types = new ArrayList<>();
    for (Expr element : elements) {
      Term term = check(element, scope);
      if (Types.isUnknown(term.type())) {
        return term;
      }
      terms.add(term);
      types.add(term.type());
    }
    return new Term.MakeTuple(span, new Type.Tuple(types), terms);
  }

  private Term element(Span span, Term value, int index) {
    if (value.type() instanceof Type.Tuple tuple) {
      if (index < 0 || index >= tuple.elements().size()) {
        return context.error(
            span,
            "Invalid tuple index: "
                + index
                + ". Found "
                + tuple.elements().size()
                + " elements in tuple.");
      }
      return value instanceof Term.MakeTuple made
          ? made.elements().get(index)
          : new Term.Element(span, tuple.elements().get(index), value, index);
    }
    return Types.isUnknown(value.type())
        ? value
        : context.error(
            span,
            "Can not access index "
                + index
                + " on expression of type '"
                + Types.name(value.type())
                + "'");
  }

  private Term index(Expr.Index index, Scope scope) {
    Term value = check(index.value(), scope);
    Term position = check(index.index(), scope);
    if (value.type() instanceof Type.Tuple) {
      return position instanceof Term.Number(Span _, Type.Plain _, long at)
          ? element(index.span(), value, Math.clamp(at, -1, 1 << 20))
          : context.error(index.span(), "A tuple is indexed by a number known when compiled");
    }
    return Types.isUnknown(value.type())
        ? value
        : context.error(
            index.span(),
            "The array index operator [] can not be used on an expression of type '"
                + Types.name(value.type())
                + "'");
  }

  private Term field(Expr.Field field, Scope scope) {
    if (field.value() instanceof Expr.Name(Span span, String name) && name.equals("args")) {
      return argument(field, span);
    }
    Term value = check(field.value(), scope);
    return Types.isUnknown(value.type())
        ? value
        : context.error(
            field.span(),
            "Can not access field '"
                + field.name()
                + "' on expression of type '"
                + Types.name(value.type())
                + "'");
  }

  private Term argument(Expr.Field field, Span args) {
    boolean hasFields =
        switch (context.place().attachment()) {
          case Attachment.Tracepoint _, Attachment.RawTracepoint _, Attachment.Fentry _ -> true;
          default -> false;
        };
    if (!hasFields) {
      return context.error(
          args,
          "The args builtin can only be used with tracepoint, rawtracepoint, fentry and fexit"
              + " probes ("
              + NameChecker.kind(context.place().attachment())
              + " used here)");
    }
    List<ProbeField> fields = context.fields().of(context.place().attachment());
    for (ProbeField known : fields) {
      if (known.name().equals(field.name())) {
        return new Term.ReadField(field.span(), known);
      }
    }
    return context.error(
        field.span(),
        "Probe "
            + context.place().names().getFirst()
            + " does not have a field with the name '"
            + field.name()
            + "'",
        Nearest.hint(field.name(), fields.stream().map(ProbeField::name).toList()));
  }
}
