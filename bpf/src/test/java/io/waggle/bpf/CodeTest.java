package io.waggle.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodeTest {
  @Provide
  Arbitrary<List<Instruction>> programs() {
    return Programs.programs();
  }

  @Property
  void decodingIsTheInverseOfEncoding(@ForAll("programs") List<Instruction> code) {
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      byte[] bytes = Encoder.encode(code, order).bytes();
      assertThat(Decoder.decode(bytes, order)).isEqualTo(code);
    }
  }

  @Property
  void assemblingIsTheInverseOfDisassembling(@ForAll("programs") List<Instruction> code) {
    assertThat(Assembler.assemble(Disassembler.print(code))).isEqualTo(code);
  }

  @Property
  void anyBytesDecodeOrAreRefused(@ForAll byte[] bytes) {
    List<Instruction> code;
    try {
      code = Decoder.decode(bytes);
    } catch (DecodeException refused) {
      assertThat(refused).hasMessageContaining("slot " + refused.slot());
      return;
    }
    assertThat(Encoder.encode(code).bytes()).isEqualTo(bytes);
  }

  @Property
  void anyTextAssemblesOrIsRefused(@ForAll String text) {
    try {
      Assembler.assemble(text);
    } catch (AssembleException refused) {
      assertThat(refused.line()).isPositive();
    }
  }

  // What the kernel's own printer makes of these bytes (kernel/bpf/disasm.c).
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "b701000005000000 | r1 = 5",
        "b4000000ffffffff | w0 = -1",
        "bfa2000000000000 | r2 = r10",
        "07020000f8ffffff | r2 += -8",
        "bf12080000000000 | r2 = (s8)r1",
        "3f12010000000000 | r2 s/= r1",
        "8701000000000000 | r1 = -r1",
        "dc01000010000000 | r1 = be16 r1",
        "d701000040000000 | r1 = bswap64 r1",
        "7b1af8ff00000000 | *(u64 *)(r10 -8) = r1",
        "620af8ff2a000000 | *(u32 *)(r10 -8) = 42",
        "6112040000000000 | r2 = *(u32 *)(r1 +4)",
        "8112040000000000 | r2 = *(s32 *)(r1 +4)",
        "db20000000000000 | lock *(u64 *)(r0 +0) += r2",
        "db20000001000000 | r2 = atomic64_fetch_add((u64 *)(r0 +0), r2)",
        "c320000041000000 | r2 = atomic_fetch_or((u32 *)(r0 +0), r2)",
        "db200000f1000000 | r0 = atomic64_cmpxchg((u64 *)(r0 +0), r0, r2)",
        "db20000000010000 | r0 = load_acquire((u64 *)(r2 +0))",
        "15000200ffffffff | if r0 == 0xffffffff goto pc+2",
        "6e21fdff00000000 | if w1 s> w2 goto pc-3",
        "0500ffff00000000 | goto pc-1",
        "0600000000000100 | gotol pc+65536",
        "e500010000000000 | may_goto pc+1",
        "850000000e000000 | call bpf_get_current_pid_tgid#14",
        "8510000003000000 | call pc+3",
        "8520000039300000 | call kernel-function#12345",
        "300000000c000000 | r0 = *(u8 *)skb[12]",
        "9500000000000000 | exit",
      })
  void printsAsTheKernelDoes(String hex, String text) {
    byte[] bytes = java.util.HexFormat.of().parseHex(hex);
    List<Instruction> code = Decoder.decode(bytes, ByteOrder.LITTLE_ENDIAN);
    assertThat(Disassembler.text(code.getFirst())).isEqualTo(text);
  }

  @Test
  void labelsAndMapsAssemble() {
    List<Instruction> code =
        Assembler.assemble(
            """
            r1 = map[counts]        ; the map itself
            r2 = map[data][0]+8
            call bpf_map_lookup_elem
            if r0 == 0 goto done
            r0 = 1
            done:
            exit
            """);
    assertThat(code)
        .containsExactly(
            new Instruction.LoadWide(Register.R1, new WideSource.Map("counts")),
            new Instruction.LoadWide(Register.R2, new WideSource.MapValue("data", 8)),
            Instruction.Call.helper(1),
            new Instruction.Jump(true, JumpOp.EQ, Register.R0, new Immediate(0), 1),
            new Instruction.Alu(true, AluOp.MOV, Register.R0, new Immediate(1)),
            Instruction.Exit.EXIT);
    assertThat(Assembler.assemble(Disassembler.print(code))).isEqualTo(code);
    assertThat(Encoder.encode(code).fixups())
        .containsExactly(
            new Encoder.Fixup(0, new WideSource.Map("counts")),
            new Encoder.Fixup(2, new WideSource.MapValue("data", 8)));
  }

  @Test
  void aWrongLineNamesItsPlace() {
    assertThatThrownBy(() -> Assembler.assemble("r0 = 1\nr12 = 2"))
        .isInstanceOf(AssembleException.class)
        .hasMessageContaining("line 2, column 1: expected a register r0 to r10");
    assertThatThrownBy(() -> Assembler.assemble("goto nowhere"))
        .hasMessageContaining("no such label");
  }

  @Test
  void helpersAreKnownByNumberAndName() {
    assertThat(Helpers.all()).hasSize(211);
    Helper ring = Helpers.named("bpf_ringbuf_output").orElseThrow();
    assertThat(ring.id()).isEqualTo(130);
    assertThat(ring.since()).isEqualTo("5.8");
    assertThat(Helpers.of(113).orElseThrow().name()).isEqualTo("probe_read_kernel");
    assertThat(Helpers.of(113).orElseThrow().gplOnly()).isTrue();
    assertThat(Helpers.of(0)).isEmpty();
    assertThat(Helpers.of(212)).isEmpty();
  }
}
