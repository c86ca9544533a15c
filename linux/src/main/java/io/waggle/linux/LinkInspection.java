package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Where open links attach their programs ({@code struct bpf_link_info}). */
public final class LinkInspection {
  private static final int BYTES = 72; // struct bpf_link_info, Linux 6.18
  private static final int LONGEST_NAME = 4096;
  private static final int MOST_PLACES = 1 << 16;
  private static final int RETURN = 1; // BPF_F_KPROBE_MULTI_RETURN and BPF_F_UPROBE_MULTI_RETURN

  private final Arena arena;
  private final Consumer<MemorySegment> ask;
  private final MemorySegment info;

  private LinkInspection(Arena arena, Consumer<MemorySegment> ask) {
    this.arena = arena;
    this.ask = ask;
    this.info = arena.allocate(BYTES, 8);
  }

  /**
   * Where an open link attaches.
   *
   * @throws SystemCallException if the kernel does not tell
   */
  public static LinkPlace place(Fd link) {
    try (Arena arena = Arena.ofConfined()) {
      return place(arena, info -> Bpf.describe(link, info));
    }
  }

  /**
   * As the kernel answers.
   *
   * @param ask fills a {@code bpf_link_info}, and the memory that it points to
   */
  static LinkPlace place(Arena arena, Consumer<MemorySegment> ask) {
    LinkInspection link = new LinkInspection(arena, ask);
    ask.accept(link.info);
    return link.place();
  }

  private LinkPlace place() {
    int type = u32(0); // enum bpf_link_type
    return switch (type) {
      case 1 -> new LinkPlace.RawTracepoint(text(16, 24));
      case 2 -> new LinkPlace.Typed(u32(16), u32(20), u32(24));
      case 3 -> new LinkPlace.ControlGroup(u64(16), u32(24));
      case 4 -> iterator();
      case 5 -> new LinkPlace.Namespace(u32(16), u32(20));
      case 6 -> new LinkPlace.Xdp(u32(16));
      case 7 -> perfEvent();
      case 8 -> kprobeMulti();
      case 9 -> new LinkPlace.StructOps(u32(16));
      case 10 -> new LinkPlace.Netfilter(u32(16), u32(20), u32(24), u32(28));
      case 11, 13 -> new LinkPlace.Ordered(u32(16), u32(20));
      case 12 -> uprobeMulti();
      case 14 -> new LinkPlace.SocketMap(u32(16), u32(20));
      default -> new LinkPlace.Other(type);
    };
  }

  private int u32(long offset) {
    return Bpf.u32(info, offset);
  }

  private long u64(long offset) {
    return Bpf.u64(info, offset);
  }

  /** Asks once more, with memory for the text whose pointer and length are at those offsets. */
  private String text(long pointer, long length) {
    MemorySegment text = arena.allocate(LONGEST_NAME);
    info.fill((byte) 0);
    info.set(JAVA_LONG, pointer, text.address());
    info.set(JAVA_INT, length, LONGEST_NAME);
    ask.accept(info);
    return text(text);
  }

  private static String text(MemorySegment text) {
    text.set(JAVA_BYTE, LONGEST_NAME - 1, (byte) 0);
    return text.getString(0, StandardCharsets.UTF_8);
  }

  /** The kernel fills what the target is about: a map, or at the same place tasks or groups. */
  private LinkPlace iterator() {
    String target = text(16, 24);
    return switch (target) {
      case "task", "task_file", "task_vma" ->
          new LinkPlace.Iterator(target, 0, u32(36), u32(32), 0);
      case "cgroup" -> new LinkPlace.Iterator(target, 0, 0, 0, u64(32));
      default -> new LinkPlace.Iterator(target, u32(28), 0, 0, 0);
    };
  }

  // enum bpf_perf_event_type, Linux 6.6; older kernels answer 0
  private LinkPlace perfEvent() {
    int type = u32(16);
    return switch (type) {
      case 1, 2 -> new LinkPlace.Uprobe(text(24, 32), offset(), type == 2);
      case 3, 4 -> new LinkPlace.Kprobe(text(24, 32), u32(36), u64(40), type == 4, u64(48));
      case 5 -> new LinkPlace.Tracepoint(text(24, 32));
      case 6 -> new LinkPlace.Event(u32(32), u64(24));
      default -> new LinkPlace.Other(7);
    };
  }

  private long offset() {
    return Integer.toUnsignedLong(u32(36));
  }

  private LinkPlace kprobeMulti() {
    int count = count(u32(24));
    if (count == 0) {
      return new LinkPlace.Other(8); // before Linux 6.6
    }
    int flags = u32(28);
    long missed = u64(32);
    MemorySegment addresses = arena.allocate(8L * count, 8);
    info.fill((byte) 0);
    info.set(JAVA_LONG, 16, addresses.address());
    info.set(JAVA_INT, 24, count);
    askForMost();
    return new LinkPlace.KprobeMulti(longs(addresses, count), (flags & RETURN) != 0, missed);
  }

  private LinkPlace uprobeMulti() {
    int count = count(u32(52));
    if (count == 0) {
      return new LinkPlace.Other(12); // before Linux 6.8
    }
    int flags = u32(56);
    int pid = u32(60);
    MemorySegment path = arena.allocate(LONGEST_NAME);
    MemorySegment offsets = arena.allocate(8L * count, 8);
    info.fill((byte) 0);
    info.set(JAVA_LONG, 16, path.address());
    info.set(JAVA_LONG, 24, offsets.address());
    info.set(JAVA_INT, 48, LONGEST_NAME);
    info.set(JAVA_INT, 52, count);
    askForMost();
    return new LinkPlace.UprobeMulti(text(path), longs(offsets, count), (flags & RETURN) != 0, pid);
  }

  private static int count(int answered) {
    return Integer.compareUnsigned(answered, MOST_PLACES) > 0 ? MOST_PLACES : answered;
  }

  /** The kernel fills the memory it is given, and says ENOSPC where that is not for all. */
  private void askForMost() {
    try {
      ask.accept(info);
    } catch (SystemCallException refused) {
      if (refused.errno() != Errno.ENOSPC) {
        throw refused;
      }
    }
  }

  private static List<Long> longs(MemorySegment memory, int count) {
    List<Long> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(Bpf.u64(memory, 8L * i));
    }
    return values;
  }
}
