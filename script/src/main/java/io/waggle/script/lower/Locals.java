package io.waggle.script.lower;

import io.waggle.compiler.Value;
import io.waggle.compiler.Variable;
import io.waggle.script.check.LocalVariable;
import io.waggle.script.check.Term;
import java.util.HashMap;
import java.util.Map;

/**
 * The script's variables. Numbers are values of the compiler, which finds them registers; others,
 * and all that several functions share, have a place in memory.
 */
final class Locals {
  private final Body body;
  private final Code code;
  private final Map<LocalVariable, Variable> numbers = new HashMap<>();
  private final Map<LocalVariable, Frame.Room> rooms = new HashMap<>();

  Locals(Body body) {
    this.body = body;
    this.code = body.code;
  }

  Value number(LocalVariable variable) {
    return isInMemory(variable)
        ? code.loadNumber(place(variable), variable.type())
        : code.read(register(variable));
  }

  void write(LocalVariable variable, Value number) {
    if (isInMemory(variable)) {
      code.store(place(variable), variable.type().size(), number);
    } else {
      code.write(register(variable), number);
    }
  }

  /** Gives the variable the term's value. */
  void assign(LocalVariable variable, Term term) {
    if (Shapes.isNumber(variable.type())) {
      write(variable, body.terms.number(term));
    } else if (body.values.isWrittenInOneGo(term)) {
      body.values.into(term, place(variable), true);
    } else {
      Memory.copy(code, place(variable), body.values.place(term), variable.type().size());
    }
  }

  /** Zeroes what may be read before it is written, or is shared. */
  void zero() {
    for (LocalVariable variable : body.scope.captures().toZero()) {
      if (isInMemory(variable)) {
        int size = Shapes.isNumber(variable.type()) ? 8 : variable.type().size();
        Memory.zero(code, place(variable), size);
      }
    }
  }

  private boolean isInMemory(LocalVariable variable) {
    Captures captures = body.scope.captures();
    return !Shapes.isNumber(variable.type())
        || captures.offset(variable) >= 0
        || captures.isAddressed(variable);
  }

  private Variable register(LocalVariable variable) {
    Variable register = numbers.get(variable);
    if (register == null) {
      register = code.variable(variable.name());
      numbers.put(variable, register);
    }
    return register;
  }

  /** Where a variable lies that has a place in memory. */
  Place place(LocalVariable variable) {
    Captures captures = body.scope.captures();
    int offset = captures.offset(variable);
    if (offset >= 0) {
      return body.shared.orElseThrow().plus(offset);
    }
    int size = variable.type().size();
    if (captures.isLarge(variable)) {
      return code.place(variable.name(), body.scope.scratch().shared(variable, size));
    }
    Frame.Room room = rooms.get(variable);
    if (room == null) {
      room = code.room(size);
      rooms.put(variable, room);
    }
    return code.place(variable.name(), room);
  }
}
