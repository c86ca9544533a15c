package io.waggle.kernel;

import static io.waggle.bpf.Register.R1;
import static io.waggle.bpf.Register.R10;
import static io.waggle.bpf.Register.R2;
import static io.waggle.bpf.Register.R3;
import static io.waggle.bpf.Register.R4;
import static io.waggle.bpf.Register.R5;
import static io.waggle.bpf.Register.R6;
import static io.waggle.bpf.Register.R7;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.Cpus;
import io.waggle.linux.Epoll;
import io.waggle.linux.KernelVersion;
import io.waggle.testing.RequiresBpf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@RequiresBpf
class PerfBufferTest {
  private static final long CURRENT_CPU = 0xffff_ffffL; // BPF_F_CURRENT_CPU
  private static final int RECORD = 40;

  /** A program that sends its first argument, and returns what the helper did. */
  private static BpfObject sender() {
    Code code = new Code().move(R7, R1).load(R6, R1, 0);
    for (int offset = -8; offset >= -RECORD; offset -= 8) {
      code.store(offset, R6);
    }
    code.move(R1, R7)
        .map(R2, "events")
        .add(new Instruction.LoadWide(R3, CURRENT_CPU))
        .move(R4, R10)
        .plus(R4, -RECORD)
        .move(R5, RECORD)
        .call(Code.PERF_EVENT_OUTPUT);
    return Code.object(
        Code.program("send", ProgramType.RAW_TRACEPOINT, code.exit()),
        new MapSpec("events", MapType.PERF_EVENT_ARRAY, 4, 4, 0));
  }

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment argument = arena.allocate(8, 8);

  private int send(LoadedObject object, int cpu, long value) {
    argument.set(JAVA_LONG_UNALIGNED, 0, value);
    TestRun run = TestRun.ONCE.withContext(argument);
    return (cpu < 0 ? run : run.on(cpu)).run(object.program("send")).returned();
  }

  @Test
  void bringsTheRecordsOfEveryCpuAndWakes() {
    try (Kernel kernel = Kernel.host();
        LoadedObject object = kernel.load(sender());
        PerfBuffer buffer = object.perfBuffer("events", 4096);
        Epoll epoll = new Epoll()) {
      buffer.register(epoll, 7);
      assertThat(epoll.await(0)).isZero();
      List<Long> seen = new ArrayList<>();
      for (int cpu : Cpus.online()) {
        assertThat(send(object, cpu, 100 + cpu)).isZero();
      }
      assertThat(epoll.await(-1)).isPositive();
      assertThat(epoll.token(0)).isEqualTo(7);
      int count =
          buffer.consume(
              (memory, offset, length) -> {
                assertThat(length).isGreaterThanOrEqualTo(RECORD);
                seen.add(memory.get(JAVA_LONG_UNALIGNED, offset));
              },
              100);
      assertThat(count).isEqualTo(Cpus.online().length);
      for (int cpu : Cpus.online()) {
        assertThat(seen).contains(100L + cpu);
      }
    }
  }

  @Test
  void sentIsReceivedAndLost() {
    int cpu = Cpus.online()[0];
    try (Kernel kernel = Kernel.host();
        LoadedObject object = kernel.load(sender());
        PerfBuffer buffer = object.perfBuffer("events", 4096)) {
      long[] next = {0};
      long received = 0;
      long sent = 0;
      for (int round = 0; round < 10; round++) { // records wrap at different places
        for (int i = 0; i < 200; i++) {
          send(object, cpu, sent++);
        }
        received += buffer.consume((memory, offset, _) -> grows(next, memory, offset), 1000);
      }
      send(object, cpu, sent++); // with it the kernel tells what was lost before it
      received += buffer.consume((memory, offset, _) -> grows(next, memory, offset), 1000);
      assertThat(buffer.lost()).isPositive().isEqualTo(buffer.lost(cpu));
      assertThat(received + buffer.lost()).isEqualTo(sent);
      assertThat(buffer.lost(-1)).isZero();
    }
  }

  @Test
  void whatIsLostLastIsKnownAtOnce() {
    assumeThat(KernelVersion.running().atLeast(6, 0)).isTrue();
    int cpu = Cpus.online()[0];
    try (Kernel kernel = Kernel.host();
        LoadedObject object = kernel.load(sender());
        PerfBuffer buffer = object.perfBuffer("events", 4096)) {
      for (int i = 0; i < 1000; i++) {
        send(object, cpu, i);
      }
      long received = buffer.consume((_, _, _) -> {}, 1000);
      assertThat(received + buffer.lost()).isEqualTo(1000);
      assertThat(buffer.lost()).isPositive();
    }
  }

  private static void grows(long[] next, MemorySegment memory, long offset) {
    long value = memory.get(JAVA_LONG_UNALIGNED, offset);
    assertThat(value).isGreaterThanOrEqualTo(next[0]);
    assertThat(memory.get(JAVA_LONG_UNALIGNED, offset + RECORD - 8)).isEqualTo(value);
    next[0] = value + 1;
  }
}
