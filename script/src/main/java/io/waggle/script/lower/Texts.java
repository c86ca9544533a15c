package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Op;
import io.waggle.compiler.Value;
import io.waggle.compiler.Variable;
import io.waggle.script.types.Type.AddressSpace;

/**
 * Strings. In variables, keys and maps the bytes after a string's NUL are zero; only in events they
 * may be anything, which saves filling them.
 */
final class Texts {
  private Texts() {}

  /**
   * Reads a string of foreign memory into {@code to}; memory that cannot be read gives the empty
   * string.
   *
   * @param size room, NUL included
   * @param padded whether the rest of the room has to be zero
   */
  static void read(
      Code code, Place to, int size, Value address, AddressSpace space, boolean padded) {
    if (padded) {
      Memory.zero(code, to, size);
    }
    Value room = code.number(size);
    readBounded(code, to, room, address, space);
  }

  /** As {@link #read} without filling; {@code room} is a number the verifier can bound. */
  static Value readBounded(Code code, Place to, Value room, Value address, AddressSpace space) {
    return switch (space) {
      case KERNEL ->
          code.watched(
              HelperTable.READ_KERNEL_STR,
              code.call(HelperTable.READ_KERNEL_STR, code.address(to), room, address));
      case USER ->
          code.watched(
              HelperTable.READ_USER_STR,
              code.call(HelperTable.READ_USER_STR, code.address(to), room, address));
      case UNKNOWN -> {
        Variable length = code.variable("length");
        Block kernel = code.block("kernel");
        Block done = code.block("read");
        Value got = code.call(HelperTable.READ_USER_STR, code.address(to), room, address);
        code.write(length, got);
        code.branch(JumpOp.SLT, got, code.number(0), kernel, done);
        code.start(kernel);
        code.write(
            length,
            code.watched(
                HelperTable.READ_KERNEL_STR,
                code.call(HelperTable.READ_KERNEL_STR, code.address(to), room, address)));
        code.jump(done);
        code.start(done);
        yield code.read(length);
      }
    };
  }

  /**
   * Copies a string into room of another size, cutting it if it does not fit.
   *
   * @param padded whether the rest of the room has to be zero
   */
  static void copy(Code code, Place to, int toSize, Place from, int fromSize, boolean padded) {
    int size = Math.min(toSize, fromSize);
    if (!padded && size > 64) {
      // Stops at the NUL, which most strings have long before the end of their room.
      code.call(
          HelperTable.READ_KERNEL_STR, code.address(to), code.number(size), code.address(from));
      return;
    }
    Memory.copy(code, to, from, size);
    if (toSize < fromSize) {
      code.store(to.plus(size - 1), 1, code.number(0));
    } else if (padded && toSize > size) {
      Memory.zero(code, to.plus(size), toSize - size);
    }
  }

  /** 1 if the first bytes at {@code at} are {@code bytes}, else 0. */
  static Value startsWith(Code code, Place at, byte[] bytes, int count) {
    Variable result = code.variable("equal");
    Block different = code.block("different");
    Block done = code.block("compared");
    int compared = 0;
    while (compared < count) {
      Place word = at.plus(compared);
      int width = Memory.width(word.alignment(), count - compared);
      Block equal = code.block("equal");
      long expected = Memory.word(bytes, compared, width);
      code.branch(
          JumpOp.EQ, code.load(word, width, false), code.number(expected), equal, different);
      code.start(equal);
      compared += width;
    }
    code.write(result, code.number(1));
    code.jump(done);
    if (count > 0) {
      code.start(different);
      code.write(result, code.number(0));
      code.jump(done);
    }
    code.start(done);
    return code.read(result);
  }

  /** 1 if both strings are equal in their first {@code count} bytes or up to their NUL. */
  static Value equal(Code code, Place a, Place b, int count) {
    Variable result = code.variable("equal");
    Variable index = code.variable("index");
    Block head = code.block("characters");
    Block same = code.block("same");
    Block next = code.block("next");
    Block different = code.block("different");
    Block equal = code.block("equal");
    Block done = code.block("compared");
    Value left = code.address(a);
    Value right = code.address(b);
    code.write(index, code.number(0));
    code.jump(head);
    code.enter(head);
    Value i = code.read(index);
    Value x = code.load(new Place(code.add(left, i)), 1, false);
    Value y = code.load(new Place(code.add(right, i)), 1, false);
    code.branch(JumpOp.EQ, x, y, same, different);
    code.start(same);
    code.branch(JumpOp.EQ, x, code.number(0), equal, next);
    code.start(next);
    Value following = code.add(i, code.number(1));
    code.write(index, following);
    code.branch(JumpOp.LT, following, code.number(count), head, equal);
    code.seal(head);
    code.start(different);
    code.write(result, code.number(0));
    code.jump(done);
    code.start(equal);
    code.write(result, code.number(1));
    code.jump(done);
    code.start(done);
    return code.read(result);
  }

  /** 1 if {@code size} bytes are equal. */
  static Value sameBytes(Code code, Place a, Place b, int size) {
    if (size > 64) {
      return equalBytes(code, a, b, size);
    }
    Value difference = code.number(0);
    int done = 0;
    while (done < size) {
      int width = Memory.width(a.plus(done).alignment(b.plus(done)), size - done);
      Value x = code.load(a.plus(done), width, false);
      Value y = code.load(b.plus(done), width, false);
      difference = code.binary(Op.OR, difference, code.binary(Op.XOR, x, y));
      done += width;
    }
    return code.compare(JumpOp.EQ, difference, code.number(0));
  }

  private static Value equalBytes(Code code, Place a, Place b, int size) {
    int width = Memory.width(a.alignment(b), size & -size);
    Variable result = code.variable("equal");
    Variable offset = code.variable("offset");
    Block head = code.block("words");
    Block next = code.block("next");
    Block done = code.block("compared");
    Value left = code.address(a);
    Value right = code.address(b);
    code.write(offset, code.number(0));
    code.jump(head);
    code.enter(head);
    Value i = code.read(offset);
    Value x = code.load(new Place(code.add(left, i)), width, false);
    Value y = code.load(new Place(code.add(right, i)), width, false);
    code.write(result, code.number(0));
    code.branch(JumpOp.EQ, x, y, next, done);
    code.start(next);
    Value following = code.add(i, code.number(width));
    code.write(offset, following);
    code.write(result, code.number(1));
    code.branch(JumpOp.LT, following, code.number(size), head, done);
    code.seal(head);
    code.start(done);
    return code.read(result);
  }

  /** Bytes before the NUL, at most {@code size}. */
  static Value length(Code code, Place at, int size) {
    Variable length = code.variable("length");
    Block head = code.block("characters");
    Block next = code.block("next");
    Block done = code.block("counted");
    Value start = code.address(at);
    code.write(length, code.number(0));
    code.jump(head);
    code.enter(head);
    Value i = code.read(length);
    Value character = code.load(new Place(code.add(start, i)), 1, false);
    code.branch(JumpOp.NE, character, code.number(0), next, done);
    code.start(next);
    Value following = code.add(i, code.number(1));
    code.write(length, following);
    code.branch(JumpOp.LT, following, code.number(size), head, done);
    code.seal(head);
    code.start(done);
    return code.read(length);
  }
}
