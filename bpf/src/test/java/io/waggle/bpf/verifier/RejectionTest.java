package io.waggle.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.Assembler;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.SourceLine;
import io.waggle.bpf.verifier.Rejection.Author;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RejectionTest {
  private static final ProgramSpec PROGRAM =
      new ProgramSpec(
          "tcpaccept",
          ProgramType.KPROBE,
          Optional.empty(),
          "",
          0,
          Assembler.assemble(
              """
              r6 = r1
              r7 = *(u64 *)(r6 +80)
              call bpf_get_current_pid_tgid
              r1 = *(u16 *)(r7 +16)
              r0 = 0
              exit
              """),
          List.of(
              new SourceLine(0, "accept.c", 8, 1, "int accepted(struct pt_regs *ctx) {"),
              new SourceLine(3, "accept.c", 11, 11, "\tfamily = socket->family;")));

  @Test
  void saysWhyWhereAndWhatToDo() {
    Rejection rejection =
        Rejection.of(
            PROGRAM,
            "GPL",
            """
            0: (bf) r6 = r1
            1: (79) r7 = *(u64 *)(r6 +80)
            2: (85) call 14
            3: (69) r1 = *(u16 *)(r7 +16)
            R7 invalid mem access 'inv'
            """,
            "EACCES",
            Map.of());
    assertThat(rejection.text())
        .isEqualTo(
            """
            the kernel rejects program 'tcpaccept' (kprobe): R7 invalid mem access 'inv'
              at instruction 3, accept.c:11:11
                family = socket->family;
                         ^
                3: r1 = *(u16 *)(r7 +16)
              R7 is a number that may have any value
            RULE: Numbers cannot be followed as if they were addresses: memory of the kernel or of a process is
                  not read directly.
            HINT: Copy the memory with bpf_probe_read_kernel() or bpf_probe_read_user(), or read the field with
                  BPF_CORE_READ(). If it was a pointer once: arithmetic on 32 bits, a store to the stack in
                  parts, or a helper call in between may have made it a number.\
            """);
    assertThat(rejection.text(Author.OF_SCRIPT))
        .contains("HINT: Scripts should never come to this");
  }

  @Test
  void namesTheLicence() {
    Rejection rejection =
        Rejection.of(
            PROGRAM,
            "Proprietary",
            "8: (85) call bpf_get_stackid#27\n"
                + "cannot call GPL only function from proprietary program\n",
            "EINVAL",
            Map.of());
    assertThat(rejection.rule()).contains("this one declares \"Proprietary\"");
    assertThat(rejection.broken().map(Rule::name)).contains("gpl-helper");
  }

  @Test
  void knowsWhenAHelperCame() {
    Rejection rejection =
        Rejection.of(
            PROGRAM,
            "GPL",
            "2: (85) call unknown#209\ninvalid func unknown#209\n",
            "EINVAL",
            Map.of());
    assertThat(rejection.rule())
        .isEqualTo(
            "The running kernel has no helper bpf_user_ringbuf_drain(); it came with Linux 6.1.");
  }

  @Test
  void saysWhatTheKernelLacks() {
    Rejection rejection =
        Rejection.of(
            PROGRAM,
            "GPL",
            "3: (85) call unknown#195896080\ninvalid func unknown#195896080\n",
            "EINVAL",
            Map.of(3, "the kernel's struct sock has no field 'family'"));
    assertThat(rejection.reason()).isEqualTo("the kernel's struct sock has no field 'family'");
    assertThat(rejection.text()).contains("3: r1 = *(u16 *)(r7 +16)");
  }

  @Test
  void passesOnWhatTheKernelExplains() {
    Rejection rejection =
        Rejection.of(
            PROGRAM,
            "GPL",
            """
            3: (69) r1 = *(u16 *)(r7 +16)
            R7 is out of sorts

            Verification failed: Policy: Operation is not allowed

            Reason:
              The moon is in the wrong
              house.

            Suggestion:
              Wait.

            processed 4 insns
            """,
            "EACCES",
            Map.of());
    assertThat(rejection.reason()).isEqualTo("R7 is out of sorts");
    assertThat(rejection.rule()).isEqualTo("The moon is in the wrong house.");
    assertThat(rejection.mend()).isEqualTo("Wait.");
    assertThat(rejection.broken()).isEmpty();
  }

  @Test
  void hasAWordWhereTheKernelHasNone() {
    Rejection rejection = Rejection.of(PROGRAM, "GPL", "", "E2BIG", Map.of());
    assertThat(rejection.broken().map(Rule::name)).contains("too-large");
    assertThat(rejection.slot()).isEmpty();
    assertThat(Rejection.of(PROGRAM, "GPL", "", "EIO", Map.of()).text())
        .isEqualTo(
            "the kernel rejects program 'tcpaccept' (kprobe): EIO, without a word of the verifier");
  }
}
