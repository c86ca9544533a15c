package io.waggle.script.lower;

import io.waggle.bpf.AtomicOp;
import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Type;
import io.waggle.compiler.Value;
import io.waggle.compiler.Variable;
import io.waggle.script.types.Type.Int;
import io.waggle.script.types.Type.Plain;

/**
 * Reading and writing the script's maps.
 *
 * <p>A plain scalar is the only value of an array map, whose address the program knows: no call at
 * all. Everything else is looked up first and changed in place when it is there; only an absent key
 * costs an update, with zeros and BPF_NOEXIST, so that whoever loses a race for a new key finds the
 * winner's entry.
 */
final class MapAccess {

  /** BPF_ANY and BPF_NOEXIST of bpf_map_update_elem (include/uapi/linux/bpf.h). */
  private static final long ANY = 0;

  private static final long NO_EXIST = 1;

  private final Code code;

  MapAccess(Code code) {
    this.code = code;
  }

  /** Where a plain scalar lies. */
  Place scalar(ScriptMap map) {
    return new Place(code.mapValue(map.bpfName()));
  }

  /** The address of the entry, or 0. {@code key} is ignored for scalars. */
  Value find(ScriptMap map, Place key) {
    return code.call(
        HelperTable.MAP_LOOKUP, code.map(map.bpfName()), code.address(keyOf(map, key)));
  }

  /** As {@link #find}, an address that can be calculated with. */
  Value address(ScriptMap map, Place key) {
    Variable at = code.variable("address", Type.POINTER);
    Block there = code.block("there");
    Block absent = code.block("absent");
    Block done = code.block("addressed");
    Value found = find(map, key);
    code.branch(JumpOp.NE, found, code.number(0), there, absent);
    code.start(there);
    code.write(at, found);
    code.jump(done);
    code.start(absent);
    code.write(at, code.number(0));
    code.jump(done);
    code.start(done);
    return code.read(at);
  }

  /** Puts a number into an aggregation. */
  void aggregate(ScriptMap map, Place key, Value number) {
    var type = (io.waggle.script.types.Type.Aggregation) map.value();
    Block done = code.block("done");
    Value at = map.isScalar() ? found(find(map, key), done) : findOrAdd(map, key, done);
    Aggregates.add(code, type, new Place(at), number);
    code.jump(done);
    code.start(done);
  }

  /** A number held by a plain map; 0 when absent. */
  Value number(ScriptMap map, Place key) {
    Plain type = (Plain) map.value();
    if (map.isScalar()) {
      return code.loadNumber(scalar(map), type);
    }
    Variable number = code.variable("number");
    Block there = code.block("there");
    Block done = code.block("done");
    Value found = find(map, key);
    code.write(number, code.number(0));
    code.branch(JumpOp.NE, found, code.number(0), there, done);
    code.start(there);
    code.write(number, code.loadNumber(new Place(found), type));
    code.jump(done);
    code.start(done);
    return code.read(number);
  }

  /** Where a value of a plain map lies, to be read at once; zeros when absent. */
  Place place(ScriptMap map, Place key) {
    if (map.isScalar()) {
      return scalar(map);
    }
    return new Place(code.orZeros(find(map, key), map.value().size()));
  }

  /** Stores a number. */
  void storeNumber(ScriptMap map, Place key, Value number) {
    int size = map.value().size();
    if (map.isScalar()) {
      code.store(scalar(map), size, number);
      markPresent(map);
      return;
    }
    Block done = code.block("stored");
    if (!map.deletes()) {
      Block there = code.block("there");
      Block absent = code.block("absent");
      Value found = find(map, key);
      code.branch(JumpOp.NE, found, code.number(0), there, absent);
      code.start(there);
      code.store(new Place(found), size, number);
      code.jump(done);
      code.start(absent);
    }
    Place value = code.temporary("value", size);
    code.store(value, size, number);
    update(map, key, value, ANY, done);
    code.start(done);
  }

  /** Stores the value at {@code from}, which is laid out as the map's value. */
  void storePlace(ScriptMap map, Place key, Place from) {
    if (map.isScalar()) {
      Memory.copy(code, scalar(map), from, map.value().size());
      markPresent(map);
      return;
    }
    Block done = code.block("stored");
    update(map, key, from, ANY, done);
    code.start(done);
  }

  /** Adds to a number without caring for the result; no concurrent addition is lost. */
  void add(ScriptMap map, Place key, Value amount) {
    Block done = code.block("added");
    Place at = map.isScalar() ? scalar(map) : new Place(findOrAdd(map, key, done));
    if (map.isScalar()) {
      markPresent(map);
    }
    int size = map.value().size();
    if (size >= 4) {
      code.atomic(AtomicOp.ADD, at, size, amount);
    } else {
      code.store(at, size, code.add(code.load(at, size, false), amount));
    }
    code.jump(done);
    code.start(done);
  }

  /** Adds to a number and gives what it was before, 0 when the map is full. */
  Value fetchAndAdd(ScriptMap map, Place key, Value amount) {
    Int type = (Int) map.value();
    Variable before = code.variable("before");
    Block done = code.block("added");
    code.write(before, code.number(0));
    Place at = map.isScalar() ? scalar(map) : new Place(findOrAdd(map, key, done));
    if (map.isScalar()) {
      markPresent(map);
    }
    if (type.size() >= 4) {
      code.write(before, code.fit(code.fetchAdd(at, type.size(), amount), type));
    } else {
      Value held = code.loadNumber(at, type);
      code.write(before, held);
      code.store(at, type.size(), code.add(held, amount));
    }
    code.jump(done);
    code.start(done);
    return code.read(before);
  }

  /** Says that a plain scalar was written: an array's entry cannot tell by being there. */
  void markPresent(ScriptMap map) {
    code.store(scalar(map).plus(map.presence()), 1, code.number(1));
  }

  /** 1 when the entry was there and is gone, else 0. A scalar becomes zero. */
  Value delete(ScriptMap map, Place key) {
    if (map.isScalar()) {
      Place present = scalar(map).plus(map.presence());
      Value was = code.load(present, 1, false);
      Memory.zero(code, scalar(map), map.value().size());
      code.store(present, 1, code.number(0));
      return was;
    }
    Value result = code.call(HelperTable.MAP_DELETE, code.map(map.bpfName()), code.address(key));
    return code.compare(JumpOp.EQ, result, code.number(0));
  }

  /** The entry's address, made with zeros when absent; goes to {@code full} if that is refused. */
  private Value findOrAdd(ScriptMap map, Place key, Block full) {
    Variable at = code.variable("value", Type.POINTER);
    Block there = code.block("there");
    Block absent = code.block("absent");
    Block refused = code.block("refused");
    Value found = find(map, key);
    code.write(at, found);
    code.branch(JumpOp.NE, found, code.number(0), there, absent);
    code.start(absent);
    code.call(
        HelperTable.MAP_UPDATE,
        code.map(map.bpfName()),
        code.address(key),
        code.zeros(map.value().size()),
        code.number(NO_EXIST));
    Value added = find(map, key);
    code.write(at, added);
    code.branch(JumpOp.NE, added, code.number(0), there, refused);
    code.start(refused);
    code.bump(map.fullCounter());
    code.jump(full);
    code.start(there);
    return code.read(at);
  }

  /** {@code address}, which the verifier takes for possibly 0; goes to {@code absent} then. */
  private Value found(Value address, Block absent) {
    Block there = code.block("there");
    code.branch(JumpOp.NE, address, code.number(0), there, absent);
    code.start(there);
    return address;
  }

  private void update(ScriptMap map, Place key, Place value, long flags, Block done) {
    Block refused = code.block("refused");
    Value result =
        code.call(
            HelperTable.MAP_UPDATE,
            code.map(map.bpfName()),
            code.address(key),
            code.address(value),
            code.number(flags));
    code.branch(JumpOp.EQ, result, code.number(0), done, refused);
    code.start(refused);
    code.bump(map.fullCounter());
    code.jump(done);
  }

  private Place keyOf(ScriptMap map, Place key) {
    return map.isScalar() ? code.zeroKey() : key;
  }
}
