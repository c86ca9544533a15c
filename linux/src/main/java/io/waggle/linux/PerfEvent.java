package io.waggle.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** An open perf event (perf_event_open(2)), owned: closing it ends it. */
public final class PerfEvent implements AutoCloseable {
  /** All processes, on the given CPU. */
  public static final int ALL_PROCESSES = -1;

  /** All CPUs, for the given process. */
  public static final int ALL_CPUS = -1;

  private static final int ATTR_BYTES = 112; // PERF_ATTR_SIZE_VER5, Linux 4.1
  private static final int TYPE_HARDWARE = 0;
  private static final int TYPE_SOFTWARE = 1;
  private static final int TYPE_TRACEPOINT = 2;
  private static final int TYPE_HARDWARE_CACHE = 3;
  private static final int TYPE_BREAKPOINT = 5;
  private static final int SAMPLE_RAW = 1 << 10;
  private static final long FORMAT_LOST = 1 << 4; // Linux 6.0
  private static final long FREQUENCY = 1 << 10; // bit of the flag word

  /** inherit and inherit_thread: not by processes that the task forks. */
  private static final long THREADS = 1 << 1 | 1L << 35;

  private static final int CLOEXEC = 8; // PERF_FLAG_FD_CLOEXEC

  private static final int IOC_ENABLE = 0x2400;
  private static final int IOC_DISABLE = 0x2401;
  private static final int IOC_SET_BPF = 0x40042408;

  private final Fd fd;
  private final boolean countsLost;

  private PerfEvent(Fd fd, boolean countsLost) {
    this.fd = fd;
    this.countsLost = countsLost;
  }

  /**
   * Opens an event, disabled until {@link #enable} or until a link attaches to it.
   *
   * @param pid process, or {@link #ALL_PROCESSES}
   * @param cpu number, or {@link #ALL_CPUS}; one of the two must name something
   * @throws UnsupportedOperationException where the kernel has no uprobes or no kprobes
   * @throws SystemCallException ENOENT, EOPNOTSUPP where the processor has no such counter; ESRCH
   *     for a process that has gone
   */
  public static PerfEvent open(PerfEventAttributes event, int pid, int cpu) {
    int kprobeOrUprobe = switch (event.source()) { // read before the thread's attributes are taken
          case PerfEventSource.Uprobe _ -> dynamicType("uprobe");
          case PerfEventSource.Kprobe _ -> dynamicType("kprobe");
          default -> 0;
        };
    try (Arena arena = Arena.ofConfined()) {
      Attributes attributes =
          Native.attributes()
              .u32(4, ATTR_BYTES)
              .u64(16, event.sample())
              .u64(24, event.raw() ? SAMPLE_RAW : 0)
              .u64(40, flags(event))
              .u32(48, event.wakeUpEvents());
      source(attributes, event.source(), kprobeOrUprobe, arena);
      boolean countsLost = event.raw();
      attributes.u64(32, countsLost ? FORMAT_LOST : 0);
      long number = open(attributes, pid, cpu);
      if (number == -Errno.EINVAL && countsLost) {
        countsLost = false;
        number = open(attributes.u64(32, 0), pid, cpu);
      }
      if (number < 0) {
        throw SystemCallException.of(
            "perf_event_open",
            "%s, pid %d, cpu %d".formatted(event.source(), pid, cpu),
            number,
            Capability.PERFMON);
      }
      return new PerfEvent(new Fd(number), countsLost);
    }
  }

  private static long open(Attributes attributes, int pid, int cpu) {
    return Native.call(Syscall.PERF_EVENT_OPEN, attributes.address(), pid, cpu, -1, CLOEXEC, 0);
  }

  private static long flags(PerfEventAttributes event) {
    return 1 // disabled
        | (event.frequency() ? FREQUENCY : 0)
        | (event.inherited() ? THREADS : 0);
  }

  private static void source(
      Attributes attributes, PerfEventSource source, int dynamicType, Arena arena) {
    switch (source) {
      case PerfEventSource.Tracepoint(long id) -> attributes.u32(0, TYPE_TRACEPOINT).u64(8, id);
      case PerfEventSource.Software(long event) -> attributes.u32(0, TYPE_SOFTWARE).u64(8, event);
      case PerfEventSource.Hardware(long event) -> attributes.u32(0, TYPE_HARDWARE).u64(8, event);
      case PerfEventSource.HardwareCache(long event) ->
          attributes.u32(0, TYPE_HARDWARE_CACHE).u64(8, event);
      case PerfEventSource.Breakpoint(long address, int kind, int length) ->
          attributes.u32(0, TYPE_BREAKPOINT).u32(52, kind).u64(56, address).u64(64, length);
      // The format files of the uprobe PMU: retprobe is config:0, ref_ctr_offset config:32-63.
      case PerfEventSource.Uprobe(String path, long offset, long refCounter, boolean onReturn) ->
          attributes
              .u32(0, dynamicType)
              .u64(8, refCounter << 32 | (onReturn ? 1 : 0))
              .pointer(56, arena.allocateFrom(path))
              .u64(64, offset);
      case PerfEventSource.Kprobe(String function, long offset, boolean onReturn) ->
          attributes
              .u32(0, dynamicType)
              .u64(8, onReturn ? 1 : 0)
              .pointer(56, function.isEmpty() ? MemorySegment.NULL : arena.allocateFrom(function))
              .u64(64, offset);
    }
  }

  /** Numbers that the kernel gave its event sources when it started; -1 for those it lacks. */
  private static final class DynamicTypes {
    private static final int KPROBE = read("kprobe");
    private static final int UPROBE = read("uprobe");

    private static Path file(String pmu) {
      return Path.of("/sys/bus/event_source/devices", pmu, "type");
    }

    private static int read(String pmu) {
      try {
        return Integer.parseInt(Files.readString(file(pmu)).strip());
      } catch (IOException absent) {
        return -1;
      }
    }
  }

  private static int dynamicType(String pmu) {
    int type = pmu.equals("kprobe") ? DynamicTypes.KPROBE : DynamicTypes.UPROBE;
    if (type < 0) {
      throw new UnsupportedOperationException(
          "this kernel has no " + pmu + "s: " + DynamicTypes.file(pmu) + " is not there");
    }
    return type;
  }

  public Fd fd() {
    return fd;
  }

  /** Starts the event. */
  public void enable() {
    control(IOC_ENABLE, 0, "enable");
  }

  /** Stops the event. */
  public void disable() {
    control(IOC_DISABLE, 0, "disable");
  }

  /** Attaches a program for the event's life; {@link BpfLink#perfEvent} where the kernel has it. */
  public void attach(Fd program) {
    control(IOC_SET_BPF, program.number(), "set BPF program");
  }

  private void control(int request, long argument, String word) {
    long result = Native.call(Syscall.IOCTL, fd.number(), request, argument);
    if (result < 0) {
      throw SystemCallException.of("ioctl", fd + ", " + word, result, Capability.PERFMON);
    }
  }

  /**
   * How many samples found no room in the mapped buffer; empty before Linux 6.0, which tells that
   * in the buffer only, and for events without raw data.
   */
  public OptionalLong lost() {
    if (!countsLost) {
      return OptionalLong.empty();
    }
    Attributes values = Native.attributes(); // the count and what is lost of it
    long result = Native.call(Syscall.READ, fd.number(), values.address(), 2 * Long.BYTES);
    if (result < 0) {
      throw SystemCallException.of("read", fd.toString(), result);
    }
    return OptionalLong.of(values.u64(Long.BYTES));
  }

  /** How often the event has happened. */
  public long count() {
    Attributes value = Native.attributes();
    long result = Native.call(Syscall.READ, fd.number(), value.address(), 8);
    if (result < 0) {
      throw SystemCallException.of("read", fd + ", perf event", result);
    }
    return value.u64(0);
  }

  @Override
  public void close() {
    fd.close();
  }
}
