package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AluOp;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.Instruction.Alu;
import io.waggle.bpf.Instruction.Call;
import io.waggle.bpf.Instruction.Exit;
import io.waggle.bpf.Instruction.Load;
import io.waggle.bpf.Instruction.LoadWide;
import io.waggle.bpf.Instruction.Store;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Register;
import io.waggle.bpf.Size;
import io.waggle.bpf.SourceLine;
import io.waggle.bpf.WideSource;
import io.waggle.testing.RequiresBpf;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@RequiresBpf
class LoadedObjectTest {
  private static final int RINGBUF_OUTPUT = 130;

  /** A program that sends {@code value} through the ring buffer and returns what the helper did. */
  private static BpfObject sender(long value) {
    MapSpec events = new MapSpec("events", MapType.RINGBUF, 0, 0, 4096);
    List<Instruction> code =
        List.of(
            new LoadWide(Register.R6, value),
            new Store(Size.DOUBLE, Register.R10, -8, Register.R6),
            new LoadWide(Register.R1, new WideSource.Map("events")),
            new Alu(true, AluOp.MOV, Register.R2, Register.R10),
            new Alu(true, AluOp.ADD, Register.R2, new Immediate(-8)),
            new Alu(true, AluOp.MOV, Register.R3, new Immediate(8)),
            new Alu(true, AluOp.MOV, Register.R4, new Immediate(0)),
            Call.helper(RINGBUF_OUTPUT),
            Exit.EXIT);
    return new BpfObject(
        "GPL", List.of(events), List.of(new ProgramSpec("send", ProgramType.RAW_TRACEPOINT, code)));
  }

  @Test
  void runsAProgramAndReadsItsEvents() {
    List<Long> seen = new ArrayList<>();
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(sender(0x1122334455667788L));
        RingBuffer ring = loaded.ringBuffer("events")) {
      for (int i = 0; i < 3; i++) {
        assertThat(loaded.program("send").runOnce()).isZero();
      }
      assertThat(ring.pending()).isEqualTo(3 * 16);
      int count =
          ring.consume(
              (memory, offset, length) -> {
                assertThat(length).isEqualTo(8);
                seen.add(memory.get(ValueLayout.JAVA_LONG, offset));
              },
              2);
      assertThat(count).isEqualTo(2);
      ring.consume((memory, offset, length) -> seen.add(0L), 10);
      assertThat(seen).containsExactly(0x1122334455667788L, 0x1122334455667788L, 0L);
      assertThat(ring.pending()).isZero();
    }
  }

  @Test
  void sentIsReceivedOrRefused() {
    try (Kernel kernel = Kernel.host();
        LoadedObject loaded = kernel.load(sender(7));
        RingBuffer ring = loaded.ringBuffer("events")) {
      int refused = 0;
      int received = 0;
      for (int i = 0; i < 10_000; i++) {
        refused += loaded.program("send").runOnce() == 0 ? 0 : 1;
        if (i % 1000 == 0) {
          received += ring.consume((memory, offset, length) -> {}, Integer.MAX_VALUE);
        }
      }
      received += ring.consume((memory, offset, length) -> {}, Integer.MAX_VALUE);
      assertThat(refused).isPositive();
      assertThat(received + refused).isEqualTo(10_000);
    }
  }

  @Test
  void aRejectedProgramNamesReasonAndLine() {
    List<Instruction> code =
        List.of(
            new Alu(true, AluOp.MOV, Register.R0, new Immediate(0)),
            new Load(Size.DOUBLE, false, Register.R0, Register.R0, 0),
            Exit.EXIT);
    ProgramSpec program =
        new ProgramSpec(
            "wrong",
            ProgramType.RAW_TRACEPOINT,
            Optional.empty(),
            "",
            0,
            code,
            List.of(
                new SourceLine(0, "stdin", 1, 1, "$x = 0;"),
                new SourceLine(1, "stdin", 2, 5, "$y = *$x;")));
    try (Kernel kernel = Kernel.host()) {
      assertThatThrownBy(() -> kernel.load(new BpfObject("GPL", List.of(), List.of(program))))
          .isInstanceOf(VerifierException.class)
          .hasMessageContaining("'wrong'")
          .hasMessageContaining("R0 invalid mem access")
          .hasMessageContaining("instruction 1, stdin:2:5")
          .hasMessageContaining("$y = *$x;");
    }
  }
}
