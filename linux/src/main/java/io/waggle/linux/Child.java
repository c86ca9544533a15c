package io.waggle.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process started and held before its program's first instruction, so that probes can be attached
 * to it by its number. Its standard streams, environment and folder are ours.
 *
 * <p>A shell stops itself, is seized by ptrace and runs to its call of execve, where it is held:
 * nothing of the shell's own work is traced after that. Where ptrace is refused the shell is held
 * at its stop, and what it does on its way to execve is seen by probes.
 *
 * <p>While held, the child dies with us. Released, it is ended by {@link #close} with SIGTERM, and
 * on x86-64 by the same signal when the thread that started it ends, be it that we are killed (not
 * where ptrace was refused). A held child is released by the thread that started it.
 */
public final class Child implements AutoCloseable {
  private static final String HOLD = "kill -STOP $$; exec \"$@\"";
  private static final int NO_HANG = 1; // WNOHANG
  private static final int STOPPED = 2; // WUNTRACED
  private static final int GRACE_MILLIS = 200;

  /**
   * How a process ended.
   *
   * @param code what it passed to exit, 0 when a signal ended it
   * @param signal the signal that ended it, or 0
   */
  public record Exit(int code, int signal) {
    static Exit of(int status) {
      return new Exit(status >> 8 & 0xff, status & 0x7f);
    }

    /** As shells put it: the exit code, or 128 plus the signal. */
    public int status() {
      return signal == 0 ? code : 128 + signal;
    }
  }

  private enum Hold {
    BY_PTRACE,
    BY_STOP,
    NONE
  }

  private final int pid;
  private final Fd end;
  private final Thread starter = Thread.currentThread();
  private Hold hold;
  private Optional<Exit> exit = Optional.empty();

  private Child(int pid, Hold hold) {
    this.pid = pid;
    this.hold = hold;
    this.end = Processes.open(pid);
  }

  /**
   * Starts a command and holds it.
   *
   * @param command program, looked up in PATH, and arguments
   * @throws CommandNotFoundException when the program is not there or not executable
   */
  public static Child hold(List<String> command) {
    String program = CommandLine.find(command.getFirst()).toString();
    List<String> arguments = new ArrayList<>(List.of("sh", "-c", HOLD, "sh", program));
    arguments.addAll(command.subList(1, command.size()));
    int pid = Spawn.start("/bin/sh", arguments);
    int status = awaitChange(pid, STOPPED);
    if ((status & 0xff) != 0x7f) {
      throw new IllegalStateException(
          "the shell that should start %s ended: %s".formatted(program, Exit.of(status)));
    }
    if (!Ptrace.seize(pid)) {
      return new Child(pid, Hold.BY_STOP);
    }
    Processes.signal(pid, Processes.SIGCONT);
    if (!Ptrace.runToExecve(pid) || !Ptrace.signalAtOurDeath(pid, Processes.SIGTERM)) {
      Processes.signal(pid, Processes.SIGKILL);
      throw new IllegalStateException("the shell that should start " + program + " did not");
    }
    return new Child(pid, Hold.BY_PTRACE);
  }

  /** Waits for a child to end, or with flags to stop; answers the status of wait(2). */
  static int awaitChange(int pid, int flags) {
    while (true) {
      Attributes status = Native.attributes();
      long result = Native.call(Syscall.WAIT4, pid, status.address(), flags, 0);
      if (result == pid) {
        return status.u32(0);
      }
      if (result != -Errno.EINTR) {
        throw SystemCallException.of("wait4", "pid " + pid, result);
      }
    }
  }

  public int pid() {
    return pid;
  }

  /** Becomes readable when the process has ended; remains this object's. */
  public Fd end() {
    return end;
  }

  /**
   * Lets the program begin; again does nothing.
   *
   * @throws WrongThreadException from another thread than the one that started it
   */
  public void release() {
    if (hold != Hold.NONE && Thread.currentThread() != starter) {
      throw new WrongThreadException("a held child is released by the thread that started it");
    }
    switch (hold) {
      case BY_PTRACE -> Ptrace.detach(pid);
      case BY_STOP -> Processes.signal(pid, Processes.SIGCONT);
      case NONE -> {}
    }
    hold = Hold.NONE;
  }

  /** How it ended; empty while it runs. */
  public synchronized Optional<Exit> exit() {
    if (exit.isEmpty()) {
      Attributes status = Native.attributes();
      long result = Native.call(Syscall.WAIT4, pid, status.address(), NO_HANG, 0);
      if (result == pid && (status.u32(0) & 0xff) != 0x7f) {
        exit = Optional.of(Exit.of(status.u32(0)));
      }
    }
    return exit;
  }

  /** Waits for it to end. */
  public synchronized Exit await() {
    if (exit().isEmpty()) {
      exit = Optional.of(Exit.of(awaitChange(pid, 0)));
    }
    return exit.get();
  }

  /** Ends the process if it runs, by SIGTERM (SIGKILL while held), and forgets it. */
  @Override
  public void close() {
    if (exit().isEmpty()) {
      Processes.signal(pid, hold == Hold.NONE ? Processes.SIGTERM : Processes.SIGKILL);
      try (Epoll epoll = new Epoll()) {
        epoll.add(end, 0);
        epoll.await(GRACE_MILLIS);
      }
      exit();
    }
    end.close();
  }
}
