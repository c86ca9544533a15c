package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.HelperSignature;
import io.waggle.compiler.Op;
import io.waggle.compiler.Value;
import io.waggle.formats.usdt.ProbeArgument;
import io.waggle.kernel.UsdtRegisters;
import io.waggle.script.check.Builtin;
import io.waggle.script.check.ProbeField;
import io.waggle.script.check.Term;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Fact;
import io.waggle.script.types.Type.AddressSpace;
import io.waggle.script.types.Type.Int;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a program can ask about where it is: names of the language, arguments, fields. */
final class Builtins {
  private final Body body;
  private final Code code;

  Builtins(Body body) {
    this.body = body;
    this.code = body.code;
  }

  Value number(Term.ReadBuiltin term) {
    LoweringOptions options = body.scope.options();
    return switch (term.builtin()) {
      case PID -> pid();
      case TID -> options.pidNamespace().isPresent() ? own(0) : low(HelperTable.PID_TGID);
      case INIT_PID -> high(HelperTable.PID_TGID);
      case INIT_TID -> low(HelperTable.PID_TGID);
      case UID -> low(HelperTable.UID_GID);
      case GID -> high(HelperTable.UID_GID);
      case PPID -> parent();
      case CPU -> code.call(HelperTable.CPU);
      case NSECS -> code.call(HelperTable.KTIME_BOOT);
      case ELAPSED -> code.sub(code.call(HelperTable.KTIME_BOOT), start());
      case RAND -> code.call(HelperTable.RANDOM);
      case RETVAL -> register(registers().result());
      case CURTASK -> code.call(HelperTable.TASK);
      case CGROUP -> code.call(HelperTable.CGROUP);
      case NCPUS ->
          options.portable() ? code.fact(new Fact.Cpus()) : code.number(options.onlineCpus());
      case JIFFIES -> code.call(HelperTable.JIFFIES);
      case NUMAID -> code.call(HelperTable.NUMA_NODE);
      case USERMODE -> userMode();
      case CTX -> body.context().base();
      case COMM, FUNC, PROBE -> throw new IllegalArgumentException("no number: " + term);
    };
  }

  /** The privilege level in the saved registers; begin and end are run by a system call. */
  private Value userMode() {
    if (!body.scope.kind().hasRegisters()) {
      return code.number(body.scope.kind() == ProgramKind.TEST_RUN ? 1 : 0);
    }
    CallRegisters registers = registers();
    Value level =
        code.binary(Op.AND, register(registers.mode()), code.number(registers.modeMask()));
    return code.compare(JumpOp.EQ, level, code.number(registers.userMode()));
  }

  /**
   * A number of the current task as our own process namespace counts: {@code struct bpf_pidns_info}
   * holds thread and process id, zeros for tasks of other namespaces.
   */
  private Value own(int offset) {
    LoweringOptions.PidNamespace namespace = body.scope.options().pidNamespace().orElseThrow();
    Place both = code.temporary("namespace", 8);
    code.call(
        HelperTable.NAMESPACE_PID_TGID,
        code.number(namespace.device()),
        code.number(namespace.inode()),
        code.address(both),
        code.number(8));
    return code.load(both.plus(offset), 4, false);
  }

  /** The process id, as scripts see it. */
  Value pid() {
    return body.scope.options().pidNamespace().isPresent() ? own(4) : high(HelperTable.PID_TGID);
  }

  private Value high(HelperSignature helper) {
    return code.binary(Op.SHR, code.call(helper), code.number(32));
  }

  private Value low(HelperSignature helper) {
    return code.low32(code.call(helper));
  }

  private Value start() {
    LoweringOptions options = body.scope.options();
    return options.portable() ? code.fact(new Fact.Start()) : code.number(options.start());
  }

  private Value offset(String structure, String field) {
    LoweringOptions options = body.scope.options();
    return options.portable()
        ? code.fact(new Fact.Offset("struct " + structure, field))
        : code.number(options.kernelFields().offset(structure, field));
  }

  /** The tgid of the task's real_parent (kernel/sys.c, getppid). */
  private Value parent() {
    Place room = code.temporary("parent", 8);
    Value task = code.call(HelperTable.TASK);
    Value link = code.add(task, offset("task_struct", "real_parent"));
    code.call(HelperTable.READ_KERNEL, code.address(room), code.number(8), link);
    Value parent = code.load(room, 8, false);
    Value tgid = code.add(parent, offset("task_struct", "tgid"));
    code.call(HelperTable.READ_KERNEL, code.address(room), code.number(4), tgid);
    return code.load(room, 4, false);
  }

  Value clock(Term.Clock clock) {
    return switch (clock) {
      case MONOTONIC -> code.call(HelperTable.KTIME);
      case BOOT -> code.call(HelperTable.KTIME_BOOT);
      case TAI -> code.call(HelperTable.KTIME_TAI);
    };
  }

  /** {@code comm}: 16 bytes. */
  void comm(Place to, boolean padded) {
    if (padded) {
      Memory.zero(code, to, 16);
    }
    code.call(HelperTable.COMM, code.address(to), code.number(16));
  }

  // Arguments.

  private CallRegisters registers() {
    return CallRegisters.of(body.scope.options().architecture());
  }

  private Value register(int offset) {
    return code.load(body.context().plus(offset), 8, false);
  }

  /** {@code argN}: a register or, beyond those, a word of the caller's stack. */
  Value argument(int index) {
    if (!body.scope.kind().hasRegisters()) {
      return register(8 * index);
    }
    if (body.scope.probe().place().attachment() instanceof Attachment.Usdt usdt) {
      return usdtArgument(usdt, index);
    }
    CallRegisters registers = registers();
    int inRegisters = registers.arguments().size();
    if (index < inRegisters) {
      return register(registers.arguments().get(index));
    }
    Place word = code.temporary("argument", 8);
    int offset = registers.stackArguments() + 8 * (index - inRegisters);
    Value address = code.add(register(registers.stack()), code.number(offset));
    boolean isKernel = body.scope.kind() == ProgramKind.KPROBE;
    code.call(
        isKernel ? HelperTable.READ_KERNEL : HelperTable.READ_USER,
        code.address(word),
        code.number(8),
        address);
    return code.load(word, 8, false);
  }

  /** An argument of a probe that a file defines: wherever the file says. */
  private Value usdtArgument(Attachment.Usdt usdt, int index) {
    ProbeArgument.Syntax syntax =
        switch (body.scope.options().architecture()) {
          case X86_64 -> ProbeArgument.Syntax.X86_64;
          case ARM64 -> ProbeArgument.Syntax.ARM64;
        };
    ProbeArgument argument = ProbeArgument.parse(usdt.arguments(), syntax).get(index);
    Int type = new Int(argument.size(), argument.isSigned());
    return switch (argument.place()) {
      case ProbeArgument.Place.Constant(long value) -> code.number(value);
      case ProbeArgument.Place.Register(String name) -> code.fit(named(name), type);
      case ProbeArgument.Place.Memory memory -> {
        Value address = code.add(named(memory.base()), code.number(memory.offset()));
        if (memory.index().isPresent()) {
          Value scaled =
              code.binary(Op.MUL, named(memory.index().get()), code.number(memory.scale()));
          address = code.add(address, scaled);
        }
        Place room = code.temporary("argument", 8);
        code.store(room, 8, code.number(0));
        code.call(HelperTable.READ_USER, code.address(room), code.number(argument.size()), address);
        yield code.fit(code.load(room, 8, false), type);
      }
    };
  }

  private Value named(String register) {
    return register(
        UsdtRegisters.offset(body.scope.options().architecture(), register)
            .orElseThrow(() -> new IllegalArgumentException("no register " + register + " here")));
  }

  /** A field of a tracepoint's record that is a number, or an argument of a function. */
  Value field(ProbeField field) {
    if (field.form() == ProbeField.Form.WORD) {
      return word(field);
    }
    Value raw = code.load(body.context().plus(field.offset()), field.type().size(), false);
    return code.fit(raw, field.type());
  }

  /**
   * An argument. To the verifier a pointer among the arguments of functions is one to a known type,
   * with which hardly any calculation is allowed; read as memory it is a number.
   */
  private Value word(ProbeField field) {
    Place place = body.context().plus(field.offset());
    boolean isPointer = field.type() instanceof io.waggle.script.types.Type.Pointer;
    if (isPointer && body.scope.kind() == ProgramKind.FENTRY) {
      Place room = code.temporary("argument", 8);
      code.call(HelperTable.READ_KERNEL, code.address(room), code.number(8), code.address(place));
      return code.load(room, 8, false);
    }
    return code.fit(code.load(place, 8, false), field.type());
  }

  /** A field of a tracepoint's record that is text. */
  void textField(ProbeField field, Place to, boolean padded) {
    Value address =
        switch (field.form()) {
          case VALUE, WORD, TEXT -> code.address(body.context().plus(field.offset()));
          case DATA_LOCATION -> code.add(body.context().base(), location(field));
          case RELATIVE_LOCATION ->
              code.add(code.address(body.context().plus(field.offset() + 4)), location(field));
        };
    Texts.read(code, to, field.type().size(), address, AddressSpace.KERNEL, padded);
  }

  private Value location(ProbeField field) {
    Value word = code.load(body.context().plus(field.offset()), 4, false);
    return code.binary(Op.AND, word, code.number(0xffff));
  }

  // Names of the site.

  boolean isSite(Term.ReadBuiltin term) {
    return term.builtin() == Builtin.FUNC || term.builtin() == Builtin.PROBE;
  }

  /** {@code probe} or {@code func}: a known text, or one by the cookie of the site that was hit. */
  Place site(Term.ReadBuiltin term) {
    int size = term.type().size();
    List<byte[]> rows = new ArrayList<>();
    for (String name : siteNames(term.builtin())) {
      rows.add(Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), size));
    }
    if (rows.size() == 1) {
      Place to = code.temporary("site", size);
      Memory.literal(code, to, rows.getFirst(), size);
      return to;
    }
    String table = body.scope.support().table(rows);
    Place index = code.temporary("site", 4);
    code.store(index, 4, code.call(HelperTable.ATTACH_COOKIE, body.context().base()));
    Value found = code.call(HelperTable.MAP_LOOKUP, code.map(table), code.address(index));
    return new Place(code.orZeros(found, size));
  }

  private List<String> siteNames(Builtin builtin) {
    var place = body.scope.probe().place();
    if (builtin == Builtin.PROBE) {
      return place.names();
    }
    return place.attachment().functions();
  }
}
