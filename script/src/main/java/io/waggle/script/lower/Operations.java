package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Op;
import io.waggle.compiler.Value;
import io.waggle.compiler.Variable;
import io.waggle.script.check.Builtin;
import io.waggle.script.check.Operation;
import io.waggle.script.check.Term;
import io.waggle.script.syntax.Expr.BinaryOp;
import io.waggle.script.types.Type.Plain;
import io.waggle.script.types.Type.Stack;
import io.waggle.script.types.Type.StackMode;
import io.waggle.script.types.Type.Symbol;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the library's functions compute inside the kernel. */
final class Operations {
  /** BPF_F_USER_STACK and BPF_F_USER_BUILD_ID of bpf_get_stack (include/uapi/linux/bpf.h). */
  private static final long USER_STACK = 1 << 8;

  private static final long USER_BUILD_ID = 1 << 11;

  private final Body body;
  private final Code code;

  Operations(Body body) {
    this.body = body;
    this.code = body.code;
  }

  /** An operation that gives a number. */
  Value number(Term.Compute term) {
    return switch (term.operation()) {
      case Operation.SwapBytes _ -> code.byteSwap(operand(term, 0), 8 * term.type().size());
      case Operation.ReadRegister register ->
          code.load(body.context().plus(register.offset()), 8, false);
      case Operation.StackDepth _ ->
          code.load(body.values.place(term.operands().getFirst()), 4, false);
      case Operation.FindText _ -> new TextSearch(body).find(term);
      case Operation.CompareBytes compare -> compareBytes(term, compare.bytes());
      case Operation.PerCpuAddress symbol ->
          perCpu(symbol.cpus(), operand(term, 0), operand(term, 1), operand(term, 2));
      case Operation.SendSignal signal ->
          code.call(
              signal.toThread() ? HelperTable.SIGNAL_THREAD : HelperTable.SIGNAL, operand(term, 0));
      case Operation.OverrideReturn _ ->
          code.call(HelperTable.OVERRIDE, body.context().base(), operand(term, 0));
      case Operation.WriteUser _ -> writeUser(term);
      case Operation.FindEntry find -> findEntry(find, term.operands().getFirst());
      case Operation.MachineFact known -> code.fact(known.fact());
      case Operation.SocketCookie _ ->
          code.call(HelperTable.SOCKET_COOKIE, trusted(term.operands().getFirst()));
      case Operation.ReadStack _,
          Operation.NameAddress _,
          Operation.NumberToInet _,
          Operation.BytesToInet _,
          Operation.ReadMac _,
          Operation.NameCgroup _,
          Operation.NameUser _,
          Operation.NameNumber _,
          Operation.KnownBytes _,
          Operation.ReadPath _,
          Operation.JoinTexts _ ->
          throw new IllegalArgumentException("no number: " + term);
    };
  }

  private Value operand(Term.Compute term, int index) {
    return body.terms.number(term.operands().get(index));
  }

  /** An operation whose value lives in memory. */
  void into(Term.Compute term, Place to, boolean padded) {
    switch (term.operation()) {
      case Operation.ReadStack _ -> stack((Stack) term.type(), to);
      case Operation.NameAddress _ -> {
        code.store(to, 8, operand(term, 0));
        if (term.type() instanceof Symbol symbol && symbol.user()) {
          code.store(to.plus(8), 8, process());
        }
      }
      case Operation.NumberToInet _ -> {
        Value number = operand(term, 1);
        code.store(to, 4, operand(term, 0));
        code.store(to.plus(4), 4, number);
        Memory.zero(code, to.plus(8), 12);
      }
      case Operation.BytesToInet _ -> {
        Place bytes = body.values.place(term.operands().get(1));
        int size = Math.min(16, term.operands().get(1).type().size());
        code.store(to, 4, operand(term, 0));
        Memory.copy(code, to.plus(4), bytes, size);
        Memory.zero(code, to.plus(4 + size), 16 - size);
      }
      case Operation.ReadMac _ ->
          Memory.copy(code, to, body.values.place(term.operands().getFirst()), 6);
      case Operation.NameCgroup _, Operation.NameUser _ -> code.store(to, 8, operand(term, 0));
      case Operation.JoinTexts _ -> join(term, to, padded);
      case Operation.KnownBytes known ->
          Memory.literal(code, to, known.bytes().toArray(), known.bytes().size());
      case Operation.ReadPath _ -> path(term, to);
      default -> throw new IllegalArgumentException("nothing in memory: " + term);
    }
  }

  private void path(Term.Compute term, Place to) {
    int size = term.type().size();
    Value address = trusted(term.operands().getFirst());
    Memory.zero(code, to, size);
    code.call(HelperTable.PATH, address, code.address(to), code.number(size));
  }

  /**
   * A pointer that the verifier knows the type of, as some helpers want it: an argument of the
   * probed function, what such an argument leads to, or a place inside either. Reading it as
   * memory, as everything else does, would make a plain number of it.
   */
  private Value trusted(Term term) {
    return switch (term) {
      case Term.Convert convert -> trusted(convert.operand());
      case Term.ReadField field -> code.load(body.context().plus(field.field().offset()), 8, false);
      case Term.Arithmetic sum
          when sum.op() == BinaryOp.ADD && sum.right() instanceof Term.Number distance ->
          code.add(trusted(sum.left()), code.number(distance.value()));
      case Term.Load load when Shapes.isNumber(load.type()) && load.type().size() == 8 ->
          code.load(new Place(trusted(load.address())), 8, false);
      case Term.ReadBuiltin builtin when builtin.builtin() == Builtin.CURTASK ->
          code.call(HelperTable.TASK_POINTER);
      default -> body.terms.number(term);
    };
  }

  /** The process id, alone in 8 bytes. */
  private Value process() {
    return code.binary(Op.SHR, code.call(HelperTable.PID_TGID), code.number(32));
  }

  private void stack(Stack type, Place to) {
    long flags =
        (type.user() ? USER_STACK : 0) | (type.mode() == StackMode.BUILD_ID ? USER_BUILD_ID : 0);
    Value bytes =
        code.call(
            HelperTable.STACK,
            body.context().base(),
            code.address(to.plus(Stack.HEADER)),
            code.number(type.size() - Stack.HEADER),
            code.number(flags));
    Variable depth = code.variable("depth");
    Block some = code.block("some");
    Block done = code.block("stack");
    code.write(depth, code.number(0));
    code.branch(JumpOp.SGT, bytes, code.number(0), some, done);
    code.start(some);
    int shift = Integer.numberOfTrailingZeros(type.frame());
    code.write(depth, code.binary(Op.SHR, bytes, code.number(shift)));
    code.jump(done);
    code.start(done);
    code.store(to, 4, code.read(depth));
    code.store(to.plus(4), 4, type.user() ? process() : code.number(0));
  }

  /** The row of a table of texts that a number names. */
  Place row(Term.Compute term) {
    Operation.NameNumber operation = (Operation.NameNumber) term.operation();
    int size = term.type().size();
    List<byte[]> rows = new ArrayList<>();
    for (String name : operation.names().rows()) {
      rows.add(Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), size));
    }
    Value number = operand(term, 0);
    String table = body.scope.support().table(rows);
    Place index = code.temporary("row", 4);
    code.store(index, 4, code.boundMax(number, rows.size() - 1));
    Value found = code.call(HelperTable.MAP_LOOKUP, code.map(table), code.address(index));
    return new Place(code.orZeros(found, size));
  }

  private void join(Term.Compute term, Place to, boolean padded) {
    Term first = term.operands().getFirst();
    Term second = term.operands().get(1);
    Place left = body.values.place(first);
    Place right = body.values.place(second);
    int size = term.type().size();
    if (padded) {
      Memory.zero(code, to, size);
    }
    Value length =
        code.call(
            HelperTable.READ_KERNEL_STR,
            code.address(to),
            code.number(first.type().size()),
            code.address(left));
    // The length counts the NUL, which the second text takes the place of.
    Value end = code.boundMax(code.add(length, code.number(-1)), first.type().size() - 1);
    code.call(
        HelperTable.READ_KERNEL_STR,
        code.add(code.address(to), end),
        code.number(size - first.type().size() + 1),
        code.address(right));
  }

  /** The difference of the first bytes that differ. */
  private Value compareBytes(Term.Compute term, int count) {
    Value left = code.address(memory(term.operands().getFirst()));
    Value right = code.address(memory(term.operands().get(1)));
    Variable result = code.variable("difference");
    Variable index = code.variable("index");
    Block head = code.block("bytes");
    Block same = code.block("same");
    Block done = code.block("compared");
    code.write(index, code.number(0));
    code.write(result, code.number(0));
    if (count > 0) {
      code.jump(head);
      code.enter(head);
      Value i = code.read(index);
      Value a = code.load(new Place(code.add(left, i)), 1, false);
      Value b = code.load(new Place(code.add(right, i)), 1, false);
      code.write(result, code.sub(a, b));
      code.branch(JumpOp.EQ, a, b, same, done);
      code.start(same);
      Value next = code.add(i, code.number(1));
      code.write(index, next);
      code.branch(JumpOp.LT, next, code.number(count), head, done);
      code.seal(head);
      code.start(done);
    }
    return code.read(result);
  }

  /** Where a value lies; a number is put into memory. */
  private Place memory(Term term) {
    if (!Shapes.isNumber(term.type())) {
      return body.values.place(term);
    }
    Place to = code.temporary("bytes", 8);
    body.values.store(term, to, true);
    return to;
  }

  private Value perCpu(int cpus, Value cpu, Value symbol, Value offsets) {
    Variable address = code.variable("address");
    Block known = code.block("known");
    Block done = code.block("perCpu");
    Place offset = code.temporary("offset", 8);
    code.write(address, code.number(0));
    code.branch(JumpOp.LT, cpu, code.number(cpus), known, done);
    code.start(known);
    Value from = code.add(offsets, code.shiftLeft(cpu, 3));
    code.call(HelperTable.READ_KERNEL, code.address(offset), code.number(8), from);
    code.write(address, code.add(code.load(offset, 8, false), symbol));
    code.jump(done);
    code.start(done);
    return code.read(address);
  }

  private Value writeUser(Term.Compute term) {
    Value to = operand(term, 0);
    Term source = term.operands().get(1);
    Place from = memory(source);
    Value length = code.boundMax(operand(term, 2), source.type().size());
    Value result = code.call(HelperTable.WRITE_USER, to, code.address(from), length);
    return code.compare(JumpOp.EQ, result, code.number(0));
  }

  private Value findEntry(Operation.FindEntry find, Term keyTerm) {
    ScriptMap map = body.scope.map(find.map());
    Place key = body.values.key(map, Optional.of(keyTerm));
    Value found = body.maps.find(map, key);
    Variable result = code.variable("found");
    Block there = code.block("there");
    Block done = code.block("found");
    code.write(result, code.number(0));
    code.branch(JumpOp.NE, found, code.number(0), there, done);
    code.start(there);
    code.write(result, code.number(1));
    Plain type = (Plain) map.value();
    if (Shapes.isNumber(type)) {
      body.locals.write(find.result(), code.loadNumber(new Place(found), type));
    } else {
      Memory.copy(code, body.locals.place(find.result()), new Place(found), type.size());
    }
    code.jump(done);
    code.start(done);
    return code.read(result);
  }
}
