package io.waggle.script.lower;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.AluOp;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.Size;
import io.waggle.compiler.Target;
import io.waggle.linux.Architecture;
import io.waggle.script.check.CheckOptions;
import io.waggle.script.check.CheckedScript;
import io.waggle.script.check.Checker;
import io.waggle.script.check.Clause;
import io.waggle.script.check.Place;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Plan;
import io.waggle.script.syntax.Parser;
import io.waggle.script.syntax.Script;
import io.waggle.script.syntax.Source;
import io.waggle.script.types.CTypes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What can be told of programs without a kernel. */
class LoweringTest {
  private static final Place UPROBE =
      new Place(
          new Attachment.Uprobes("/bin/x", false, List.of(new Attachment.Site("f", 0))),
          List.of("uprobe:/bin/x:f"));

  private static Plan lower(String body, Architecture architecture, Target target) {
    return lower(body, UPROBE, architecture, target, OptionalInt.empty());
  }

  private static Plan lower(
      String body, Place place, Architecture architecture, Target target, OptionalInt pid) {
    Script script = Parser.parse(new Source("test", "uprobe:x:f { " + body + " }"));
    CheckedScript checked =
        Checker.check(
            script,
            List.of(new Clause(script.probes().getFirst(), List.of(place))),
            attachment -> List.of(),
            CTypes.NONE,
            new CheckOptions());
    return Lowering.lower(
        checked,
        new LoweringOptions(
            target,
            architecture,
            2,
            2,
            true,
            true,
            4096,
            32,
            1024,
            0,
            0,
            pid,
            Optional.empty(),
            10240,
            false,
            false,
            "GPL",
            (_, _) -> 0));
  }

  private static List<Instruction> code(Plan plan) {
    return plan.object().programs().getFirst().code();
  }

  private static List<Integer> wordsOfContext(Plan plan) {
    return code(plan).stream()
        .filter(each -> each instanceof Instruction.Load load && load.size() == Size.DOUBLE)
        .map(each -> ((Instruction.Load) each).offset())
        .toList();
  }

  @Test
  void takesArgumentsFromTheRegistersOfTheArchitecture() {
    String body = "@a = arg0; @b = arg1; @c = arg5;";
    assertThat(wordsOfContext(lower(body, Architecture.X86_64, Target.V4)))
        .containsExactly(112, 104, 64);
    assertThat(wordsOfContext(lower(body, Architecture.ARM64, Target.V4)))
        .containsExactly(0, 8, 40);
  }

  @Test
  void needsNoCallForAScalar() {
    assertThat(code(lower("@a = 5; @b++;", Architecture.X86_64, Target.V4)))
        .noneMatch(each -> each instanceof Instruction.Call);
  }

  @Test
  void asksForTheProcessOnce() {
    assertThat(code(lower("@a = pid; @b = pid; @c = tid;", Architecture.X86_64, Target.V4)))
        .filteredOn(each -> each instanceof Instruction.Call)
        .hasSize(1);
  }

  @Test
  void dividesWithSignOnOldMachines() {
    String body = "$a = (int64)arg0; @a = $a / 3; @b = $a % (int64)arg1;";
    assertThat(code(lower(body, Architecture.X86_64, Target.V3)))
        .noneMatch(
            each ->
                each instanceof Instruction.Alu alu
                    && (alu.op() == AluOp.SDIV || alu.op() == AluOp.SMOD));
    assertThat(code(lower(body, Architecture.X86_64, Target.V4)))
        .anyMatch(each -> each instanceof Instruction.Alu alu && alu.op() == AluOp.SDIV);
  }

  @Test
  void filtersTracepointsByProcess() {
    Place place =
        new Place(
            new Attachment.Tracepoint("sched", "sched_switch"),
            List.of("tracepoint:sched:sched_switch"));
    Plan all = lower("@ = count();", place, Architecture.X86_64, Target.V4, OptionalInt.empty());
    Plan one = lower("@ = count();", place, Architecture.X86_64, Target.V4, OptionalInt.of(7));
    assertThat(code(one)).hasSizeGreaterThan(code(all).size());
    assertThat(one.object().programs().getFirst().lines()).isNotEmpty();
  }

  @Test
  void sendsNothingWithoutActions() {
    assertThat(lower("@ = count();", Architecture.X86_64, Target.V4).object().map(Plan.EVENTS))
        .isEmpty();
    assertThat(lower("print(1);", Architecture.X86_64, Target.V4).object().map(Plan.EVENTS))
        .isPresent();
  }

  @Test
  void givesThePlanEqualForTheSameScript() {
    String body = "@[str(arg0), comm] = hist(arg1); printf(\"%s\\n\", str(arg2));";
    assertThat(lower(body, Architecture.X86_64, Target.V4))
        .isEqualTo(lower(body, Architecture.X86_64, Target.V4));
  }

  @Test
  void keepsLargeObjectsOffTheStack() {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      body.append("$v").append(i).append(" = (arg0, ").append(i).append(", arg1); ");
    }
    for (int i = 0; i < 40; i++) {
      body.append("@[$v").append(i).append("] = count(); ");
    }
    Plan plan = lower(body.toString(), Architecture.X86_64, Target.V4);
    assertThat(plan.object().map("scratch_uprobe")).isPresent();
  }
}
