package io.waggle.compiler;

import io.waggle.bpf.AtomicOp;
import io.waggle.bpf.JumpOp;
import io.waggle.bpf.Size;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A random program of statements over variables, a stack object and the context. It can be
 * evaluated as it stands and written as code, which must then give the same result.
 */
final class Sample {
  static final int WORDS = 6;
  private static final int VARIABLES = 9;
  private static final int BYTES = 32;
  private static final Op[] OPS = {
    Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.MOD, Op.SDIV, Op.SMOD, Op.AND, Op.OR, Op.XOR, Op.SHL, Op.SHR,
    Op.SAR
  };

  /** A helper that the kernel has; the machine gives {@code pidTgid} for it. */
  static final HelperSignature PID_TGID =
      new HelperSignature(14, "get_current_pid_tgid", Effect.PURE, Type.INT);

  /** The same helper, said to be different each time. */
  static final HelperSignature IMPURE =
      new HelperSignature(14, "get_current_pid_tgid", Effect.WRITES, Type.INT);

  private sealed interface Term {
    record Number(long value) implements Term {}

    record Read(int variable) implements Term {}

    record Binary(Op op, Term a, Term b) implements Term {}

    record Compare(JumpOp condition, Term a, Term b) implements Term {}

    record Extend(Op op, Term a, int bits) implements Term {}

    record Negate(Term a) implements Term {}

    record Bound(Op op, Term a, int bound) implements Term {}

    record Context(Size size, boolean signed, int offset) implements Term {}

    record Frame(Size size, boolean signed, int offset) implements Term {}

    record Call(boolean pure) implements Term {}

    record Fetch(AtomicOp op, int offset, Term a) implements Term {}
  }

  private sealed interface Action {
    record Assign(int variable, Term value) implements Action {}

    record Put(Size size, int offset, Term value) implements Action {}

    record If(JumpOp condition, Term a, Term b, List<Action> then, List<Action> otherwise)
        implements Action {}

    record Repeat(int times, List<Action> body) implements Action {}
  }

  private final Random random;
  private final List<Action> actions;
  private final Term result;

  /** The program of this seed, of about {@code size} statements. */
  Sample(long seed, int size) {
    random = new Random(seed);
    actions = actions(size, 0);
    Term sum = new Term.Read(0);
    for (int i = 1; i < VARIABLES; i++) {
      sum = new Term.Binary(i % 2 == 0 ? Op.ADD : Op.XOR, sum, new Term.Read(i));
    }
    result = sum;
  }

  // Making.

  private List<Action> actions(int count, int depth) {
    List<Action> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int kind = random.nextInt(10);
      if (kind < 6 || depth > 2) {
        made.add(new Action.Assign(random.nextInt(VARIABLES), term(3)));
      } else if (kind < 8) {
        Size size = size();
        made.add(new Action.Put(size, offset(size, BYTES), term(2)));
      } else if (kind < 9) {
        made.add(
            new Action.If(
                condition(),
                term(2),
                term(1),
                actions(1 + random.nextInt(3), depth + 1),
                actions(random.nextInt(3), depth + 1)));
      } else {
        made.add(
            new Action.Repeat(1 + random.nextInt(4), actions(1 + random.nextInt(3), depth + 1)));
      }
    }
    return made;
  }

  private Term term(int depth) {
    if (depth == 0) {
      return random.nextInt(3) == 0 ? new Term.Number(number()) : read();
    }
    return switch (random.nextInt(16)) {
      case 0 -> new Term.Number(number());
      case 1, 2 -> read();
      case 3 -> new Term.Compare(condition(), term(depth - 1), term(depth - 1));
      case 4 ->
          random.nextInt(3) == 0
              ? new Term.Extend(Op.BSWAP, term(depth - 1), 16 << random.nextInt(3))
              : new Term.Extend(
                  random.nextBoolean() ? Op.ZEXT : Op.SEXT,
                  term(depth - 1),
                  8 << random.nextInt(3));
      case 5 -> new Term.Negate(term(depth - 1));
      case 6 ->
          random.nextBoolean()
              ? new Term.Bound(Op.BOUND_MASK, term(depth - 1), (1 << random.nextInt(31)) - 1)
              : new Term.Bound(Op.BOUND_MAX, term(depth - 1), random.nextInt(1000));
      case 7 -> new Term.Context(Size.DOUBLE, false, offset(Size.DOUBLE, 8 * WORDS));
      case 8, 9 -> {
        Size size = size();
        yield new Term.Frame(size, random.nextBoolean(), offset(size, BYTES));
      }
      case 10 -> new Term.Call(random.nextBoolean());
      case 11 ->
          new Term.Fetch(
              random.nextBoolean() ? AtomicOp.ADD : AtomicOp.XOR,
              offset(Size.DOUBLE, BYTES),
              term(depth - 1));
      default -> new Term.Binary(OPS[random.nextInt(OPS.length)], term(depth - 1), term(depth - 1));
    };
  }

  private Term read() {
    return new Term.Read(random.nextInt(VARIABLES));
  }

  private JumpOp condition() {
    return JumpOp.values()[random.nextInt(JumpOp.values().length)];
  }

  private Size size() {
    return Size.values()[random.nextInt(4)];
  }

  private int offset(Size size, int bytes) {
    return random.nextInt(bytes / size.bytes()) * size.bytes();
  }

  private long number() {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt(5) - 2;
      case 1 -> 1L << random.nextInt(64);
      case 2 -> random.nextLong();
      case 3 -> random.nextInt();
      case 4 -> (1L << random.nextInt(64)) - 1;
      default -> random.nextInt(100);
    };
  }

  // Meaning.

  /** What the program returns. */
  long evaluate(long[] context, long pidTgid) {
    return new Meaning(context, pidTgid).run();
  }

  private final class Meaning {
    private final ByteBuffer context;
    private final long pidTgid;
    private final ByteBuffer frame = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final long[] variables = new long[VARIABLES];

    Meaning(long[] words, long pidTgid) {
      context = ByteBuffer.allocate(8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
      for (long word : words) {
        context.putLong(word);
      }
      this.pidTgid = pidTgid;
    }

    long run() {
      run(actions);
      return value(result);
    }

    private void run(List<Action> list) {
      for (Action action : list) {
        switch (action) {
          case Action.Assign(int variable, Term term) -> variables[variable] = value(term);
          case Action.Put(Size size, int offset, Term term) -> store(size, offset, value(term));
          case Action.If(JumpOp condition, Term a, Term b, List<Action> then, List<Action> no) -> {
            long left = value(a);
            run(holds(condition, left, value(b)) ? then : no);
          }
          case Action.Repeat(int times, List<Action> body) -> {
            for (int i = 0; i < times; i++) {
              run(body);
            }
          }
        }
      }
    }

    private long value(Term term) {
      return switch (term) {
        case Term.Number(long value) -> value;
        case Term.Read(int variable) -> variables[variable];
        case Term.Binary(Op op, Term a, Term b) -> {
          long left = value(a);
          yield binary(op, left, value(b));
        }
        case Term.Compare(JumpOp condition, Term a, Term b) -> {
          long left = value(a);
          yield holds(condition, left, value(b)) ? 1 : 0;
        }
        case Term.Extend(Op op, Term a, int bits) -> extend(op, value(a), bits);
        case Term.Negate(Term a) -> -value(a);
        case Term.Bound(Op op, Term a, int bound) -> {
          long value = value(a);
          yield op == Op.BOUND_MASK
              ? value & bound
              : Long.compareUnsigned(value, bound) < 0 ? value : bound;
        }
        case Term.Context(Size _, boolean _, int offset) -> context.getLong(offset);
        case Term.Frame(Size size, boolean signed, int offset) ->
            extend(signed ? Op.SEXT : Op.ZEXT, load(size, offset), 8 * size.bytes());
        case Term.Call _ -> pidTgid;
        case Term.Fetch(AtomicOp op, int offset, Term a) -> {
          long with = value(a);
          long old = frame.getLong(offset);
          frame.putLong(offset, op == AtomicOp.ADD ? old + with : old ^ with);
          yield old;
        }
      };
    }

    private long load(Size size, int offset) {
      return switch (size) {
        case BYTE -> frame.get(offset);
        case HALF -> frame.getShort(offset);
        case WORD -> frame.getInt(offset);
        case DOUBLE -> frame.getLong(offset);
      };
    }

    private void store(Size size, int offset, long value) {
      switch (size) {
        case BYTE -> frame.put(offset, (byte) value);
        case HALF -> frame.putShort(offset, (short) value);
        case WORD -> frame.putInt(offset, (int) value);
        case DOUBLE -> frame.putLong(offset, value);
      }
    }
  }

  // Said again here, so that a mistake in the compiler's own arithmetic shows.

  private static long extend(Op op, long value, int bits) {
    int unused = 64 - bits;
    return switch (op) {
      case ZEXT -> value << unused >>> unused;
      case SEXT -> value << unused >> unused;
      default -> Long.reverseBytes(value) >>> unused;
    };
  }

  private static long binary(Op op, long a, long b) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> b == 0 ? 0 : Long.divideUnsigned(a, b);
      case MOD -> b == 0 ? a : Long.remainderUnsigned(a, b);
      case SDIV -> b == 0 ? 0 : a / b;
      case SMOD -> b == 0 ? a : a % b;
      case AND -> a & b;
      case OR -> a | b;
      case XOR -> a ^ b;
      case SHL -> a << (b & 63);
      case SHR -> a >>> (b & 63);
      case SAR -> a >> (b & 63);
      default -> throw new IllegalArgumentException();
    };
  }

  private static boolean holds(JumpOp condition, long a, long b) {
    int unsigned = Long.compareUnsigned(a, b);
    return switch (condition) {
      case EQ -> a == b;
      case NE -> a != b;
      case SET -> (a & b) != 0;
      case GT -> unsigned > 0;
      case GE -> unsigned >= 0;
      case LT -> unsigned < 0;
      case LE -> unsigned <= 0;
      case SGT -> a > b;
      case SGE -> a >= b;
      case SLT -> a < b;
      case SLE -> a <= b;
    };
  }

  // Code.

  /** The program for the compiler. */
  Program write(Target target) {
    Program program = new Program("sample", Source.NONE, target);
    new Writer(program.main()).write();
    return program;
  }

  private final class Writer {
    private final FunctionBuilder f;
    private final Variable[] variables = new Variable[VARIABLES];
    private final Value frame;

    Writer(FunctionBuilder f) {
      this.f = f;
      for (int i = 0; i < VARIABLES; i++) {
        variables[i] = f.variable("v" + i, Type.INT);
      }
      frame = f.stack(f.slot("frame", BYTES, 8), 0);
    }

    void write() {
      for (int i = 0; i < BYTES; i += 8) {
        f.store(Size.DOUBLE, frame, i, f.constant(0));
      }
      write(actions);
      f.returnValue(value(result));
    }

    private void write(List<Action> list) {
      for (Action action : list) {
        switch (action) {
          case Action.Assign(int variable, Term term) -> f.write(variables[variable], value(term));
          case Action.Put(Size size, int offset, Term term) ->
              f.store(size, frame, offset, value(term));
          case Action.If choice -> write(choice);
          case Action.Repeat(int times, List<Action> body) -> write(times, body);
        }
      }
    }

    private void write(Action.If choice) {
      Block then = f.block("then");
      Block otherwise = f.block("else");
      Block done = f.block("done");
      Value left = value(choice.a);
      f.branch(choice.condition, left, value(choice.b), then, otherwise);
      f.seal(then);
      f.seal(otherwise);
      f.enter(then);
      write(choice.then);
      f.jump(done);
      f.enter(otherwise);
      write(choice.otherwise);
      f.jump(done);
      f.seal(done);
      f.enter(done);
    }

    private void write(int times, List<Action> body) {
      Variable i = f.variable("i", Type.INT);
      f.write(i, f.constant(0));
      Block head = f.block("head");
      Block inside = f.block("body");
      Block done = f.block("done");
      f.jump(head);
      f.enter(head);
      f.branch(JumpOp.LT, f.read(i), f.constant(times), inside, done);
      f.seal(inside);
      f.enter(inside);
      write(body);
      f.write(i, f.binary(Op.ADD, f.read(i), f.constant(1)));
      f.jump(head);
      f.seal(head);
      f.seal(done);
      f.enter(done);
    }

    private Value value(Term term) {
      return switch (term) {
        case Term.Number(long value) -> f.constant(value);
        case Term.Read(int variable) -> f.read(variables[variable]);
        case Term.Binary(Op op, Term a, Term b) -> {
          Value left = value(a);
          yield f.binary(op, left, value(b));
        }
        case Term.Compare(JumpOp condition, Term a, Term b) -> {
          Value left = value(a);
          yield f.compare(condition, left, value(b));
        }
        case Term.Extend(Op op, Term a, int bits) ->
            switch (op) {
              case ZEXT -> f.zeroExtend(value(a), bits);
              case SEXT -> f.signExtend(value(a), bits);
              default -> f.byteSwap(value(a), bits);
            };
        case Term.Negate(Term a) -> f.negate(value(a));
        case Term.Bound(Op op, Term a, int bound) ->
            op == Op.BOUND_MASK ? f.boundMask(value(a), bound) : f.boundMax(value(a), bound);
        case Term.Context(Size size, boolean signed, int offset) ->
            f.load(size, signed, f.parameter(0), offset);
        case Term.Frame(Size size, boolean signed, int offset) ->
            f.load(size, signed, frame, offset);
        case Term.Call(boolean pure) -> f.call(pure ? PID_TGID : IMPURE);
        case Term.Fetch(AtomicOp op, int offset, Term a) -> {
          Value with = value(a);
          yield f.atomicFetch(op, Size.DOUBLE, frame, offset, with);
        }
      };
    }
  }
}
