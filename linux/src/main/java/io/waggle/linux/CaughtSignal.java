package io.waggle.linux;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/** A signal sent to this process, caught as events of a descriptor until this is closed. */
public final class CaughtSignal implements AutoCloseable {
  private final EventFd events = new EventFd();
  private final Signal signal;
  private final SignalHandler old;

  /**
   * Starts catching.
   *
   * @param name without SIG, such as {@code USR1}
   * @throws IllegalArgumentException if there is none or the JVM needs it itself
   */
  public CaughtSignal(String name) {
    signal = new Signal(name);
    old = Signal.handle(signal, _ -> events.signal());
  }

  /** Readable while signals wait. */
  public Fd fd() {
    return events.fd();
  }

  /** How many have come since asked last. */
  public long drain() {
    return events.drain();
  }

  /** Restores what the signal did before. */
  @Override
  public void close() {
    Signal.handle(signal, old);
    events.close();
  }
}
