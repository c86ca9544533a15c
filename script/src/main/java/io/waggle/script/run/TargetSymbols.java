package io.waggle.script.run;

import io.waggle.script.output.Names;
import io.waggle.script.plan.MapPlan;
import io.waggle.script.plan.Plan;
import io.waggle.script.types.Type;
import java.util.OptionalInt;

/**
 * Keeps what the traced process maps, for addresses in maps are named when it may have ended. A
 * young process changes most, so the first looks follow each other soon and later ones seldom.
 */
final class TargetSymbols {
  private static final long SOON_NANOS = 1_000_000;
  private static final long SELDOM_NANOS = 2_000_000_000L;

  private final OptionalInt pid;
  private final Names names;
  private long next;
  private long wait = SOON_NANOS;

  TargetSymbols(Plan plan, Target target, Names names) {
    this.names = names;
    this.pid = hasUserCode(plan) ? target.pid() : OptionalInt.empty();
  }

  private static boolean hasUserCode(Plan plan) {
    for (MapPlan map : plan.maps()) {
      if (map.key().isPresent() && isUserCode(map.key().get()) || isUserCode(map.value())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isUserCode(Type type) {
    return switch (type) {
      case Type.Stack stack -> stack.user();
      case Type.Symbol symbol -> symbol.user();
      case Type.Tuple tuple -> tuple.elements().stream().anyMatch(TargetSymbols::isUserCode);
      default -> false;
    };
  }

  /** Looks if it is time to. */
  void look(long nowNanos) {
    if (pid.isEmpty() || next != 0 && nowNanos - next < 0) {
      return;
    }
    names.follow(pid.getAsInt());
    next = nowNanos + wait;
    wait = Math.min(SELDOM_NANOS, wait + wait / 2);
  }
}
