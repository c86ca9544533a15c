package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Value;
import io.waggle.script.check.Statement;
import io.waggle.script.check.Term;
import io.waggle.script.plan.Action;
import io.waggle.script.plan.Field;
import io.waggle.script.plan.SourcePlace;
import io.waggle.script.types.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Statements that user space carries out: each sends an event. */
final class Prints {
  /** How many strings {@code join} takes, as many as bpftrace. */
  private static final int JOINED = 16;

  private final Body body;
  private final Code code;

  Prints(Body body) {
    this.body = body;
    this.code = body.code;
  }

  void printf(Statement.Printf statement) {
    List<Field> fields = fields(statement.arguments());
    send(new Action.Printf(statement.format(), fields), statement.arguments(), fields);
  }

  void formatted(Statement.Formatted statement) {
    List<Field> fields = fields(statement.arguments());
    SourcePlace where = body.scope.place(statement.span());
    Action action =
        new Action.Formatted(
            statement.channel(),
            statement.format(),
            fields,
            where,
            body.scope.options().maxFileBytes());
    send(action, statement.arguments(), fields);
  }

  /** Where values lie in an event, one after the other. */
  private static List<Field> fields(List<Term> arguments) {
    List<Field> fields = new ArrayList<>();
    int end = 8;
    for (Term argument : arguments) {
      Type.Plain type = argument.type();
      int offset = Type.align(end, type.alignment());
      fields.add(new Field(type, offset));
      end = offset + type.size();
    }
    return fields;
  }

  /** {@code debugf}: the kernel gets the format and its values as words. */
  void debug(Statement.Debug statement) {
    byte[] format = (statement.format() + "\0").getBytes(StandardCharsets.UTF_8);
    Place text = code.temporary("format", format.length);
    Memory.literal(code, text, format, format.length);
    int words = statement.arguments().size();
    Place values = code.temporary("values", Math.max(8, 8 * words));
    for (int i = 0; i < words; i++) {
      Term argument = statement.arguments().get(i);
      Value value =
          Shapes.isNumber(argument.type())
              ? body.terms.number(argument)
              : code.address(body.values.place(argument));
      code.store(values.plus(8 * i), 8, value);
    }
    code.call(
        HelperTable.TRACE_PRINT,
        code.address(text),
        code.number(format.length),
        code.address(values),
        code.number(8L * words));
  }

  void print(Statement.PrintValue statement) {
    Field field = new Field(statement.value().type(), 8);
    send(new Action.PrintValue(field), List.of(statement.value()), List.of(field));
  }

  /**
   * Values are written straight into the event. Only if computing one does something else, too, all
   * are computed before, since a full ring must not keep that from happening.
   */
  private void send(Action action, List<Term> terms, List<Field> fields) {
    int end = fields.isEmpty() ? 8 : fields.getLast().offset() + fields.getLast().type().size();
    boolean pure = true;
    for (Term term : terms) {
      pure &= Shapes.isPure(term);
    }
    List<Object> computed = pure ? List.of() : compute(terms);
    Block done = code.block("sent");
    int size = Type.align(end, 8);
    Place event = body.events.reserve(size, body.scope.action(action), done);
    for (int i = 0; i < terms.size(); i++) {
      Place to = event.plus(fields.get(i).offset());
      if (pure) {
        body.values.store(terms.get(i), to, false);
      } else if (computed.get(i) instanceof Value number) {
        code.store(to, terms.get(i).type().size(), number);
      } else {
        Memory.copy(code, to, (Place) computed.get(i), terms.get(i).type().size());
      }
    }
    body.events.submit(event, size);
    code.jump(done);
    code.start(done);
  }

  /** A number as {@link Value}, anything else as the {@link Place} of a copy. */
  private List<Object> compute(List<Term> terms) {
    List<Object> computed = new ArrayList<>();
    for (Term term : terms) {
      if (Shapes.isNumber(term.type())) {
        computed.add(body.terms.number(term));
      } else {
        Place copy = code.temporary("argument", term.type().size());
        Memory.copy(code, copy, body.values.place(term), term.type().size());
        computed.add(copy);
      }
    }
    return computed;
  }

  /** Key and value of an entry; an aggregation goes as the number it comes to. */
  void printEntry(Statement.PrintEntry statement) {
    ScriptMap map = body.scope.map(statement.map());
    Type.Plain keyType = map.key().orElseThrow();
    Type.Plain valueType =
        map.value() instanceof Type.Plain plain
            ? plain
            : new Type.Int(8, Shapes.isSigned((Type.Aggregation) map.value()));
    int valueOffset = Type.align(8 + keyType.size(), valueType.alignment());
    int size = Type.align(valueOffset + valueType.size(), 8);
    Action action =
        new Action.PrintEntry(map.name(), new Field(keyType, 8), new Field(valueType, valueOffset));
    Place key = body.values.key(map, Optional.of(statement.key()));
    Block done = code.block("sent");
    Place event = body.events.reserve(size, body.scope.action(action), done);
    Memory.copy(code, event.plus(8), key, keyType.size());
    Place to = event.plus(valueOffset);
    if (map.isAggregation()) {
      code.store(to, 8, body.totals.number(map, key));
    } else if (Shapes.isNumber(valueType)) {
      code.store(to, valueType.size(), body.maps.number(map, key));
    } else {
      Memory.copy(code, to, body.maps.place(map, key), valueType.size());
    }
    body.events.submit(event, size);
    code.jump(done);
    code.start(done);
  }

  /** An event without values, to be seen at once. */
  void signal(Action action) {
    Block done = code.block("sent");
    Place event = body.events.reserve(8, body.scope.action(action), done);
    body.events.submitNow(event);
    code.jump(done);
    code.start(done);
  }

  void unwatch(Statement.Unwatch statement) {
    Value address = body.terms.number(statement.address());
    Block done = code.block("sent");
    Place event = body.events.reserve(16, body.scope.action(new Action.Unwatch(8)), done);
    code.store(event.plus(8), 8, address);
    body.events.submitNow(event);
    code.jump(done);
    code.start(done);
  }

  /** Ends the program, too. */
  void exit(Statement.Exit statement) {
    Value exitCode = body.terms.number(statement.code());
    Block done = code.block("sent");
    Place event = body.events.reserve(16, body.scope.action(new Action.Exit(8)), done);
    code.store(event.plus(8), 4, exitCode);
    body.events.submitNow(event);
    code.jump(done);
    code.start(done);
    body.leaveProgram();
  }

  void join(Statement.Join statement) {
    int slot = Type.align(body.scope.options().maxTextSize(), 8);
    int size = 16 + JOINED * slot;
    Value array = body.terms.number(statement.array());
    Place pointer = code.temporary("pointer", 8);
    Block done = code.block("sent");
    Block complete = code.block("complete");
    Action action = new Action.Join(statement.separator(), 8, slot);
    Place event = body.events.reserve(size, body.scope.action(action), done);
    code.store(event.plus(8), 4, code.number(0));
    for (int i = 0; i < JOINED; i++) {
      Block next = code.block("next");
      Value address = code.add(array, code.number(8L * i));
      readPointer(pointer, address);
      Value text = code.load(pointer, 8, false);
      code.branch(JumpOp.NE, text, code.number(0), next, complete);
      code.start(next);
      Place to = event.plus(12 + i * slot);
      Texts.read(code, to, slot, text, Type.AddressSpace.UNKNOWN, false);
      code.store(event.plus(8), 4, code.number(i + 1));
    }
    code.jump(complete);
    code.start(complete);
    body.events.submit(event, size);
    code.jump(done);
    code.start(done);
  }

  private void readPointer(Place to, Value address) {
    Block kernel = code.block("kernel");
    Block done = code.block("read");
    Value result = code.call(HelperTable.READ_USER, code.address(to), code.number(8), address);
    code.branch(JumpOp.SLT, result, code.number(0), kernel, done);
    code.start(kernel);
    code.call(HelperTable.READ_KERNEL, code.address(to), code.number(8), address);
    code.jump(done);
    code.start(done);
  }
}
