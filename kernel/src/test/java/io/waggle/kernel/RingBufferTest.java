package io.waggle.kernel;

import static io.waggle.bpf.Register.R1;
import static io.waggle.bpf.Register.R6;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.Epoll;
import io.waggle.testing.RequiresBpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@RequiresBpf
class RingBufferTest {
  private static final ProgramSpec SEND =
      Code.program(
          "send",
          ProgramType.RAW_TRACEPOINT,
          new Code().load(R6, R1, 0).store(-8, R6).send(8).exit());

  private static BpfObject sender(int ringBytes) {
    return Code.object(SEND, new MapSpec("events", MapType.RINGBUF, 0, 0, ringBytes));
  }

  /** Sends 0, 1, 2, … and counts what the full ring refused. */
  private static Thread producer(LoadedObject object, int events, AtomicInteger refused) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try (Arena arena = Arena.ofConfined()) {
                MemorySegment argument = arena.allocate(8, 8);
                TestRun run = TestRun.ONCE.withContext(argument);
                for (int i = 0; i < events; i++) {
                  argument.set(JAVA_LONG, 0, i);
                  if (run.run(object.program("send")).returned() != 0) {
                    refused.incrementAndGet();
                  }
                }
              }
            });
  }

  @Test
  void whileSendingGoesOnSentIsReceivedAndRefused() throws Exception {
    int events = 50_000;
    try (Kernel kernel = Kernel.host();
        LoadedObject object = kernel.load(sender(4096));
        RingBuffer ring = object.ringBuffer("events");
        Epoll epoll = new Epoll()) {
      epoll.add(ring.fd(), 0);
      AtomicInteger refused = new AtomicInteger();
      Thread producer = producer(object, events, refused);
      long[] newest = {-1};
      int received = 0;
      while (producer.isAlive() || ring.pending() > 0) {
        epoll.await(1);
        received +=
            ring.consume(
                (memory, offset, _) -> {
                  long number = memory.get(JAVA_LONG, offset);
                  assertThat(number).isGreaterThan(newest[0]);
                  newest[0] = number;
                },
                64);
      }
      producer.join();
      assertThat(received + refused.get()).isEqualTo(events);
    }
  }

  @Test
  void aRecordWakesAWaitingReader() throws Exception {
    try (Kernel kernel = Kernel.host();
        LoadedObject object = kernel.load(sender(4096));
        RingBuffer ring = object.ringBuffer("events");
        Epoll epoll = new Epoll()) {
      epoll.add(ring.fd(), 3);
      Thread producer = producer(object, 1, new AtomicInteger());
      assertThat(epoll.await(-1)).isEqualTo(1);
      assertThat(epoll.token(0)).isEqualTo(3);
      assertThat(ring.consume((_, _, _) -> {}, 10)).isEqualTo(1);
      producer.join();
    }
  }

  @Test
  void aRecordThatTheSinkThrowsAtIsConsumed() throws Exception {
    try (Kernel kernel = Kernel.host();
        LoadedObject object = kernel.load(sender(4096));
        RingBuffer ring = object.ringBuffer("events")) {
      producer(object, 2, new AtomicInteger()).join();
      RecordSink throwing =
          (_, _, _) -> {
            throw new IllegalStateException("the sink's");
          };
      assertThatThrownBy(() -> ring.consume(throwing, 10)).hasMessage("the sink's");
      assertThat(ring.consume((_, _, _) -> {}, 10)).isEqualTo(1);
      assertThat(ring.pending()).isZero();
    }
  }
}
