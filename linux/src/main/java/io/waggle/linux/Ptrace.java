package io.waggle.linux;

/**
 * The few ptrace(2) requests that hold a process at a system call. All of them must come from one
 * thread: the kernel knows a tracer by thread.
 */
final class Ptrace {
  private static final int SYSCALL = 24;
  private static final int DETACH = 17;
  private static final int SEIZE = 0x4206;
  private static final int GET_SYSCALL_INFO = 0x420e; // Linux 5.3

  private static final int SYSTEM_CALLS_MARKED = 1; // PTRACE_O_TRACESYSGOOD
  private static final int KILL_WHEN_WE_DIE = 1 << 20; // PTRACE_O_EXITKILL
  private static final int SIGTRAP = 5;
  private static final int SYSTEM_CALL_STOP = SIGTRAP | 0x80;
  private static final int ANY_CHILD = 0x40000000; // __WALL
  private static final int ENTRY = 1; // PTRACE_SYSCALL_INFO_ENTRY
  private static final int INFO_BYTES = 88;

  private Ptrace() {}

  /**
   * Seizes a stopped child; false where that is not allowed (a container's seccomp profile, another
   * tracer, Yama).
   */
  static boolean seize(int pid) {
    long options = SYSTEM_CALLS_MARKED | KILL_WHEN_WE_DIE;
    return Native.call(Syscall.PTRACE, SEIZE, pid, 0, options) == 0;
  }

  /**
   * Lets a seized child run until it enters execve(2), and holds it there.
   *
   * @return false when it ended before, or the kernel cannot tell system calls
   */
  static boolean runToExecve(int pid) {
    while (true) {
      int status = Child.awaitChange(pid, ANY_CHILD);
      if ((status & 0xff) != 0x7f) {
        return false; // it ended
      }
      int signal = status >> 8 & 0xff;
      if (signal == SYSTEM_CALL_STOP && entersExecve(pid)) {
        return true;
      }
      boolean event = status >> 16 != 0;
      boolean deliver = !event && signal != SYSTEM_CALL_STOP && signal != Processes.SIGSTOP;
      if (Native.call(Syscall.PTRACE, SYSCALL, pid, 0, deliver ? signal : 0) < 0) {
        return false;
      }
    }
  }

  private static boolean entersExecve(int pid) {
    Attributes info = Native.attributes(); // struct ptrace_syscall_info
    long result =
        Native.call(Syscall.PTRACE, GET_SYSCALL_INFO, pid, INFO_BYTES, info.address());
    return result > 0
        && (info.u32(0) & 0xff) == ENTRY
        && info.u64(24) == Syscall.EXECVE.number();
  }

  /** Lets go of a held child, which runs on as if it had never been traced. */
  static void detach(int pid) {
    Native.call(Syscall.PTRACE, DETACH, pid, 0, 0);
  }
}
