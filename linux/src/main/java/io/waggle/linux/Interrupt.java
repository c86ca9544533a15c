package io.waggle.linux;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Turns SIGINT and SIGTERM into a wake-up of the main loop: the first one asks it to end, the
 * second ends the process at once.
 *
 * <p>This is {@code sun.misc.Signal} (module {@code jdk.unsupported}, kept by JEP 260): the JVM has
 * the signal thread running anyway. A signalfd would need the signals blocked in every thread,
 * those of the JVM too, which start before us; and a shutdown hook gets no second signal.
 */
public final class Interrupt implements SignalHandler, AutoCloseable {
  private final EventFd wake;
  private final Signal interrupt = new Signal("INT");
  private final Signal terminate = new Signal("TERM");
  private final SignalHandler oldInterrupt;
  private final SignalHandler oldTerminate;
  private volatile int caught;

  private Interrupt(EventFd wake) {
    this.wake = wake;
    oldInterrupt = Signal.handle(interrupt, this);
    oldTerminate = Signal.handle(terminate, this);
  }

  /**
   * Starts catching the signals.
   *
   * @param wake raised by the first signal; remains the caller's
   */
  public static Interrupt into(EventFd wake) {
    return new Interrupt(wake);
  }

  /** The number of the signal that was caught, 0 for none yet. */
  public int caught() {
    return caught;
  }

  /** Called by the JVM when a signal arrives. */
  @Override
  public synchronized void handle(Signal signal) {
    if (caught != 0) {
      Runtime.getRuntime().halt(128 + signal.getNumber());
    }
    caught = signal.getNumber();
    wake.signal();
  }

  /** Restores what the signals did before. */
  @Override
  public void close() {
    Signal.handle(interrupt, oldInterrupt);
    Signal.handle(terminate, oldTerminate);
  }
}
