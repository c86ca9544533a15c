package io.waggle.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class VerifierLogTest {
  /** Linux 5.15: states on lines of their own, numbers called inv. */
  private static final String OLD =
      """
      0: R1=ctx(id=0,off=0,imm=0) R10=fp0
      ; int program(void *context) {
      0: (b7) r6 = 3
      1: R1=ctx(id=0,off=0,imm=0) R6_w=invP3 R10=fp0
      ; if (context)
      1: (15) if r1 == 0x0 goto pc+2
       R1=ctx(id=0,off=0,imm=0) R6_w=invP3 R10=fp0
      2: R1=ctx(id=0,off=0,imm=0) R6_w=invP3 R10=fp0
      ; value = look_up();
      2: (85) call bpf_map_lookup_elem#1
      3: R0_w=map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0) R6_w=invP3 R10=fp0
      ; return value[0];
      3: (79) r0 = *(u64 *)(r0 +0)
      R0 invalid mem access 'map_value_or_null'
      processed 4 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
      """;

  /** Linux 6.12: what changed behind a semicolon, lines with their number, branches, precision. */
  private static final String NEW =
      """
      func#0 @0
      0: R1=ctx() R10=fp0
      ; if (first) @ program.bpf.c:7
      0: (79) r2 = *(u64 *)(r1 +0)          ; R1=ctx() R2_w=scalar()
      1: (15) if r2 == 0x0 goto pc+2        ; R2_w=scalar()
      ; if (second) @ program.bpf.c:8
      2: (55) if r2 != 0x5 goto pc+4        ; R2_w=5
      3: (b7) r0 = 1                        ; R0_w=1
      4: (95) exit

      from 2 to 7: R1=ctx() R2_w=scalar() R10=fp0
      7: (b7) r0 = 2                        ; R0_w=2
      8: (95) exit
      mark_precise: frame0: last_idx 8 first_idx 0 subseq_idx -1
      mark_precise: frame0: regs=r0 stack= before 7: (b7) r0 = 2

      from 1 to 4: R1=ctx() R2_w=0 R10=fp0 fp-8=mmmm????
      ; return missing; @ program.bpf.c:11
      4: (95) exit
      R0 !read_ok
      processed 9 insns (limit 1000000) max_states_per_insn 1 total_states 2 peak_states 2 mark_read 1
      """;

  /** Linux 7.3 adds a report. */
  private static final String DIAGNOSED =
      """
      0: R1=ctx() R10=fp0
      0: (79) r0 = *(u64 *)(r3 +8)
      R3 !read_ok

      Verification failed: Register Type Safety: Unreadable register

      Reason:
        R3 is not readable here. It may never have been initialized, or an earlier operation may have
        invalidated it.

      At:
        insn 0
              | ^-- error: R3 is not readable
        Instruction context:
        >>> 0 | (79) r0 = *(u64 *)(r3 +8)
            1 | (95) exit

      Causal path:
        no retained diagnostic events on this path

      Suggestion:
        Initialize the register on every path.

      processed 1 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0
      """;

  @Test
  void readsStatesOnTheirOwnLines() {
    VerifierLog log = VerifierLog.read(OLD);
    assertThat(log.complaint()).containsExactly("R0 invalid mem access 'map_value_or_null'");
    assertThat(log.path()).extracting(Step::slot).containsExactly(0, 1, 2, 3);
    assertThat(log.last()).contains(new Step(3, "r0 = *(u64 *)(r0 +0)", "return value[0];"));
    assertThat(log.registers().get("R0").mayBeNull()).isTrue();
    assertThat(log.registers().get("R6").constant()).hasValue(3);
    assertThat(log.branches())
        .containsExactly(new Branch(new Step(1, "if r1 == 0x0 goto pc+2", "if (context)"), false));
    assertThat(log.origin("R0"))
        .contains(new Step(2, "call bpf_map_lookup_elem#1", "value = look_up();"));
    assertThat(log.processed()).hasValue(4);
    assertThat(log.diagnosis()).isEmpty();
  }

  @Test
  void takesBranchesUpWhereTheyWereLeft() {
    VerifierLog log = VerifierLog.read(NEW);
    assertThat(log.path()).extracting(Step::slot).containsExactly(0, 1, 4);
    assertThat(log.last()).contains(new Step(4, "exit", "return missing;"));
    assertThat(log.branches())
        .singleElement()
        .satisfies(
            branch -> {
              assertThat(branch.step().source()).isEqualTo("if (first)");
              assertThat(branch.jumped()).isTrue();
            });
    assertThat(log.registers().get("R2").constant()).hasValue(0);
    assertThat(log.registers()).doesNotContainKey("R0").containsKey("fp-8");
    assertThat(log.complaint()).containsExactly("R0 !read_ok");
  }

  @Test
  void readsStatesInOneLineWithTheNextInstruction() {
    VerifierLog log =
        VerifierLog.read(
            """
            3: (55) if r0 != 0x0 goto pc+1 5: R0=ptr_task_struct(ref_obj_id=2) R6=1 R10=fp0 refs=2
            5: (bc) w0 = w6                       ; R0=1 R6=1 refs=2
            6: (95) exit
            Unreleased reference id=2 alloc_insn=2
            """);
    assertThat(log.branches()).singleElement().matches(Branch::jumped);
    assertThat(log.path().getFirst().text()).isEqualTo("if r0 != 0x0 goto pc+1");
    assertThat(log.origin("R0").orElseThrow().text()).isEqualTo("w0 = w6");
  }

  @Test
  void knowsWhichFunctionItIsIn() {
    VerifierLog log =
        VerifierLog.read(
            """
            0: R1=ctx() R10=fp0
            0: (b7) r6 = 1                        ; R6_w=1
            1: (85) call pc+2
            caller:
             R6_w=1 R10=fp0
            callee:
             frame1: R1=ctx() R10=fp0
            4: (b7) r6 = 2                        ; frame1: R6_w=2
            5: (95) exit
            returning from callee:
             frame1: R1=ctx() R6_w=2 R10=fp0
            to caller at 2:
             R0=scalar() R6_w=1 R10=fp0
            2: (0f) r6 += r7
            R7 !read_ok
            """);
    assertThat(log.registers().get("R6").constant()).hasValue(1);
    assertThat(log.complaint()).containsExactly("R7 !read_ok");
  }

  @Test
  void readsTheKernelsOwnReport() {
    VerifierLog log = VerifierLog.read(DIAGNOSED);
    assertThat(log.complaint()).containsExactly("R3 !read_ok");
    assertThat(log.path()).hasSize(1);
    assertThat(log.processed()).hasValue(1);
    assertThat(log.diagnosis())
        .contains(
            new Diagnosis(
                "Register Type Safety",
                "Unreadable register",
                "R3 is not readable here. It may never have been initialized, or an earlier"
                    + " operation may have invalidated it.",
                "Initialize the register on every path."));
  }

  @Test
  void livesWithLogsThatAreCut() {
    for (String log : new String[] {OLD, NEW, DIAGNOSED}) {
      for (int i = 0; i <= log.length(); i++) {
        assertThat(VerifierLog.read(log.substring(i)).path()).isNotNull();
        assertThat(VerifierLog.read(log.substring(0, i)).path()).isNotNull();
      }
    }
    String start = NEW.substring(0, NEW.indexOf("3: (b7)"));
    assertThat(VerifierLog.read(start).complaint()).isEmpty();
    String end = NEW.substring(NEW.indexOf("from 1 to 4"));
    assertThat(VerifierLog.read(end).path()).extracting(Step::slot).containsExactly(4);
  }

  @Property
  void takesAnyText(@ForAll String text) {
    assertThat(VerifierLog.read(text).processed()).isNotNull();
  }

  @Property
  void takesAnyChangeOfALog(
      @ForAll @IntRange(max = 5000) int at,
      @ForAll @IntRange(max = 40) int length,
      @ForAll @StringLength(max = 20) String instead) {
    String whole = OLD + NEW + DIAGNOSED;
    int start = at % whole.length();
    String changed =
        whole.substring(0, start)
            + instead
            + whole.substring(Math.min(whole.length(), start + length));
    VerifierLog log = VerifierLog.read(changed);
    log.registers().values().forEach(state -> assertThat(state.words()).isNotBlank());
    assertThat(log.branches()).hasSizeLessThanOrEqualTo(log.path().size());
  }
}
