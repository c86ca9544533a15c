package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

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

  private static final int GET_REGISTERS = 0x4204; // PTRACE_GETREGSET
  private static final int SET_REGISTERS = 0x4205; // PTRACE_SETREGSET
  private static final int NT_PRSTATUS = 1;
  private static final int SET_PARENT_DEATH_SIGNAL = 1; // PR_SET_PDEATHSIG

  // struct user_regs_struct of x86-64 (arch/x86/include/asm/user_64.h)
  private static final int REGISTER_BYTES = 216;
  private static final int RAX = 80;
  private static final int RSI = 104;
  private static final int RDI = 112;
  private static final int ORIG_RAX = 120;
  private static final int RIP = 128;

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

  /**
   * Makes a child that is held at the entry of execve call prctl(PR_SET_PDEATHSIG) first, so that
   * it gets a signal when the thread that started it ends, then holds it at execve again. The
   * setting outlives exec, except of programs that gain privileges. On x86-64 only; elsewhere does
   * nothing.
   *
   * @return false when the child was lost on the way
   */
  static boolean signalAtOurDeath(int pid, int signal) {
    if (Architecture.current() != Architecture.X86_64) {
      return true;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment registers = arena.allocate(REGISTER_BYTES, 8);
      MemorySegment vector = arena.allocate(16, 8); // struct iovec
      vector.set(JAVA_LONG, 0, registers.address());
      vector.set(JAVA_LONG, 8, REGISTER_BYTES);
      if (Native.call(Syscall.PTRACE, GET_REGISTERS, pid, NT_PRSTATUS, vector.address()) < 0) {
        return true;
      }
      MemorySegment execve = arena.allocate(REGISTER_BYTES, 8).copyFrom(registers);
      registers.set(JAVA_LONG, ORIG_RAX, Syscall.PRCTL.number());
      registers.set(JAVA_LONG, RDI, SET_PARENT_DEATH_SIGNAL);
      registers.set(JAVA_LONG, RSI, signal);
      if (Native.call(Syscall.PTRACE, SET_REGISTERS, pid, NT_PRSTATUS, vector.address()) < 0) {
        return true;
      }
      Native.call(Syscall.PTRACE, SYSCALL, pid, 0, 0);
      int status = Child.awaitChange(pid, ANY_CHILD); // at the exit of prctl
      if ((status >> 8 & 0xff) != SYSTEM_CALL_STOP) {
        return false;
      }
      // Back before the syscall instruction, which is two bytes, with its number and arguments.
      registers.copyFrom(execve);
      registers.set(JAVA_LONG, RAX, execve.get(JAVA_LONG, ORIG_RAX));
      registers.set(JAVA_LONG, RIP, execve.get(JAVA_LONG, RIP) - 2);
      if (Native.call(Syscall.PTRACE, SET_REGISTERS, pid, NT_PRSTATUS, vector.address()) < 0) {
        return false;
      }
      Native.call(Syscall.PTRACE, SYSCALL, pid, 0, 0);
      return runToExecve(pid);
    }
  }

  private static boolean entersExecve(int pid) {
    Attributes info = Native.attributes(); // struct ptrace_syscall_info
    long result = Native.call(Syscall.PTRACE, GET_SYSCALL_INFO, pid, INFO_BYTES, info.address());
    return result > 0 && (info.u32(0) & 0xff) == ENTRY && info.u64(24) == Syscall.EXECVE.number();
  }

  /** Lets go of a held child, which runs on as if it had never been traced. */
  static void detach(int pid) {
    Native.call(Syscall.PTRACE, DETACH, pid, 0, 0);
  }
}
