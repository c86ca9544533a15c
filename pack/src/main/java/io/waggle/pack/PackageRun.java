package io.waggle.pack;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapType;
import io.waggle.bpf.values.ValueException;
import io.waggle.bpf.values.ValueType;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.LoadedMap;
import io.waggle.kernel.LoadedObject;
import io.waggle.kernel.PerfBuffer;
import io.waggle.kernel.RingBuffer;
import io.waggle.linux.Clock;
import io.waggle.linux.Epoll;
import io.waggle.linux.Fd;
import io.waggle.linux.Mapping;
import io.waggle.pack.ObjectContents.DeclaredMap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A package alive: loaded, attached, its buffers and sampled maps printed as they fill. Closing
 * detaches and frees all of it. For one thread.
 */
public final class PackageRun implements AutoCloseable {
  private static final long STOP = -1;
  private static final long PRINTK = -2;

  /** Records that are taken from one buffer before the others have their turn. */
  private static final int BATCH = 1000;

  private final Packaged packaged;
  private final RunOptions options;
  private final OutputFile out;
  private final OutputFile messages;
  private final FrameNames names;
  private final LoadedObject loaded;
  private final Epoll epoll = new Epoll();
  private final List<Source> sources = new ArrayList<>();
  private final List<SampledMap> samples = new ArrayList<>();
  private Optional<PrintkLines> printk = Optional.empty();
  private boolean prints;

  /** A buffer that is read, and how its records look. */
  private sealed interface Source {
    Printed printed();

    record Ring(RingBuffer buffer, Printed printed) implements Source {}

    record Perf(PerfBuffer buffer, Printed printed) implements Source {}
  }

  /** A map that is read at times. */
  private static final class SampledMap {
    private final LoadedMap map;
    private final Sampled printed;
    private final Meta.Sample sample;
    private long next;

    SampledMap(LoadedMap map, Sampled printed, Meta.Sample sample, long now) {
      this.map = map;
      this.printed = printed;
      this.sample = sample;
      this.next = now + sample.interval() * 1_000_000L;
    }

    void print(OutputFile out) {
      map.forEach((keys, keyAt, values, valueAt) -> print(out, keys, keyAt, values, valueAt));
      if (sample.clear()) {
        map.clear();
      }
    }

    /** Of a per-CPU map the values that are not all zero. */
    private void print(
        OutputFile out, MemorySegment keys, long keyAt, MemorySegment values, long valueAt) {
      if (!map.isPerCpu()) {
        printed.entry(out, keys, keyAt, -1, values, valueAt);
        return;
      }
      for (int cpu = 0; cpu < map.cpus(); cpu++) {
        long own = valueAt + (long) cpu * map.cpuStride();
        if (!isZero(values, own, map.cpuStride())) {
          printed.entry(out, keys, keyAt, cpu, values, own);
        }
      }
    }

    private static boolean isZero(MemorySegment memory, long offset, int bytes) {
      for (long at = offset; at < offset + bytes; at++) {
        if (memory.get(ValueLayout.JAVA_BYTE, at) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private PackageRun(
      Packaged packaged,
      RunOptions options,
      OutputFile out,
      OutputFile messages,
      FrameNames names,
      LoadedObject loaded) {
    this.packaged = packaged;
    this.options = options;
    this.out = out;
    this.messages = messages;
    this.names = names;
    this.loaded = loaded;
  }

  /**
   * Loads and attaches.
   *
   * @param out where events go
   * @param messages where the rest goes
   * @throws PackageException if what a map holds cannot be printed
   * @throws io.waggle.bpf.ObjectException if the object declares what is unknown
   * @throws io.waggle.kernel.VerifierException if the kernel rejects a program
   * @throws io.waggle.kernel.AttachException if a place to attach to does not exist
   */
  public static PackageRun start(
      Kernel kernel,
      Packaged packaged,
      ProgramOptions.Parsed parsed,
      RunOptions options,
      OutputFile out,
      OutputFile messages,
      FrameNames names) {
    BpfObject object = packaged.object(parsed);
    if (options.verbose()) {
      new LoadReport(messages).before(object);
    }
    PackageRun run = new PackageRun(packaged, options, out, messages, names, kernel.load(object));
    try {
      run.open(object);
      return run;
    } catch (RuntimeException | Error failure) {
      run.close();
      throw failure;
    }
  }

  private void open(BpfObject object) {
    if (options.verbose()) {
      new LoadReport(messages).loaded(loaded);
    }
    Exports exports = new Exports(packaged.content().meta(), packaged.contents());
    for (DeclaredMap map : packaged.contents().maps()) {
      try {
        open(exports, map);
      } catch (ValueException refused) {
        throw new PackageException("map '" + map.name() + "': " + refused.getMessage(), refused);
      }
    }
    PrintkFormats formats = PrintkFormats.of(packaged.contents(), object.programs());
    prints = !formats.isEmpty();
    if (prints) {
      printk = PrintkLines.open(formats);
      printk.ifPresent(lines -> epoll.add(lines.fd(), PRINTK));
    }
    Attachments attachments = new Attachments(packaged.content().meta().skeleton(), options);
    attachments.fill(loaded, object);
    attachments.attach(loaded, object);
    if (options.verbose()) {
      new LoadReport(messages).attached(loaded);
    }
  }

  private void open(Exports exports, DeclaredMap map) {
    Meta meta = packaged.content().meta();
    Optional<Meta.MapMeta> about = meta.skeleton().map(map.name());
    if (Exports.isBuffer(map)) {
      Optional<ValueType> type = exports.record(map);
      if (type.isPresent()) {
        Meta.Interpreter interpreter =
            about.map(Meta.MapMeta::interpreter).orElseGet(Meta.Interpreter.Structure::new);
        Label label = label(map);
        buffer(map, Printed.of(type.get(), label, interpreter, options.json(), names));
      } else if (!meta.multipleExportTypes()) {
        messages.text().put("WARNING: nothing tells what the records of map '").put(map.name());
        messages
            .text()
            .put("' are, so they are not shown; build with the header of their struct\n");
        messages.commit();
      }
    } else if (about.flatMap(Meta.MapMeta::sample).isPresent()) {
      Meta.Sample sample = about.get().sample().get();
      LoadedMap live = loaded.map(map.name());
      Sampled printed =
          Sampled.of(
              exports.key(map),
              exports.value(map),
              label(map),
              live.isPerCpu(),
              sample,
              options.json());
      samples.add(new SampledMap(live, printed, sample, Clock.MONOTONIC.nanos()));
    }
  }

  /** Names a map if its lines look like those of another. */
  private Label label(DeclaredMap map) {
    int others = 0;
    int longest = 0;
    for (DeclaredMap other : packaged.contents().maps()) {
      Optional<Meta.Sample> sample =
          packaged.content().meta().skeleton().map(other.name()).flatMap(Meta.MapMeta::sample);
      boolean isTable = sample.isPresent() && sample.get().form() == Meta.Form.DEFAULT_KV;
      if (Exports.isBuffer(other) || isTable || options.json() && sample.isPresent()) {
        others++;
        longest = Math.max(longest, other.name().length());
      }
    }
    return others > 1 ? Label.of(map.name(), longest) : Label.NONE;
  }

  private void buffer(DeclaredMap map, Printed printed) {
    long token = sources.size();
    if (map.kind() == MapType.RINGBUF.id()) {
      RingBuffer buffer = loaded.ringBuffer(map.name());
      sources.add(new Source.Ring(buffer, printed));
      epoll.add(buffer.fd(), token);
    } else {
      long bytes = (long) packaged.content().meta().perfBufferPages() * Mapping.pageSize();
      PerfBuffer buffer = loaded.perfBuffer(map.name(), Math.toIntExact(bytes));
      sources.add(new Source.Perf(buffer, printed));
      buffer.register(epoll, token);
    }
  }

  /** Whether nothing is exported: what the programs print is all there is to see. */
  public boolean onlyPrints() {
    return sources.isEmpty() && samples.isEmpty();
  }

  /** Whether the lines that the programs print are shown here. */
  public boolean showsLines() {
    return printk.isPresent();
  }

  /**
   * Prints until {@code stop} is readable, nobody reads the output any more, or the time is over.
   */
  public void run(Fd stop) {
    header();
    epoll.add(stop, STOP);
    long end =
        options.timeout().isPresent()
            ? Clock.MONOTONIC.nanos() + options.timeout().get().toNanos()
            : Long.MAX_VALUE;
    boolean stopped = false;
    while (!stopped && out.isOpen()) {
      long now = Clock.MONOTONIC.nanos();
      if (now >= end) {
        break;
      }
      stopped = await(Math.min(end, sample(now)) - now);
    }
    loaded.detach();
    drain();
    epoll.remove(stop);
    finish();
  }

  private void header() {
    if (packaged.content().meta().printHeader()) {
      for (Meta.ExportType type : packaged.content().meta().exportTypes()) {
        out.text().put("struct ").put(type.name()).put('\n');
        for (Meta.ExportMember member : type.members()) {
          out.text().put("  ").put(member.type()).put(' ').put(member.name()).put('\n');
        }
      }
    }
    sources.forEach(source -> source.printed().header(out));
    samples.forEach(sample -> sample.printed.header(out));
    out.pause();
  }

  /** Waits at most so long and prints what came; true if it is time to stop. */
  private boolean await(long nanos) {
    long millis = Math.clamp((nanos + 999_999) / 1_000_000, 0, Integer.MAX_VALUE);
    int ready = epoll.await((int) millis);
    boolean stopped = false;
    for (int i = 0; i < ready; i++) {
      long token = epoll.token(i);
      if (token == STOP) {
        stopped = true;
      } else if (token == PRINTK) {
        printk.orElseThrow().print(out, options.json());
      } else {
        consume(sources.get((int) token));
      }
    }
    out.pause();
    return stopped;
  }

  private int consume(Source source) {
    Printed printed = source.printed();
    return switch (source) {
      case Source.Ring ring -> ring.buffer().consume((m, at, n) -> print(printed, m, at, n), BATCH);
      case Source.Perf perf -> perf.buffer().consume((m, at, n) -> print(printed, m, at, n), BATCH);
    };
  }

  private void print(Printed printed, MemorySegment memory, long offset, int length) {
    printed.record(out, memory, offset, length);
  }

  /** Prints the maps whose time has come and answers when the next one's comes. */
  private long sample(long now) {
    long next = Long.MAX_VALUE;
    for (SampledMap sample : samples) {
      if (now >= sample.next) {
        sample.print(out);
        long interval = sample.sample.interval() * 1_000_000L;
        // Where printing takes longer than the interval, times are left out, not made up for.
        sample.next += (1 + (now - sample.next) / interval) * interval;
        out.pause();
      }
      next = Math.min(next, sample.next);
    }
    return next;
  }

  /** What was sent before all was detached. */
  private void drain() {
    for (Source source : sources) {
      while (out.isOpen() && consume(source) > 0) {
        out.commit();
      }
    }
    if (printk.isPresent() && out.isOpen()) {
      printk.get().awaitAll();
      printk.get().print(out, options.json());
    }
    out.pause();
  }

  private void finish() {
    long lost = 0;
    for (Source source : sources) {
      lost += source instanceof Source.Perf perf ? perf.buffer().lost() : 0;
    }
    lost += printk.map(PrintkLines::dropped).orElse(0L);
    if (lost > 0) {
      messages.text().put("Lost ").decimal(lost).put(lost == 1 ? " event\n" : " events\n");
      messages.commit();
    }
    out.flush();
  }

  @Override
  public void close() {
    printk.ifPresent(PrintkLines::close);
    for (Source source : sources) {
      switch (source) {
        case Source.Ring ring -> ring.buffer().close();
        case Source.Perf perf -> perf.buffer().close();
      }
    }
    epoll.close();
    loaded.close();
  }
}
