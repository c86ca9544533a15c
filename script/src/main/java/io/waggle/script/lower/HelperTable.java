package io.waggle.script.lower;

import io.waggle.compiler.Effect;
import io.waggle.compiler.HelperSignature;
import io.waggle.compiler.Type;

/**
 * The kernel's helpers that scripts call, with their numbers (enum bpf_func_id,
 * include/uapi/linux/bpf.h) and what the compiler may assume of them.
 */
final class HelperTable {
  private HelperTable() {}

  static final HelperSignature MAP_LOOKUP =
      new HelperSignature(1, "map_lookup_elem", Effect.READS, Type.POINTER);
  static final HelperSignature MAP_UPDATE =
      new HelperSignature(2, "map_update_elem", Effect.WRITES, Type.INT);
  static final HelperSignature MAP_DELETE =
      new HelperSignature(3, "map_delete_elem", Effect.WRITES, Type.INT);
  static final HelperSignature MAP_LOOKUP_PERCPU =
      new HelperSignature(195, "map_lookup_percpu_elem", Effect.READS, Type.POINTER);
  static final HelperSignature FOR_EACH_MAP_ELEM =
      new HelperSignature(164, "for_each_map_elem", Effect.WRITES, Type.INT);
  static final HelperSignature LOOP = new HelperSignature(181, "loop", Effect.WRITES, Type.INT);

  /** CLOCK_MONOTONIC. */
  static final HelperSignature KTIME =
      new HelperSignature(5, "ktime_get_ns", Effect.READS, Type.INT);

  /** CLOCK_BOOTTIME. */
  static final HelperSignature KTIME_BOOT =
      new HelperSignature(125, "ktime_get_boot_ns", Effect.READS, Type.INT);

  /** CLOCK_TAI; from 6.1. */
  static final HelperSignature KTIME_TAI =
      new HelperSignature(208, "ktime_get_tai_ns", Effect.READS, Type.INT);

  static final HelperSignature RANDOM =
      new HelperSignature(7, "get_prandom_u32", Effect.READS, Type.INT);

  /** A program stays on its CPU while it runs (migrate_disable), so the number cannot change. */
  static final HelperSignature CPU =
      new HelperSignature(8, "get_smp_processor_id", Effect.PURE, Type.INT);

  /** Process id (tgid) in the high half, thread id in the low half. */
  static final HelperSignature PID_TGID =
      new HelperSignature(14, "get_current_pid_tgid", Effect.PURE, Type.INT);

  /** Group id in the high half, user id in the low half. */
  static final HelperSignature UID_GID =
      new HelperSignature(15, "get_current_uid_gid", Effect.PURE, Type.INT);

  /**
   * Fills up to 16 bytes. What follows the NUL is zero only in newer kernels (kernel/bpf/helpers.c
   * took strscpy_pad after 6.1).
   */
  static final HelperSignature COMM =
      new HelperSignature(16, "get_current_comm", Effect.WRITES, Type.INT);

  /** A plain number to the verifier: only probe_read_kernel may follow it. */
  static final HelperSignature TASK =
      new HelperSignature(35, "get_current_task", Effect.PURE, Type.INT);

  static final HelperSignature CGROUP =
      new HelperSignature(80, "get_current_cgroup_id", Effect.PURE, Type.INT);
  static final HelperSignature ATTACH_COOKIE =
      new HelperSignature(174, "get_attach_cookie", Effect.PURE, Type.INT);

  /**
   * Reads of foreign memory: destination, size, address. A read that faults fills the whole
   * destination with zeros and gives a negative number (kernel/trace/bpf_trace.c).
   */
  static final HelperSignature READ_USER =
      new HelperSignature(112, "probe_read_user", Effect.WRITES, Type.INT);

  static final HelperSignature READ_KERNEL =
      new HelperSignature(113, "probe_read_kernel", Effect.WRITES, Type.INT);

  /**
   * Reads user memory where the address is one of it, else the kernel's; on machines where the two
   * do not overlap, as on x86 and arm64.
   */
  static final HelperSignature READ_EITHER =
      new HelperSignature(4, "probe_read", Effect.WRITES, Type.INT);

  /** Gives the length, NUL included. */
  static final HelperSignature READ_USER_STR =
      new HelperSignature(114, "probe_read_user_str", Effect.WRITES, Type.INT);

  static final HelperSignature READ_KERNEL_STR =
      new HelperSignature(115, "probe_read_kernel_str", Effect.WRITES, Type.INT);

  static final HelperSignature RINGBUF_RESERVE =
      new HelperSignature(131, "ringbuf_reserve", Effect.WRITES, Type.POINTER);
  static final HelperSignature RINGBUF_SUBMIT =
      new HelperSignature(132, "ringbuf_submit", Effect.WRITES, Type.VOID);
  static final HelperSignature RINGBUF_QUERY =
      new HelperSignature(134, "ringbuf_query", Effect.READS, Type.INT);

  /** Number of the NUMA node. */
  static final HelperSignature NUMA_NODE =
      new HelperSignature(42, "get_numa_node_id", Effect.PURE, Type.INT);

  static final HelperSignature JIFFIES =
      new HelperSignature(118, "jiffies64", Effect.READS, Type.INT);

  /**
   * Fills a buffer with the frames of a stack and zeroes the rest of it; gives the bytes that the
   * frames take or a negative error (kernel/bpf/stackmap.c).
   */
  static final HelperSignature STACK =
      new HelperSignature(67, "get_stack", Effect.WRITES, Type.INT);

  static final HelperSignature SIGNAL =
      new HelperSignature(109, "send_signal", Effect.WRITES, Type.INT);
  static final HelperSignature SIGNAL_THREAD =
      new HelperSignature(117, "send_signal_thread", Effect.WRITES, Type.INT);
  static final HelperSignature OVERRIDE =
      new HelperSignature(58, "override_return", Effect.WRITES, Type.INT);
  static final HelperSignature WRITE_USER =
      new HelperSignature(36, "probe_write_user", Effect.WRITES, Type.INT);

  /** Process and thread id as a process namespace counts them: device, inode, struct, size. */
  static final HelperSignature NAMESPACE_PID_TGID =
      new HelperSignature(120, "get_ns_current_pid_tgid", Effect.WRITES, Type.INT);

  /** Format, its size, arguments as words, their size; from 5.16. */
  static final HelperSignature TRACE_PRINT =
      new HelperSignature(177, "trace_vprintk", Effect.WRITES, Type.INT);

  /** The current task with its type; from 5.11. */
  static final HelperSignature TASK_POINTER =
      new HelperSignature(158, "get_current_task_btf", Effect.PURE, Type.INT);

  /** Of a pointer to a socket that the verifier knows. */
  static final HelperSignature SOCKET_COOKIE =
      new HelperSignature(46, "get_socket_cookie", Effect.WRITES, Type.INT);

  /** Of a pointer to a {@code struct path} that the verifier knows, in functions it allows. */
  static final HelperSignature PATH = new HelperSignature(147, "d_path", Effect.WRITES, Type.INT);
}
