package io.waggle.script.check;

import io.waggle.bpf.Nearest;
import io.waggle.formats.usdt.ProbeArgument;
import io.waggle.linux.Architecture;
import io.waggle.script.check.Checker.Context;
import io.waggle.script.plan.Attachment;
import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.syntax.TypeName;
import io.waggle.script.types.CTypes;
import io.waggle.script.types.Integers;
import io.waggle.script.types.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Resolves variables, builtins and type names. */
final class NameChecker {
  private final Context context;

  NameChecker(Context context) {
    this.context = context;
  }

  Term local(Expr.Variable variable, Scope scope) {
    Optional<LocalVariable> local = scope.find(variable.name());
    if (local.isEmpty()) {
      return context.error(
          variable.span(),
          "Undefined or undeclared variable: $" + variable.name(),
          Nearest.hint(
              "$" + variable.name(), scope.names().stream().map(name -> "$" + name).toList()));
    }
    if (!Types.isUnknown(local.get().type())) {
      return new Term.ReadLocal(variable.span(), local.get());
    }
    // Most are learned later; one that is not has never been assigned to, or something wrong was.
    return context.report().errors().isEmpty()
        ? context.error(variable.span(), "Could not resolve the type of this variable")
        : context.unknown(variable.span());
  }

  /** Whether the name stands for a value that a probe has. */
  static boolean isBuiltin(String name) {
    return Builtin.named(plain(name)).isPresent() || Term.argument(name).isPresent();
  }

  /** Whether the name has a value: a builtin, or a constant of C. */
  static boolean isValue(Context context, String name) {
    return isBuiltin(name) || context.types().constant(name).isPresent();
  }

  /** Scripts may also write {@code __builtin_pid} where a macro named {@code pid} is in the way. */
  private static String plain(String name) {
    String prefix = "__builtin_";
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  Term name(Span span, String name) {
    OptionalInt argument = Term.argument(name);
    if (argument.isPresent()) {
      return argument(span, name, argument.getAsInt());
    }
    if (name.equals("args")) {
      return arguments(span);
    }
    Optional<Builtin> builtin = Builtin.named(plain(name));
    if (builtin.isEmpty() && Unsupported.isKnown(plain(name))) {
      return context.error(span, Unsupported.message(name));
    }
    Optional<CTypes.Constant> constant =
        builtin.isEmpty() ? context.types().constant(name) : Optional.empty();
    if (constant.isPresent()) {
      return new Term.Number(span, constant.get().type(), constant.get().value());
    }
    if (builtin.isEmpty()) {
      List<String> known = new ArrayList<>(List.of("args", "arg0", "arg1"));
      for (Builtin each : Builtin.values()) {
        known.add(each.text());
      }
      return context.error(span, "Unknown identifier: '" + name + "'", Nearest.hint(name, known));
    }
    return builtin(span, builtin.get());
  }

  /** All arguments of the probe as one record. */
  private Term arguments(Span span) {
    List<ProbeField> fields = context.fields().of(context.place().attachment());
    if (fields.isEmpty()) {
      return context.error(
          span,
          "The args builtin can only be used with probes whose arguments have names ("
              + kind(context.place().attachment())
              + " used here)");
    }
    List<Term> terms = new ArrayList<>();
    List<Type.Plain> types = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (ProbeField field : fields) {
      terms.add(new Term.ReadField(span, field));
      types.add(field.type());
      names.add(field.name());
    }
    return new Term.MakeTuple(span, new Type.Tuple(types, names), terms);
  }

  private Term argument(Span span, String name, int index) {
    if (context.place().attachment() instanceof Attachment.Usdt usdt) {
      return usdtArgument(span, name, index, usdt);
    }
    boolean entry =
        switch (context.place().attachment()) {
          case Attachment.Uprobes uprobes -> !uprobes.atReturn();
          case Attachment.Kprobes kprobes -> !kprobes.atReturn();
          case Attachment.RawTracepoint _ -> true;
          default -> false;
        };
    if (!entry) {
      return context.error(
          span,
          "The " + name + " builtin can only be used with 'kprobes', 'uprobes' and 'usdt' probes");
    }
    return new Term.Argument(span, index);
  }

  private Term usdtArgument(Span span, String name, int index, Attachment.Usdt usdt) {
    try {
      int count = ProbeArgument.parse(usdt.arguments(), syntax()).size();
      return index < count
          ? new Term.Argument(span, index)
          : context.error(
              span,
              "Probe " + context.place().names().getFirst() + " has no " + name,
              count == 0 ? "it has no arguments" : "its last is arg" + (count - 1));
    } catch (IllegalArgumentException strange) {
      return context.error(span, strange.getMessage());
    }
  }

  private static ProbeArgument.Syntax syntax() {
    return switch (Architecture.current()) {
      case X86_64 -> ProbeArgument.Syntax.X86_64;
      case ARM64 -> ProbeArgument.Syntax.ARM64;
    };
  }

  private Term builtin(Span span, Builtin builtin) {
    Attachment attachment = context.place().attachment();
    return switch (builtin) {
      case RETVAL -> result(span, builtin, attachment);
      case FUNC ->
          switch (attachment) {
            case Attachment.Uprobes _, Attachment.Kprobes _, Attachment.Fentry _ ->
                new Term.ReadBuiltin(span, longest(attachment.functions()), builtin);
            default ->
                context.error(
                    span,
                    "The func builtin can not be used with '" + kind(attachment) + "' probes");
          };
      case CURTASK ->
          new Term.ReadBuiltin(
              span,
              new Type.Pointer(
                  context.types().structure("struct task_struct"), Type.AddressSpace.KERNEL),
              builtin);
      case CTX ->
          attachment instanceof Attachment.Iterator(String target)
              ? new Term.ReadBuiltin(
                  span,
                  new Type.Pointer(
                      context.types().structure("struct bpf_iter__" + target),
                      Type.AddressSpace.KERNEL),
                  builtin)
              : new Term.ReadBuiltin(
                  span, new Type.Pointer(new Type.None(), Type.AddressSpace.KERNEL), builtin);
      case PROBE -> new Term.ReadBuiltin(span, longest(context.place().names()), builtin);
      default -> new Term.ReadBuiltin(span, builtin.type(), builtin);
    };
  }

  private Term result(Span span, Builtin builtin, Attachment attachment) {
    boolean atReturn =
        switch (attachment) {
          case Attachment.Uprobes uprobes -> uprobes.atReturn();
          case Attachment.Kprobes kprobes -> kprobes.atReturn();
          case Attachment.Fentry fentry -> fentry.atReturn();
          default -> false;
        };
    if (!atReturn) {
      return context.error(
          span,
          "The retval builtin can only be used with 'kretprobe' and 'uretprobe' and"
              + " 'fentry' probes");
    }
    if (!(attachment instanceof Attachment.Fentry fentry)) {
      return new Term.ReadBuiltin(span, builtin.type(), builtin);
    }
    Optional<ProbeField> field = context.fields().result(attachment);
    return field.isPresent()
        ? new Term.ReadField(span, field.get())
        : context.error(span, "The function '" + fentry.function() + "' returns nothing");
  }

  private static Type.Text longest(List<String> texts) {
    int longest = 0;
    for (String text : texts) {
      longest = Math.max(longest, text.getBytes(StandardCharsets.UTF_8).length);
    }
    return new Type.Text(longest + 1);
  }

  /** How scripts call this kind of probe. */
  static String kind(Attachment attachment) {
    return switch (attachment) {
      case Attachment.Begin _ -> "begin";
      case Attachment.Test _ -> "test";
      case Attachment.End _ -> "end";
      case Attachment.Uprobes uprobes -> uprobes.atReturn() ? "uretprobe" : "uprobe";
      case Attachment.Usdt _ -> "usdt";
      case Attachment.Kprobes kprobes -> kprobes.atReturn() ? "kretprobe" : "kprobe";
      case Attachment.Fentry fentry -> fentry.atReturn() ? "fexit" : "fentry";
      case Attachment.Watchpoint _ -> "watchpoint";
      case Attachment.Signal _ -> "self";
      case Attachment.Iterator _ -> "iter";
      case Attachment.Tracepoint _ -> "tracepoint";
      case Attachment.RawTracepoint _ -> "rawtracepoint";
      case Attachment.Timer timer -> timer.everyCpu() ? "profile" : "interval";
      case Attachment.Software _ -> "software";
      case Attachment.Hardware _ -> "hardware";
    };
  }

  /** What a type name means, empty when it is not known. */
  Optional<Type.Plain> type(TypeName written) {
    List<Integer> suffixes = new ArrayList<>(written.suffixes());
    Optional<Type.Plain> base = Integers.named(written.name());
    if (base.isEmpty() && !isSized(written.name())) {
      base = context.types().named(written.name());
    }
    if (base.isEmpty() && written.name().equals("string")) {
      if (suffixes.isEmpty()) {
        return Optional.of(new Type.Text(context.options().maxText()));
      }
      int size = suffixes.removeFirst();
      base = size > 0 ? Optional.of(new Type.Text(size)) : Optional.empty();
    } else if (base.isEmpty() && written.name().equals("buffer") && !suffixes.isEmpty()) {
      int size = suffixes.removeFirst();
      base = size > 0 ? Optional.of(new Type.Buffer(size)) : Optional.empty();
    }
    return base.map(type -> suffixed(type, suffixes)).filter(type -> !Types.isUnknown(type));
  }

  /** The type with what follows its name: stars and lengths. */
  static Type.Plain suffixed(Type.Plain type, List<Integer> suffixes) {
    Type.Plain made = type;
    for (int suffix : suffixes) {
      made =
          suffix == TypeName.POINTER
              ? new Type.Pointer(made, Type.AddressSpace.UNKNOWN)
              : new Type.Array(made, Math.max(0, suffix));
    }
    return made;
  }

  private static boolean isSized(String name) {
    return name.equals("string") || name.equals("buffer");
  }
}
