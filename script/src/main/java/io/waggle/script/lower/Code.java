package io.waggle.script.lower;

import io.waggle.bpf.AtomicOp;
import io.waggle.bpf.JumpOp;
import io.waggle.bpf.Size;
import io.waggle.compiler.Block;
import io.waggle.compiler.Function;
import io.waggle.compiler.FunctionBuilder;
import io.waggle.compiler.HelperSignature;
import io.waggle.compiler.Op;
import io.waggle.compiler.StackSlot;
import io.waggle.compiler.Type;
import io.waggle.compiler.Value;
import io.waggle.compiler.Variable;
import io.waggle.script.plan.Fact;
import io.waggle.script.plan.Plan;
import io.waggle.script.types.Type.Bits;
import io.waggle.script.types.Type.Plain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One function being written, in the words that lowering a script needs: numbers, places, maps.
 *
 * <p>A number of a narrow type is held sign- or zero-extended to 64 bits, as its type says.
 */
final class Code {
  private final FunctionBuilder builder;
  private final Frame frame;
  private final SupportMaps support;
  private Optional<HelperWatch> watch = Optional.empty();
  private final List<StackSlot> slots = new ArrayList<>();
  private StackSlot zeroKey;

  /** The scratch memory's address, looked up in {@link #setup} if anything reads it. */
  private Variable scratch;

  private Block setup;
  private Block body;
  private boolean scratchUsed;

  Code(FunctionBuilder builder, Frame frame, SupportMaps support) {
    this.builder = builder;
    this.frame = frame;
    this.support = support;
  }

  // Numbers.

  Value number(long number) {
    return builder.constant(number);
  }

  Value add(Value a, Value b) {
    return builder.binary(Op.ADD, a, b);
  }

  Value sub(Value a, Value b) {
    return builder.binary(Op.SUB, a, b);
  }

  Value shiftLeft(Value a, int bits) {
    return bits == 0 ? a : builder.binary(Op.SHL, a, number(bits));
  }

  Value negate(Value a) {
    return builder.negate(a);
  }

  Value binary(Op op, Value a, Value b) {
    return builder.binary(op, a, b);
  }

  /** 1 when the condition holds, else 0. */
  Value compare(JumpOp condition, Value a, Value b) {
    return builder.compare(condition, a, b);
  }

  /** {@code a}, which is at most {@code most}, so that the verifier knows. */
  Value boundMax(Value a, long most) {
    return builder.boundMax(a, most);
  }

  /** The low {@code bits} (8, 16, 32, 64) with their bytes the other way round. */
  Value byteSwap(Value a, int bits) {
    return bits == 8 ? builder.zeroExtend(a, 8) : builder.byteSwap(a, bits);
  }

  /** The low 32 bits. */
  Value low32(Value a) {
    return builder.zeroExtend(a, 32);
  }

  /** The low bytes of {@code a} as a number of {@code type}. */
  Value fit(Value a, Plain type) {
    if (type.size() == 8) {
      return a;
    }
    int bits = 8 * type.size();
    return Shapes.isSigned(type) ? builder.signExtend(a, bits) : builder.zeroExtend(a, bits);
  }

  // Memory.

  Value address(Place place) {
    return place.offset() == 0 ? place.base() : add(place.base(), number(place.offset()));
  }

  Value load(Place at, int size, boolean signed) {
    return builder.load(Size.ofBytes(size), signed, at.base(), at.offset());
  }

  /** A number, truth value or address of {@code type}. */
  Value loadNumber(Place at, Plain type) {
    int size = type.size();
    if (at.alignment() < size) {
      return fit(loadPieces(at, size), type);
    }
    return load(at, size, Shapes.isSigned(type) && size < 8);
  }

  /** A number that is not aligned, as members of packed structures are: put together. */
  private Value loadPieces(Place at, int size) {
    Value number = number(0);
    int done = 0;
    while (done < size) {
      int width = Memory.width(at.plus(done).alignment(), size - done);
      Value piece = load(at.plus(done), width, false);
      number = binary(Op.OR, number, shiftLeft(piece, 8 * done));
      done += width;
    }
    return number;
  }

  /** The bits of a number that was loaded as {@code type}. */
  Value bits(Value number, Plain type, Bits bits) {
    if (bits.count() == 0) {
      return number;
    }
    int above = 64 - bits.shift() - bits.count();
    Value top = shiftLeft(number, above);
    Op right = Shapes.isSigned(type) ? Op.SAR : Op.SHR;
    return binary(right, top, number(64 - bits.count()));
  }

  /** An address that the verifier knows. */
  Value loadAddress(Place at) {
    return builder.loadPointer(at.base(), at.offset());
  }

  void store(Place at, int size, Value value) {
    builder.store(Size.ofBytes(size), at.base(), at.offset(), value);
  }

  void atomic(AtomicOp op, Place at, int size, Value value) {
    builder.atomic(op, Size.ofBytes(size), at.base(), at.offset(), value);
  }

  /** What was there before. */
  Value fetchAdd(Place at, int size, Value value) {
    return builder.atomicFetch(AtomicOp.ADD, Size.ofBytes(size), at.base(), at.offset(), value);
  }

  // Control.

  Block block(String label) {
    return builder.block(label);
  }

  void jump(Block to) {
    builder.jump(to);
  }

  void branch(JumpOp condition, Value a, Value b, Block then, Block otherwise) {
    builder.branch(condition, a, b, then, otherwise);
  }

  /** Goes on in {@code block}, to which no more jumps will be made. */
  void start(Block block) {
    builder.enter(block);
    builder.seal(block);
  }

  /** Goes on in {@code block}; {@link #seal} must follow when all jumps to it are made. */
  void enter(Block block) {
    builder.enter(block);
  }

  void seal(Block block) {
    builder.seal(block);
  }

  void leave(Value result) {
    builder.returnValue(result);
  }

  /** Whether the current block still lacks its end. */
  boolean open() {
    return builder.isOpen();
  }

  void at(int line, int column) {
    builder.at(line, column);
  }

  // Variables.

  Variable variable(String name) {
    return builder.variable(name, Type.INT);
  }

  Variable variable(String name, Type type) {
    return builder.variable(name, type);
  }

  Value read(Variable variable) {
    return builder.read(variable);
  }

  void write(Variable variable, Value value) {
    builder.write(variable, value);
  }

  // Calls and maps.

  Value call(HelperSignature helper, Value... arguments) {
    return builder.call(helper, arguments);
  }

  Value map(String name) {
    return builder.map(name);
  }

  /** The address of the only value of an array map. */
  Value mapValue(String name) {
    return builder.mapValue(name, 0);
  }

  /** {@code address}, which may be 0, or that of {@code size} zeros. */
  Value orZeros(Value address, int size) {
    Variable at = variable("there", Type.POINTER);
    Block absent = block("absent");
    Block done = block("done");
    write(at, address);
    branch(JumpOp.NE, address, number(0), done, absent);
    start(absent);
    write(at, zeros(size));
    jump(done);
    start(done);
    return read(at);
  }

  /** The address of at least {@code size} zeros, not to be written. */
  Value zeros(int size) {
    return mapValue(support.zeros(size));
  }

  /** What the machine that runs this says of itself. */
  Value fact(Fact fact) {
    int offset = support.fact(fact);
    return load(new Place(mapValue(Plan.FACTS), offset), 8, false);
  }

  /** The 4-byte key 0. */
  Place zeroKey() {
    if (zeroKey == null) {
      zeroKey = builder.slot("zero", 4, 4);
    }
    Place key = new Place(builder.stack(zeroKey, 0));
    store(key, 4, number(0));
    return key;
  }

  Value function(Function callback) {
    return builder.function(callback);
  }

  /** What a failing helper adds to, if anything is watched. */
  void watch(HelperWatch helpers) {
    watch = Optional.of(helpers);
  }

  /** Counts it where {@code result}, what {@code helper} gave, is an error; gives it again. */
  Value watched(HelperSignature helper, Value result) {
    if (watch.isEmpty()) {
      return result;
    }
    Block failed = block("failed");
    Block done = block("watched");
    branch(JumpOp.SLT, result, number(0), failed, done);
    start(failed);
    bump(watch.get().counter(helper));
    jump(done);
    start(done);
    return result;
  }

  /** Adds 1 to a counter of {@link Plan#counters}. */
  void bump(int counter) {
    Place key = temporary("counter", 4);
    store(key, 4, number(counter));
    Value found = call(HelperTable.MAP_LOOKUP, map(Plan.COUNTERS), address(key));
    Block there = block("there");
    Block done = block("counted");
    branch(JumpOp.NE, found, number(0), there, done);
    start(there);
    Memory.add(this, new Place(found), number(1));
    jump(done);
    start(done);
  }

  // Room.

  /** Room until {@link #release}. */
  Place temporary(String name, int size) {
    return place(name, frame.temporary(size));
  }

  /** An object that stays on the stack however large it is. */
  Place stackObject(String name, int size) {
    return new Place(builder.stack(builder.slot(name, size, 8), 0));
  }

  /** Room for good, to be placed by {@link #place}. */
  Frame.Room room(int size) {
    return frame.keep(size);
  }

  int mark() {
    return frame.mark();
  }

  void release(int mark) {
    frame.release(mark);
  }

  /** Where {@code room} lies. */
  Place place(String name, Frame.Room room) {
    return switch (room) {
      case Frame.Stack stack -> {
        while (slots.size() <= stack.id()) {
          slots.add(null);
        }
        if (slots.get(stack.id()) == null) {
          slots.set(stack.id(), builder.slot(name, stack.size(), 8));
        }
        yield new Place(builder.stack(slots.get(stack.id()), 0));
      }
      case Frame.Scratch part -> {
        scratchUsed = true;
        yield new Place(read(scratch), part.offset());
      }
    };
  }

  /**
   * Starts a region that has the scratch memory's address at hand. It is looked up at the region's
   * start, and only if something in the region (or, nested in it, later) uses it.
   */
  void beginRegion() {
    if (scratchUsed) {
      return;
    }
    scratch = builder.variable("scratch", Type.POINTER);
    setup = block("setup");
    body = block("body");
    jump(setup);
    enter(body);
  }

  /** Ends the region; the current block has its end. */
  void endRegion(String map) {
    if (setup == null) {
      return;
    }
    start(setup);
    if (scratchUsed) {
      Block missing = block("noScratch");
      Value found = call(HelperTable.MAP_LOOKUP, map(map), address(zeroKey()));
      write(scratch, found);
      branch(JumpOp.NE, found, number(0), body, missing);
      start(missing);
      leave(number(0));
    } else {
      jump(body);
    }
    seal(body);
    setup = null;
  }
}
