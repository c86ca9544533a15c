package io.waggle.script.run;

import io.waggle.formats.text.TimeFormat;
import io.waggle.kernel.RecordSink;
import io.waggle.linux.Clock;
import io.waggle.script.output.MapSnapshot;
import io.waggle.script.output.Names;
import io.waggle.script.output.Output;
import io.waggle.script.output.PrintfFormat;
import io.waggle.script.output.ValueFormat;
import io.waggle.script.plan.Action;
import io.waggle.script.plan.Plan;
import io.waggle.script.types.Type;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Does what each event asks for. Formats are compiled at the first event of an action. */
final class Dispatch implements RecordSink {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final List<Action> actions;
  private final ScriptMaps maps;
  private final Output output;
  private final Names names;
  private final PrintfFormat[] printfs;
  private final ValueFormat[] values;
  private final TimeFormat[] clocks;
  private final Watched watchpoints;
  private final FormattedActions formats;
  private boolean ignoring;
  private boolean exit;
  private int exitCode;

  Dispatch(Plan plan, ScriptMaps maps, Output output, Watched watchpoints) {
    this.watchpoints = watchpoints;
    this.actions = plan.actions();
    this.maps = maps;
    this.output = output;
    this.names = output.names();
    this.formats = new FormattedActions(actions.size(), output);
    this.printfs = new PrintfFormat[actions.size()];
    this.values = new ValueFormat[actions.size()];
    this.clocks = new TimeFormat[actions.size()];
  }

  /** True once {@code exit()} was called: what comes after it is not shown. */
  boolean isExit() {
    return exit;
  }

  int exitCode() {
    return exitCode;
  }

  /** Forgets errors and {@code exit()}: a test begins. */
  void restart() {
    ignoring = false;
    exit = false;
    exitCode = 0;
    formats.forgetErrors();
  }

  /** How many errors the script reported. */
  int errors() {
    return formats.errors();
  }

  /** Shows events again: those of {@code end}. */
  void listen() {
    ignoring = false;
  }

  @Override
  public void record(MemorySegment memory, long start, int length) {
    if (ignoring) {
      return;
    }
    int action = memory.get(INT, start);
    PrintfFormat format = printfs[action];
    if (format != null) {
      output.printf(format, memory, start);
    } else {
      act(action, memory, start);
    }
  }

  private void act(int index, MemorySegment memory, long start) {
    switch (actions.get(index)) {
      case Action.Printf printf -> {
        printfs[index] = PrintfFormat.compile(printf.format(), printf.fields(), names);
        output.printf(printfs[index], memory, start);
      }
      case Action.Formatted formatted -> formats.act(index, formatted, memory, start);
      case Action.PrintValue print -> output.value(value(index, print.value()), memory, start);
      case Action.PrintEntry print -> output.value(value(index, print.value()), memory, start);
      case Action.PrintMap print -> printMap(print);
      case Action.Clear clear -> maps.clear(clear.map());
      case Action.Zero zero -> maps.zero(zero.map());
      case Action.Time time -> {
        if (clocks[index] == null) {
          clocks[index] = TimeFormat.time(time.format());
        }
        output.time(clocks[index], Clock.REALTIME.nanos());
      }
      case Action.Join join ->
          output.join(
              join.separator(),
              memory,
              start + join.offset() + 4,
              memory.get(INT, start + join.offset()),
              join.slot());
      case Action.Unwatch unwatch -> watchpoints.detach(memory.get(LONG, start + unwatch.offset()));
      case Action.Exit end -> {
        exit = true;
        ignoring = true;
        exitCode = memory.get(INT, start + end.offset());
      }
    }
  }

  private ValueFormat value(int index, io.waggle.script.plan.Field field) {
    if (values[index] == null) {
      values[index] = ValueFormat.of(field.type(), field.offset(), names);
    }
    return values[index];
  }

  private void printMap(Action.PrintMap print) {
    MapSnapshot map = maps.read(maps.plan(print.map()));
    boolean histogram =
        map.plan().value() instanceof Type.Hist
            || map.plan().value() instanceof Type.Lhist
            || map.plan().value() instanceof Type.Tseries;
    // bpftrace shows a scalar that is not there as zero, but no histogram of nothing.
    if (map.plan().key().isEmpty() && histogram && maps.isAbsent(map)) {
      return;
    }
    output.map(map, print.top().orElse(0), Math.max(1, print.divisor()));
  }
}
