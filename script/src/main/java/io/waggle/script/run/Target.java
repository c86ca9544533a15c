package io.waggle.script.run;

import io.waggle.linux.Child;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.Processes;
import io.waggle.linux.SystemCallException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The process that is traced, if it is one: probes on user functions, timers and counters see it
 * alone, and tracing ends when it does.
 */
public sealed interface Target extends AutoCloseable {

  /** Every process. */
  static Target everything() {
    return new Everything();
  }

  /**
   * A running process ({@code -p}).
   *
   * @throws NoSuchProcessException if there is none of that number
   */
  static Target process(int pid) {
    try {
      return new Running(pid, Processes.open(pid));
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ESRCH) {
        throw new NoSuchProcessException(pid);
      }
      throw e;
    }
  }

  /**
   * A command ({@code -c}), started and held until {@link #release}.
   *
   * @param command program, looked up in PATH, and arguments
   * @throws io.waggle.linux.CommandNotFoundException if it is not there or not executable
   */
  static Target command(List<String> command) {
    return new Command(Child.hold(command));
  }

  /** Its number. */
  OptionalInt pid();

  /** Readable once it has ended. */
  Optional<Fd> end();

  /** Exit status of a command that has ended by itself, 128 plus the number where by a signal. */
  default OptionalInt status() {
    return OptionalInt.empty();
  }

  /** Lets a held command begin. */
  void release();

  /** Ends a command that still runs; a process that was running before is left alone. */
  @Override
  void close();

  /** See {@link Target#everything}. */
  record Everything() implements Target {
    @Override
    public OptionalInt pid() {
      return OptionalInt.empty();
    }

    @Override
    public Optional<Fd> end() {
      return Optional.empty();
    }

    @Override
    public void release() {}

    @Override
    public void close() {}
  }

  /** See {@link Target#process}. */
  record Running(int number, Fd handle) implements Target {
    @Override
    public OptionalInt pid() {
      return OptionalInt.of(number);
    }

    @Override
    public Optional<Fd> end() {
      return Optional.of(handle);
    }

    @Override
    public void release() {}

    @Override
    public void close() {
      handle.close();
    }
  }

  /** See {@link Target#command}. */
  record Command(Child child) implements Target {
    @Override
    public OptionalInt pid() {
      return OptionalInt.of(child.pid());
    }

    @Override
    public Optional<Fd> end() {
      return Optional.of(child.end());
    }

    @Override
    public OptionalInt status() {
      return child.exit().map(exit -> OptionalInt.of(exit.status())).orElse(OptionalInt.empty());
    }

    @Override
    public void release() {
      child.release();
    }

    @Override
    public void close() {
      child.close();
    }
  }
}
