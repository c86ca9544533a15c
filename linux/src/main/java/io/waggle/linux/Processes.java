package io.waggle.linux;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** Processes by number: signals, existence, who we are. */
public final class Processes {
  public static final int SIGINT = 2;
  public static final int SIGKILL = 9;
  public static final int SIGTERM = 15;
  public static final int SIGCONT = 18;
  public static final int SIGSTOP = 19;

  private Processes() {}

  /** The effective user's number; 0 is root. */
  public static int effectiveUser() {
    return (int) Native.call(Syscall.GETEUID, 0);
  }

  /** The calling thread's number. */
  public static int currentThread() {
    return (int) Native.call(Syscall.GETTID, 0);
  }

  /**
   * Sends a signal; false when there is no such process.
   *
   * @throws PermissionDeniedException when the process is another user's
   */
  public static boolean signal(int pid, int signal) {
    if (pid <= 0) {
      throw new IllegalArgumentException("not a process: " + pid);
    }
    long result = Native.call(Syscall.KILL, pid, signal);
    if (result < 0 && result != -Errno.ESRCH) {
      throw SystemCallException.of(
          "kill", "pid " + pid + ", signal " + signal, result, Capability.KILL);
    }
    return result == 0;
  }

  /** Whether there is such a process, of any user; a zombie counts. */
  public static boolean exists(int pid) {
    long result = Native.call(Syscall.KILL, pid, 0);
    return result == 0 || result == -Errno.EPERM;
  }

  /** The threads of a process by number, its first among them; only that if it has gone. */
  public static List<Integer> threads(int pid) {
    String[] names = new File("/proc/" + pid + "/task").list();
    if (names == null) {
      return List.of(pid);
    }
    List<Integer> threads = new ArrayList<>(names.length);
    for (String name : names) {
      threads.add(Integer.parseInt(name));
    }
    return threads;
  }

  /**
   * A descriptor that becomes readable when the process ends (Linux 5.3).
   *
   * @throws SystemCallException ESRCH when there is no such process
   */
  public static Fd open(int pid) {
    long fd = Native.call(Syscall.PIDFD_OPEN, pid, 0);
    if (fd < 0) {
      throw SystemCallException.of("pidfd_open", "pid " + pid, fd);
    }
    return new Fd(fd);
  }
}
