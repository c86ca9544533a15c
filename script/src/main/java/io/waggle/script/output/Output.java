package io.waggle.script.output;

import io.waggle.formats.text.TimeFormat;
import io.waggle.script.plan.Counter;
import io.waggle.script.plan.SourcePlace;
import java.lang.foreign.MemorySegment;

/** What a running script says, piece by piece. Not thread-safe: one thread prints. */
public sealed interface Output permits TextOutput, JsonOutput {

  /** All probes are attached; {@code count} of them. */
  void attachedProbes(int count);

  /** {@code count} more events found no room. */
  void lostEvents(long count);

  /** {@code count} more updates of {@code map} were refused because it was full. */
  void mapFull(String map, long count);

  /** {@code count} more times something in the script could not be done as written. */
  void runtimeError(Counter.Warning warning, long count);

  /** {@code count} more calls of a helper failed. */
  void helperError(Counter.HelperError error, long count);

  /** {@code printf} of the event that starts at {@code start}. */
  void printf(PrintfFormat format, MemorySegment event, long start);

  /** {@code errorf} and {@code warnf}: {@code text}, said of a place in the script. */
  void message(boolean isError, SourcePlace where, String text);

  /** {@code cat}: what a file holds, or its beginning. */
  void cat(byte[] contents);

  /** {@code system}: what a command printed. */
  void system(byte[] printed);

  /** {@code print} of something that is no map. */
  void value(ValueFormat format, MemorySegment event, long start);

  /**
   * A map's entries.
   *
   * @param top how many, from the largest down; 0 for all
   * @param divisor what values are divided by
   */
  void map(MapSnapshot map, int top, long divisor);

  /** {@code time} at the moment {@code epochNanos}. */
  void time(TimeFormat format, long epochNanos);

  /**
   * {@code join}: strings of at most {@code slot} bytes each, put together.
   *
   * @param start where the first is
   */
  void join(String separator, MemorySegment event, long start, int count, int slot);

  /** The events are over; the maps follow. */
  void end();

  /** What values are called; the same that those that are written were compiled with. */
  Names names();

  /** Something the user should know that belongs to no probe. */
  void warning(String text);

  /** Something that was asked for and could not be done. */
  void error(String text);

  /** Nothing more is to be said for now: what waits is written if the buffer mode says so. */
  void pause();

  /** Writes everything now. */
  void flush();

  /** False once nobody reads any more. */
  boolean isOpen();
}
