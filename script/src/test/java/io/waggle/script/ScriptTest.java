package io.waggle.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.kernel.Kernel;
import io.waggle.script.plan.Attachment;
import io.waggle.script.probes.Probe;
import io.waggle.script.run.Target;
import io.waggle.script.syntax.ScriptException;
import io.waggle.testing.RequiresBpf;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ScriptTest {

  @Test
  void resolvesAttachPointsWithParameters() {
    Script script =
        Script.parse("begin { } interval:ms:$1, $2 { }")
            .withParameters(List.of("20", "profile:s:1"));
    assertThat(script.probes(OptionalInt.empty()))
        .containsExactly(
            new Probe(new Attachment.Begin(), List.of("begin")),
            new Probe(
                new Attachment.Timer(Attachment.Unit.MS, 20, false), List.of("interval:ms:20")),
            new Probe(new Attachment.Timer(Attachment.Unit.S, 1, true), List.of("profile:s:1")));
  }

  @Test
  void tellsWhereAnAttachPointIsWrong() {
    assertThatThrownBy(
            () -> Script.parse("softwar:cpu:1 { }\ninterval:x:1 { }").probes(OptionalInt.empty()))
        .isInstanceOf(ScriptException.class)
        .hasMessage(
            """
            stdin:1:1-14: ERROR: Invalid provider: 'softwar'
            softwar:cpu:1 { }
            ~~~~~~~~~~~~~
            HINT: did you mean software?
            stdin:2:1-13: ERROR: x is not an accepted unit of time
            interval:x:1 { }
            ~~~~~~~~~~~~
            HINT: hz, us, ms and s are""");
  }

  @Test
  void missingProbesMayBeAllowed() {
    String text = "config = { missing_probes = \"warn\" } interval:s:1, interval:x:1 { }";
    assertThat(Script.parse(text).probes(OptionalInt.empty())).hasSize(1);
  }

  @Test
  void thereIsALimitOfProbes() {
    String text = "config = { max_probes = 2 } i:s:1, i:s:2, i:s:3 { }";
    assertThatThrownBy(() -> Script.parse(text).probes(OptionalInt.empty()))
        .hasMessageStartingWith("Can't attach to 3 probes");
  }

  @Test
  @RequiresBpf
  void settingsLimitProgramsAndUnstableFeatures() {
    String series = "begin { @ = tseries(1, 1s, 5); }";
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything()) {
      assertThatThrownBy(
              () ->
                  Script.parse("config = { max_bpf_progs=2 } begin { } begin { } begin { }")
                      .compile(kernel, target))
          .hasMessageContaining("3 BPF programs, which exceeds the current limit of 2");
      assertThat(Script.parse(series).compile(kernel, target).warnings())
          .singleElement()
          .asString()
          .contains("unstable feature: tseries");
      assertThat(
              Script.parse("config = { unstable_tseries=enable } " + series)
                  .compile(kernel, target)
                  .warnings())
          .isEmpty();
      assertThatThrownBy(
              () ->
                  Script.parse("config = { unstable_tseries=error } " + series)
                      .compile(kernel, target))
          .isInstanceOf(ScriptException.class)
          .hasMessageStartingWith("stdin:1:45-66: ERROR: tseries feature is not enabled");
    }
  }

  @Test
  @RequiresBpf
  void warnsWhereAnAssignmentLosesTheSign() {
    String text = "begin { $c = (uint64)1; $d = (int64)-1; $c = $d; $e = (uint8)5; $e = -1; }";
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything()) {
      assertThat(Script.parse(text).compile(kernel, target).warnings())
          .singleElement()
          .asString()
          .contains("Expression of type: uint64 being cast to type: int64.");
    }
  }

  @Test
  void readsItsConfigBlock() {
    Settings settings =
        Script.parse(
                "config = { max_strlen = 32; BPFTRACE_MAX_MAP_KEYS = 10; print_maps_on_exit=0;"
                    + " stack_mode=raw; license = \"Dual BSD/GPL\" } begin { }")
            .settings();
    assertThat(settings.maxStrlen()).isEqualTo(32);
    assertThat(settings.maxMapKeys()).isEqualTo(10);
    assertThat(settings.printMapsOnExit()).isFalse();
    assertThat(settings.license()).isEqualTo("Dual BSD/GPL");
    assertThatThrownBy(() -> Script.parse("config = { bad_config=raw } begin {}"))
        .isInstanceOf(ScriptException.class)
        .hasMessageStartingWith(
            "stdin:1:12-26: ERROR: bad_config: not a known configuration option");
    assertThatThrownBy(() -> Script.parse("config={license=\"Potato\"} begin { }"))
        .isInstanceOf(ScriptException.class)
        .hasMessageContaining("Invalid value for license. Found: Potato. Valid values: GPL, ");
  }
}
