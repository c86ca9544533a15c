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
  private final AccessChecker access;
  private final CastChecker casts;

  ExpressionChecker(Context context) {
    this.context = context;
    this.maps = new MapChecker(context, this);
    this.names = new NameChecker(context);
    this.operators = new OperatorChecker(context);
    this.calls = new CallChecker(context, this, maps);
    this.access = new AccessChecker(context);
    this.casts = new CastChecker(context);
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

  /** A value asked whether it is true. */
  Term truth(Term asked) {
    Term term = Types.integer(asked);
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
    Term term = Types.integer(check(expr, scope));
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
      case Expr.Text(Span span, String value) -> {
        Term.Text text = text(span, value);
        int most = context.options().maxText();
        yield text.type().size() > most + 1
            ? context.error(
                span,
                "String is too long (over " + most + " bytes): " + value,
                "config = { max_strlen=" + text.type().size() + " } makes room for it")
            : text;
      }
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
      case Expr.Tuple(Span span, List<Expr> elements) -> tuple(span, List.of(), elements, scope);
      case Expr.Record(Span span, List<String> fields, List<Expr> values) ->
          tuple(span, fields, values, scope);
      case Expr.TypeOf(Span span, TypeName _) -> context.error(span, "a type is no value");
      case Expr.Field field -> field(field, scope);
      case Expr.Element(Span span, Expr value, int index) ->
          access.element(span, check(value, scope), index);
      case Expr.Index index ->
          access.index(index.span(), check(index.value(), scope), check(index.index(), scope));
      case Expr.SizeOf(Span span, Expr operand) -> {
        Term term = check(operand, scope);
        yield Types.isUnknown(term.type()) ? term : Term.size(span, term.type());
      }
      case Expr.SizeOfType(Span span, TypeName type) ->
          type(type, scope)
              .<Term>map(known -> Term.size(span, known))
              .orElseGet(() -> unknownType(type));
      case Expr.OffsetOf offset ->
          type(offset.type(), scope)
              .map(type -> access.offset(offset, type))
              .orElseGet(() -> unknownType(offset.type()));
      case Expr.Block block -> block(block, scope);
    };
  }

  private Term unknownType(TypeName type) {
    return context.error(
        type.span(),
        "Cannot resolve unknown type \"" + type + "\"",
        context.typesLike(type.name()));
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
      case DEREFERENCE -> access.dereference(unary.span(), check(unary.operand(), scope));
      case ADDRESS -> access.address(unary.span(), check(unary.operand(), scope));
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
    if (isComptime(ternary.condition())
        && condition instanceof Term.Number(Span _, Type.Plain _, long known)) {
      return check(known != 0 ? ternary.yes() : ternary.no(), scope);
    }
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
    Term operand = check(cast.operand(), scope);
    return type(cast.type(), scope)
        .map(type -> casts.cast(cast, type, operand))
        .orElseGet(() -> unknownType(cast.type()));
  }

  /** The type that is written, which {@code typeof} may take from an expression. */
  Optional<Type.Plain> type(TypeName written, Scope scope) {
    // What the expression would do is left out with it.
    return written
        .of()
        .map(value -> NameChecker.suffixed(check(value, scope).type(), written.suffixes()))
        .or(() -> names.type(written))
        .or(
            () ->
                // A name that is no type may be one of a value.
                written.suffixes().isEmpty() && NameChecker.isValue(context, written.name())
                    ? Optional.of(names.name(written.span(), written.name()).type())
                    : Optional.empty());
  }

  /** Whether the choice is one of the compiler's: {@code if comptime …}. */
  static boolean isComptime(Expr condition) {
    return condition instanceof Expr.Call call && call.function().equals("comptime");
  }

  private Term tuple(Span span, List<String> fields, List<Expr> elements, Scope scope) {
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
    return new Term.MakeTuple(span, new Type.Tuple(types, fields), terms);
  }

  private Term field(Expr.Field field, Scope scope) {
    if (field.value() instanceof Expr.Name(Span span, String name) && name.equals("args")) {
      return argument(field, span);
    }
    if (isConfig(field.value())) {
      return new ConfigFields(context).value(field);
    }
    return access.field(field, check(field.value(), scope));
  }

  private static boolean isConfig(Expr value) {
    return value instanceof Expr.Name(Span _, String name) && name.equals("config")
        || value instanceof Expr.Call call
            && call.function().equals("config")
            && call.arguments().isEmpty();
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
