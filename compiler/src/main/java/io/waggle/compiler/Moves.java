package io.waggle.compiler;

import java.util.ArrayList;
import java.util.List;

/**
 * Moves that happen at once: arguments into the registers of a call, values into phis. Each is done
 * when nothing still waits to be read from its target.
 */
final class Moves {

  /** A register (0 to 9), or the offset of a place in the frame (negative). */
  private record Move(int target, Value value) {}

  private final Places places;
  private final List<Move> moves = new ArrayList<>();
  private final List<Integer> sources = new ArrayList<>();

  Moves(Places places) {
    this.places = places;
  }

  /** A register's number or the (negative) offset of a place in the frame. */
  void add(int target, Value value) {
    int source = places.location(value);
    if (source != target) {
      moves.add(new Move(target, value));
      sources.add(source);
    }
  }

  /** A move out of a register that the calling convention has filled. */
  void add(int target, int sourceRegister) {
    if (sourceRegister != target) {
      moves.add(new Move(target, null));
      sources.add(sourceRegister);
    }
  }

  void emit() {
    while (!moves.isEmpty()) {
      int ready = ready();
      if (ready >= 0) {
        emit(ready);
      } else {
        breakCycle();
      }
    }
  }

  private int ready() {
    for (int i = 0; i < moves.size(); i++) {
      if (!isRead(moves.get(i).target, i)) {
        return i;
      }
    }
    return -1;
  }

  private boolean isRead(int place, int except) {
    for (int i = 0; i < sources.size(); i++) {
      if (i != except && sources.get(i) == place) {
        return true;
      }
    }
    return false;
  }

  private void emit(int index) {
    Move move = moves.remove(index);
    int source = sources.remove(index);
    if (source == Places.REMADE) {
      places.remake(move.value, move.target);
    } else {
      places.copy(move.target, source);
    }
  }

  /** Saves what the first target holds and reads it from there. */
  private void breakCycle() {
    int place = moves.getFirst().target;
    int saved = places.frame().temporary();
    places.copy(saved, place);
    for (int i = 0; i < sources.size(); i++) {
      if (sources.get(i) == place) {
        sources.set(i, saved);
      }
    }
  }
}
