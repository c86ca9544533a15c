package io.waggle.script.check;

import io.waggle.script.syntax.Expr;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Processes, their users and cgroups, and what can be done to them. */
final class TaskCalls {
  /** Kinds of probe in which a signal may be sent: there is a task that the probe is about. */
  private static final List<String> SIGNALS =
      List.of(
          "kprobe",
          "kretprobe",
          "uprobe",
          "uretprobe",
          "usdt",
          "tracepoint",
          "profile",
          "fentry",
          "fexit",
          "rawtracepoint");

  /** Signals by number, from 1 (include/uapi/asm-generic/signal.h, arch/x86 the same). */
  private static final List<String> SIGNAL_NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  private TaskCalls() {}

  static Term value(CallSite call) {
    Span span = call.span();
    return switch (call.function()) {
      case CGROUPID -> cgroupId(call);
      case CGROUP_PATH -> cgroupPath(call);
      case CPID -> child(call);
      case HAS_CPID ->
          new Term.Number(
              span,
              new Type.Bool(),
              call.context().options().machine().child().isPresent() ? 1 : 0);
      case COMM -> call.error(0, "comm() of another process is not supported by this kernel");
      case LEADER_COMM -> member(call, "group_leader", "comm");
      case LEADER_TID -> member(call, "group_leader", "pid");
      case PCOMM -> member(call, "real_parent", "comm");
      case PPID -> member(call, "real_parent", "tgid");
      case PID -> number(call, Builtin.PID);
      case TID -> number(call, Builtin.TID);
      case PROBETYPE -> ExpressionChecker.text(span, probeType(call));
      case USERNAME ->
          new Term.Compute(
              span,
              new Type.UserName(),
              new Operation.NameUser(),
              List.of(new Term.ReadBuiltin(span, Int.UINT32, Builtin.UID)));
      case WRITE_USER -> writeUser(call);
      default -> throw new IllegalStateException("no function of tasks: " + call.name());
    };
  }

  static Optional<Statement> statement(CallSite call) {
    return switch (call.function()) {
      case SIGNAL -> signal(call, false);
      case SIGNAL_THREAD -> signal(call, true);
      case OVERRIDE -> override(call);
      default -> throw new IllegalStateException("no action on tasks: " + call.name());
    };
  }

  /** A member of a task that another task, by default the current one, refers to. */
  private static Term member(CallSite call, String task, String member) {
    Span span = call.span();
    Expr start = call.has(0) ? call.argument(0) : new Expr.Name(span, "curtask");
    Expr other = new Expr.Field(span, start, task, true);
    return call.expressions().check(new Expr.Field(span, other, member, true), call.scope());
  }

  /** {@code pid(init)} and {@code pid(curr_ns)}: as one or the other namespace counts. */
  private static Term number(CallSite call, Builtin builtin) {
    if (call.argument(0) instanceof Expr.Name(Span _, String word)) {
      switch (word) {
        case "curr_ns" -> {
          return new Term.ReadBuiltin(call.span(), builtin.type(), builtin);
        }
        case "init" -> {
          Builtin first = builtin == Builtin.PID ? Builtin.INIT_PID : Builtin.INIT_TID;
          return new Term.ReadBuiltin(call.span(), builtin.type(), first);
        }
        default -> {}
      }
      return call.error(0, "Invalid PID namespace mode: " + word + " (expects: curr_ns or init)");
    }
    return call.error(0, call.name() + " only supports curr_ns and init as the argument");
  }

  private static String probeType(CallSite call) {
    String kind = NameChecker.kind(call.context().place().attachment());
    return kind.equals("begin") || kind.equals("end") ? "special" : kind;
  }

  private static Term child(CallSite call) {
    OptionalInt child = call.context().options().machine().child();
    if (child.isEmpty()) {
      call.context().report().warning(call.span(), "No child command (`-c`); cpid is zero");
    }
    return new Term.Number(call.span(), Int.UINT32, child.orElse(0));
  }

  /** The number of a cgroup is that of its folder's inode (kernfs_id, 64-bit). */
  private static Term cgroupId(CallSite call) {
    Optional<String> path = call.literal(0);
    if (path.isEmpty()) {
      return call.unknown();
    }
    try {
      long inode = (Long) Files.getAttribute(Path.of(path.get()), "unix:ino");
      return new Term.Number(call.span(), Int.UINT64, inode);
    } catch (IOException missing) {
      return call.error("Failed to get cgroup id for path: " + path.get());
    }
  }

  private static Term cgroupPath(CallSite call) {
    Term id = call.integer(0, "cgroup_path() only supports int arguments");
    Optional<String> filter = call.has(1) ? call.literal(1) : Optional.of("*");
    return Types.isUnknown(id.type()) || filter.isEmpty()
        ? call.unknown()
        : new Term.Compute(
            call.span(),
            new Type.CgroupPath(filter.get()),
            new Operation.NameCgroup(),
            List.of(id));
  }

  private static Optional<Statement> signal(CallSite call, boolean toThread) {
    String kind = NameChecker.kind(call.context().place().attachment());
    if (!SIGNALS.contains(kind)) {
      call.error(call.name() + " can not be used for this probetype " + kind);
      return Optional.empty();
    }
    Optional<Term> number = signalNumber(call);
    return number.map(
        signal ->
            new Statement.Evaluate(
                call.span(),
                new Term.Compute(
                    call.span(), Int.INT64, new Operation.SendSignal(toThread), List.of(signal))));
  }

  private static Optional<Term> signalNumber(CallSite call) {
    Term given = call.term(0);
    switch (given) {
      case Term.Text(Span span, Type.Text _, String name) -> {
        String upper = name.toUpperCase(Locale.ROOT);
        int number = 1 + SIGNAL_NAMES.indexOf(upper.startsWith("SIG") ? upper.substring(3) : upper);
        if (number == 0) {
          call.error(0, name + " is not a valid signal");
          return Optional.empty();
        }
        return Optional.of(new Term.Number(span, Int.UINT64, number));
      }
      case Term.Number(Span span, Int _, long number) -> {
        if (number < 1 || number > 64) {
          call.error(
              0,
              call.name() + " accepts a string literal or an integer between 1 and 64 (inclusive)");
          return Optional.empty();
        }
        return Optional.of(new Term.Number(span, Int.UINT64, number));
      }
      default -> {
        if (given.type() instanceof Int) {
          return Optional.of(Conversion.to(given, Int.UINT64));
        }
        if (!Types.isUnknown(given.type())) {
          call.error(0, call.name() + " accepts a string literal or an integer");
        }
        return Optional.empty();
      }
    }
  }

  private static Optional<Statement> override(CallSite call) {
    String kind = NameChecker.kind(call.context().place().attachment());
    if (!kind.equals("kprobe")) {
      call.error("override() can only be used inside kprobes");
      return Optional.empty();
    }
    Term code = call.term(0);
    if (Types.isUnknown(code.type())) {
      return Optional.empty();
    }
    if (!(code.type() instanceof Int)) {
      call.error(
          "override() only supports int arguments (" + Types.name(code.type()) + " provided)");
      return Optional.empty();
    }
    return Optional.of(
        new Statement.Evaluate(
            call.span(),
            new Term.Compute(
                call.span(),
                Int.INT64,
                new Operation.OverrideReturn(),
                List.of(Conversion.to(code, Int.UINT64)))));
  }

  private static Term writeUser(CallSite call) {
    Term to = call.integer(0, "write_user() expects an address");
    Term source = call.term(1);
    Term length = call.integer(2, "write_user() expects a length");
    if (Types.isUnknown(to.type())
        || Types.isUnknown(source.type())
        || Types.isUnknown(length.type())) {
      return call.unknown();
    }
    return new Term.Compute(
        call.span(),
        new Type.Bool(),
        new Operation.WriteUser(),
        List.of(Conversion.to(to, Int.UINT64), source, Conversion.to(length, Int.UINT64)));
  }
}
