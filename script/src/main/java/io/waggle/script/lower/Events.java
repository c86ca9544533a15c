package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.Op;
import io.waggle.compiler.Type;
import io.waggle.compiler.Value;
import io.waggle.compiler.Variable;
import io.waggle.script.plan.Plan;

/**
 * Sending events: room is reserved in the ring buffer, filled in place and submitted.
 *
 * <p>The reader polls at least every 50 ms, so most events wake nobody (BPF_RB_NO_WAKEUP). To keep
 * a busy probe from filling the ring meanwhile, the event that carries the writer over each eighth
 * of the ring wakes the reader: eight times a turn, however many events that is.
 */
final class Events {

  /** Flags and query of enum in include/uapi/linux/bpf.h. */
  private static final long NO_WAKEUP = 1;

  private static final long FORCE_WAKEUP = 2;
  private static final long PRODUCER_POSITION = 3;

  /** A record's header in the ring (struct bpf_ringbuf_hdr). */
  private static final int HEADER = 8;

  private final Code code;
  private final int ringBytes;
  private final int lostCounter;

  Events(Code code, int ringBytes, int lostCounter) {
    this.code = code;
    this.ringBytes = ringBytes;
    this.lostCounter = lostCounter;
  }

  /**
   * Reserves an event of {@code size} bytes and stores its action; goes to {@code lost}, with the
   * loss counted, when the ring is full. Until it is submitted the program must not leave.
   */
  Place reserve(int size, int action, Block lost) {
    Block full = code.block("full");
    Block reserved = code.block("reserved");
    Value record =
        code.call(
            HelperTable.RINGBUF_RESERVE, code.map(Plan.EVENTS), code.number(size), code.number(0));
    code.branch(JumpOp.NE, record, code.number(0), reserved, full);
    code.start(full);
    code.bump(lostCounter);
    code.jump(lost);
    code.start(reserved);
    Place event = new Place(record);
    code.store(event, 8, code.number(action));
    return event;
  }

  /** Sends an event that may wait for the next poll. */
  void submit(Place event, int size) {
    Value position =
        code.call(HelperTable.RINGBUF_QUERY, code.map(Plan.EVENTS), code.number(PRODUCER_POSITION));
    Value intoEighth = code.binary(Op.AND, position, code.number(ringBytes / 8 - 1));
    // Another CPU may have moved the position on since: twice the record's room catches most.
    int reach = Math.min(2 * (size + HEADER), ringBytes / 8);
    Variable flags = code.variable("flags", Type.INT);
    Block wake = code.block("wake");
    Block send = code.block("send");
    code.write(flags, code.number(NO_WAKEUP));
    code.branch(JumpOp.LT, intoEighth, code.number(reach), wake, send);
    code.start(wake);
    code.write(flags, code.number(FORCE_WAKEUP));
    code.jump(send);
    code.start(send);
    code.call(HelperTable.RINGBUF_SUBMIT, event.base(), code.read(flags));
  }

  /** Sends an event that is to be seen now. */
  void submitNow(Place event) {
    code.call(HelperTable.RINGBUF_SUBMIT, event.base(), code.number(FORCE_WAKEUP));
  }
}
