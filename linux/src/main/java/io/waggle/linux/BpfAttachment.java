package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Attaching without a link: the place itself holds the program, until it is detached or the place
 * goes, whether or not this process lives.
 */
public final class BpfAttachment {
  /** A cgroup below may attach a program of its own, which then runs in place of this one. */
  public static final int ALLOW_OVERRIDE = 1;

  /** Programs of a cgroup and of those above it all run. */
  public static final int ALLOW_MULTI = 1 << 1;

  /** The program takes the place of another. */
  public static final int REPLACE = 1 << 2;

  public static final int BEFORE = 1 << 3;
  public static final int AFTER = 1 << 4;

  /** What an order is relative to is given by number, not by descriptor. */
  public static final int ID = 1 << 5;

  /** What an order is relative to is a link, not a program. */
  public static final int LINK = 1 << 13;

  private static final int ATTACH_BYTES = 32; // up to and with expected_revision
  private static final int QUERY_BYTES = 64; // up to and with revision
  private static final int MOST = 64; // BPF_MPROG_MAX and BPF_CGROUP_MAX_PROGS
  private static final int EFFECTIVE = 1; // BPF_F_QUERY_EFFECTIVE

  private BpfAttachment() {}

  /**
   * Attaches a program.
   *
   * @param target an interface's index or the descriptor of a cgroup, map, …
   * @param flags sum of the constants here
   * @param replaced number of the descriptor of the program to replace, with {@link #REPLACE}
   */
  public static void attach(Fd program, int target, int attachType, int flags, int replaced) {
    attach(program, target, attachType, flags, replaced, 0, 0);
  }

  /**
   * Attaches a program among others, where the kernel keeps them in order.
   *
   * @param relative the number of a program or link to stand beside, 0 for none
   * @param revision the hook's revision that must not have changed, 0 for any
   */
  public static void attach(
      Fd program,
      int target,
      int attachType,
      int flags,
      int replaced,
      int relative,
      long revision) {
    Attributes attributes =
        Native.attributes()
            .u32(0, target)
            .u32(4, program.number())
            .u32(8, attachType)
            .u32(12, flags)
            .u32(16, replaced)
            .u32(20, relative)
            .u64(24, revision);
    check(
        Bpf.call(Bpf.PROG_ATTACH, attributes, ATTACH_BYTES), "BPF_PROG_ATTACH", target, attachType);
  }

  /** Detaches that program. */
  public static void detach(Fd program, int target, int attachType) {
    Attributes attributes =
        Native.attributes().u32(0, target).u32(4, program.number()).u32(8, attachType);
    check(
        Bpf.call(Bpf.PROG_DETACH, attributes, ATTACH_BYTES), "BPF_PROG_DETACH", target, attachType);
  }

  private static void check(long result, String command, int target, int attachType) {
    if (result < 0) {
      throw Bpf.failed(
          command + ", target " + target + ", attach type " + attachType,
          result,
          Capability.BPF,
          Capability.NET_ADMIN);
    }
  }

  /**
   * What is attached at a place, in the order in which it runs.
   *
   * @param programs numbers of the programs, whether attached with or without a link
   * @param revision changes with each change there; 0 where the kernel keeps none
   */
  public record Attached(List<Integer> programs, long revision) {
    public Attached {
      programs = List.copyOf(programs);
    }
  }

  /**
   * Asks what is attached at a place.
   *
   * @param effective for a cgroup: also what is attached above it and runs for it
   */
  public static Attached query(int target, int attachType, boolean effective) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ids = arena.allocate(JAVA_INT, MOST);
      Attributes attributes =
          Native.attributes()
              .u32(0, target)
              .u32(4, attachType)
              .u32(8, effective ? EFFECTIVE : 0)
              .pointer(16, ids)
              .u32(24, MOST);
      check(
          Bpf.call(Bpf.PROG_QUERY, attributes, QUERY_BYTES), "BPF_PROG_QUERY", target, attachType);
      List<Integer> programs = new ArrayList<>();
      for (int i = 0; i < Math.min(attributes.u32(24), MOST); i++) {
        programs.add(ids.getAtIndex(JAVA_INT, i));
      }
      return new Attached(programs, attributes.u64(56));
    }
  }
}
