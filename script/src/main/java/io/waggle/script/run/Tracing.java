package io.waggle.script.run;

import io.waggle.formats.text.TimeFormat;
import io.waggle.kernel.AttachException;
import io.waggle.kernel.AttachPoint;
import io.waggle.kernel.Iterator;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.Link;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.LoadedProgram;
import io.waggle.kernel.RingBuffer;
import io.waggle.linux.CaughtSignal;
import io.waggle.linux.Clock;
import io.waggle.linux.Epoll;
import io.waggle.linux.Fd;
import io.waggle.script.output.Clocks;
import io.waggle.script.output.MapSnapshot;
import io.waggle.script.output.Names;
import io.waggle.script.output.Output;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.MapPlan;
import io.waggle.script.plan.Plan;
import io.waggle.script.plan.ProbePlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A script that is attached and counting. Events wait in the kernel until {@link #runFor} or {@link
 * #run} takes them; maps can be read at any time.
 *
 * <p>For one thread. Closing detaches and frees everything without running {@code end} probes;
 * {@link #finish(boolean)} is the orderly end.
 */
public final class Tracing implements AutoCloseable {
  /** Events taken at once before anything else is looked at. */
  private static final int BATCH = 4096;

  /** How long to let events gather while they come, and the first wait when they do not. */
  private static final int SHORT_WAIT_MILLIS = 1;

  /** Programs wake us only now and then, so we look at least this often. */
  private static final int LONG_WAIT_MILLIS = 50;

  /**
   * How often counters of losses are read, and buffered lines are shown while events keep coming.
   */
  private static final long LOOK_NANOS = 100_000_000;

  private static final long SHOW_NANOS = 10_000_000;

  private static final long TARGET_ENDED = 1;
  private static final long STOP = 2;
  private static final long RING = 3;
  private static final long SIGNAL = 4;

  private final Plan plan;
  private final LoadedObject object;
  private final Output output;
  private final Target target;
  private final Refused refused;
  private final ScriptMaps maps;
  private final Watched watched = new Watched();
  private final Dispatch dispatch;
  private final CounterWatch counters;
  private final TargetSymbols symbols;
  private final Epoll epoll = new Epoll();
  private final Optional<RingBuffer> ring;
  private Optional<CaughtSignal> signal = Optional.empty();

  /** Iterators that have not been walked yet. */
  private final List<Iterator.Walk> walks = new ArrayList<>();

  private int attached;
  private int placed;
  private long looked;
  private boolean ended;

  private Tracing(Plan plan, LoadedObject object, Output output, Target target, Refused refused) {
    this.refused = refused;
    this.plan = plan;
    this.object = object;
    this.output = output;
    this.target = target;
    this.maps = new ScriptMaps(plan, object);
    this.dispatch = new Dispatch(plan, maps, output, watched);
    this.counters = new CounterWatch(plan, object, output);
    this.symbols = new TargetSymbols(plan, target, output.names());
    this.ring =
        plan.object().map(Plan.EVENTS).isPresent()
            ? Optional.of(object.ringBuffer(Plan.EVENTS))
            : Optional.empty();
    this.ring.ifPresent(buffer -> epoll.add(buffer.fd(), RING));
    target.end().ifPresent(end -> epoll.add(end, TARGET_ENDED));
  }

  /** What is needed to show the values of a plan's events and maps; the caller's to close. */
  public static Names names(Plan plan) {
    return new Names(
        plan.timeFormats().stream().map(TimeFormat::strftime).toList(),
        new Clocks(Clock.REALTIME.nanos() - Clock.BOOTTIME.nanos()));
  }

  /**
   * Loads a plan, runs its {@code begin} probes and attaches the others.
   *
   * @param output where events go; remains the caller's
   * @param target what to trace; remains the caller's
   * @throws io.waggle.kernel.VerifierException if a program is rejected
   * @throws io.waggle.kernel.AttachException if a place does not exist or the kernel refuses it
   */
  public static Tracing attach(Plan plan, Kernel kernel, Output output, Target target) {
    return attach(plan, kernel, output, target, Refused.FAIL);
  }

  /**
   * As {@link #attach(Plan, Kernel, Output, Target)}, with a choice for places that are refused.
   */
  public static Tracing attach(
      Plan plan, Kernel kernel, Output output, Target target, Refused refused) {
    LoadedObject object = kernel.load(plan.object());
    Tracing tracing;
    try {
      tracing = new Tracing(plan, object, output, target, refused);
    } catch (RuntimeException | Error failure) {
      object.close();
      throw failure;
    }
    try {
      tracing.begin();
      return tracing;
    } catch (RuntimeException | Error failure) {
      tracing.close();
      throw failure;
    }
  }

  private void begin() {
    List<ProbePlan> probes = plan.probes();
    for (ProbePlan probe : probes) {
      attached += probe.names().size();
      if (probe.attachment() instanceof Attachment.Begin) {
        object.program(probe.program()).runOnce();
      }
    }
    for (ProbePlan probe : probes) {
      if (probe.attachment() instanceof Attachment.Signal(String name) && signal.isEmpty()) {
        signal = Optional.of(new CaughtSignal(name));
        epoll.add(signal.get().fd(), SIGNAL);
        placed++;
      }
      if (isPlaced(probe) && !runsInReverse(probe)) {
        place(probe);
      }
    }
    for (ProbePlan probe : probes.reversed()) {
      if (isPlaced(probe) && runsInReverse(probe)) {
        place(probe);
      }
    }
  }

  private static boolean isPlaced(ProbePlan probe) {
    return switch (probe.attachment()) {
      case Attachment.Begin _, Attachment.End _, Attachment.Test _, Attachment.Signal _ -> false;
      default -> true;
    };
  }

  /** The kernel runs programs of one instruction last attached first, those of events in order. */
  private static boolean runsInReverse(ProbePlan probe) {
    return switch (probe.attachment()) {
      case Attachment.Uprobes _, Attachment.Usdt _ -> true;
      // Returns are taken from a stack, which turns the order of the entries round once more.
      case Attachment.Kprobes kprobes -> !kprobes.atReturn();
      default -> false;
    };
  }

  private void place(ProbePlan probe) {
    LoadedProgram program = object.program(probe.program());
    List<AttachPoint> points = AttachPoints.of(probe, program, target.pid());
    for (int i = 0; i < points.size(); i++) {
      List<String> names = points.size() == 1 ? probe.names() : List.of(probe.names().get(i));
      try {
        Link link = object.attach(probe.program(), points.get(i));
        if (link instanceof Iterator.Walk walk) {
          walks.add(walk);
        } else {
          placed++;
        }
        if (probe.attachment() instanceof Attachment.Watchpoint(long address, int _, int _)) {
          watched.add(address, link);
        }
      } catch (AttachException refusal) {
        skip(names, refusal);
      }
    }
  }

  private void skip(List<String> names, AttachException refusal) {
    String name = names.getFirst() + (names.size() > 1 ? " and others" : "");
    switch (refused) {
      case FAIL ->
          throw new AttachException(
              "Unable to attach probe: "
                  + name
                  + ": "
                  + refusal.getMessage()
                  + ". If this is expected, set the 'missing_probes' config variable to 'warn'.",
              refusal);
      case WARN ->
          output.warning(
              "Unable to attach probe: " + name + ". Skipping. (" + refusal.getMessage() + ")");
      case SKIP -> {}
    }
    attached -= names.size();
  }

  /** How many probes are attached, {@code begin} and {@code end} included. */
  public int attached() {
    return attached;
  }

  /** True once {@code exit()} was called or the traced process is gone. */
  public boolean hasEnded() {
    return ended;
  }

  /** What {@code exit(code)} said, 0 if it was not called. */
  public int exitCode() {
    return dispatch.exitCode();
  }

  /** Events the kernel had no room for, as far as is known; grows only. */
  public long lostEvents() {
    counters.look();
    return counters.lostEvents();
  }

  /**
   * The map of that name, with or without {@code @}.
   *
   * @throws IllegalArgumentException if the script has none
   */
  public MapView map(String name) {
    return new MapView(maps, maps.plan(name), output.names());
  }

  /** Takes events for that long, or until the script or its target ends. */
  public void runFor(Duration duration) {
    walk();
    loop(System.nanoTime() + duration.toNanos());
  }

  /**
   * Takes events until the script calls {@code exit()}, its target ends, its output has no reader
   * any more, or {@code stop} becomes readable. A script without other probes than {@code begin}
   * and {@code end} is over at once.
   */
  public void run(Fd stop) {
    epoll.add(stop, STOP);
    try {
      walk();
      if (placed == 0) {
        drain();
      } else {
        loop(Long.MAX_VALUE);
      }
    } finally {
      epoll.remove(stop);
    }
  }

  private void loop(long deadline) {
    int wait = SHORT_WAIT_MILLIS;
    long shown = System.nanoTime();
    while (!ended) {
      int count = consume();
      if (dispatch.isExit()) {
        ended = true;
        break;
      }
      long now = System.nanoTime();
      symbols.look(now);
      if (count == 0 || now - shown > SHOW_NANOS) {
        output.pause();
        shown = now;
        // Events may never cease: the end must be seen all the same.
        if (count > 0 && await(0)) {
          break;
        }
      }
      if (!output.isOpen() || (deadline != Long.MAX_VALUE && now - deadline >= 0)) {
        break;
      }
      if (now - looked > LOOK_NANOS) {
        looked = now;
        counters.look();
      }
      if (count == 0) {
        if (await(wait)) {
          break;
        }
        wait = Math.min(2 * wait, LONG_WAIT_MILLIS);
      } else {
        wait = SHORT_WAIT_MILLIS;
        if (count < BATCH) {
          // Waking for each event would cost its probe and us more than the event itself.
          gather();
        }
      }
    }
    output.pause();
  }

  /** The kernel runs an iterator's program while what it writes, here nothing, is read. */
  private void walk() {
    byte[] nothing = new byte[4096];
    for (Iterator.Walk walk : walks) {
      try (InputStream stream = walk.open()) {
        while (!dispatch.isExit() && stream.read(nothing) >= 0) {
          consume();
        }
      } catch (IOException failure) {
        throw new UncheckedIOException("cannot walk over the kernel's objects", failure);
      }
    }
    walks.clear();
  }

  private static void gather() {
    try {
      Thread.sleep(SHORT_WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for something to happen; true if it is the end. */
  private boolean await(int millis) {
    if (Thread.currentThread().isInterrupted()) {
      return true;
    }
    int ready = epoll.await(millis);
    boolean stop = false;
    for (int i = 0; i < ready; i++) {
      long token = epoll.token(i);
      if (token == TARGET_ENDED) {
        ended = true;
      } else if (token == SIGNAL) {
        onSignal();
      }
      stop |= token != RING && token != SIGNAL;
    }
    return stop;
  }

  private void onSignal() {
    for (long left = signal.orElseThrow().drain(); left > 0; left--) {
      for (ProbePlan probe : plan.probes()) {
        if (probe.attachment() instanceof Attachment.Signal) {
          object.program(probe.program()).runOnce();
        }
      }
    }
  }

  private int consume() {
    return ring.isPresent() ? ring.get().consume(dispatch, BATCH) : 0;
  }

  /** Takes all events that are there; programs still writing theirs get a moment. */
  private void drain() {
    for (int patience = 20; patience > 0; ) {
      if (consume() == 0) {
        if (ring.isEmpty() || ring.get().pending() == 0) {
          break;
        }
        patience--;
        gather();
      }
    }
    ended |= dispatch.isExit();
  }

  /** Runs a test once; why it failed, empty if it passed. */
  String test(ProbePlan probe) {
    drain();
    dispatch.restart();
    int result = object.program(probe.program()).runOnce();
    drain();
    counters.look();
    String failure =
        dispatch.errors() > 0
            ? dispatch.errors() + (dispatch.errors() == 1 ? " error" : " errors")
            : dispatch.exitCode() != 0
                ? "ended with code " + dispatch.exitCode()
                : result != 0 ? "returned " + result : "";
    dispatch.restart();
    ended = false;
    return failure;
  }

  /**
   * The orderly end: detaches, takes what is left, runs the {@code end} probes, says what was lost
   * and prints the maps that hold anything.
   *
   * @param printMaps false to print none
   */
  public void finish(boolean printMaps) {
    object.detach();
    drain();
    dispatch.listen();
    for (ProbePlan probe : plan.probes()) {
      if (probe.attachment() instanceof Attachment.End) {
        object.program(probe.program()).runOnce();
      }
    }
    drain();
    counters.look();
    if (counters.lostEvents() > 0) {
      output.warning("Total lost event count: " + counters.lostEvents());
    }
    warnOfMisses();
    output.end();
    if (printMaps) {
      printMaps();
    }
    output.flush();
  }

  /** The kernel runs no program on a CPU where the same one runs already, and counts instead. */
  private void warnOfMisses() {
    long missed = 0;
    for (ProbePlan probe : plan.probes()) {
      missed += object.program(probe.program()).describe().recursionMisses();
    }
    if (missed > 0) {
      output.warning(
          "Probes were hit " + missed + " times by what they did themselves, and not run then");
    }
  }

  /** By name, as bpftrace does. */
  private void printMaps() {
    List<MapPlan> byName = new ArrayList<>(plan.maps());
    byName.sort(Comparator.comparing(MapPlan::name));
    for (MapPlan map : byName) {
      MapSnapshot snapshot = maps.read(map);
      if (map.key().isPresent() || !maps.isAbsent(snapshot)) {
        output.map(snapshot, 0, 1);
      }
    }
  }

  /** Detaches and frees everything. */
  @Override
  public void close() {
    signal.ifPresent(CaughtSignal::close);
    object.detach();
    ring.ifPresent(RingBuffer::close);
    epoll.close();
    object.close();
  }
}
