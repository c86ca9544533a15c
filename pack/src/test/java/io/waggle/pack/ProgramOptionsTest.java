package io.waggle.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.waggle.pack.ProgramOptions.Parsed;
import io.waggle.testing.Golden;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgramOptionsTest {
  private static final String SOURCE =
      """
      #define SEC(name) __attribute__((section(name), used))
      typedef unsigned short __u16;
      typedef unsigned int __u32;
      typedef _Bool bool;
      enum kind { EXEC, EXIT };
      const volatile bool targ_laddr_hist = 0;
      const volatile __u16 targ_sport = 0;
      const volatile __u32 targ_saddr = 0;
      const volatile enum kind what = EXIT;
      /// @description "Name to look for"
      const volatile char name[8] = "sh";
      /// @cmdarg {"default": -5, "short": "p", "long": "pid"}
      /// @description target pid to trace
      const volatile int target_pid = 0;
      /// @cmdarg {"default": true}
      const volatile bool failed = 1;
      static const volatile int hidden = 3;
      const volatile struct { int x; } other = {0};
      SEC("tp/sched/sched_process_exec") int on_exec(void *ctx) {
        return targ_laddr_hist + targ_sport + targ_saddr + what + name[0] + target_pid + failed
            + hidden + other.x;
      }
      /// "Trace open family syscalls."
      char LICENSE[] SEC("license") = "GPL";
      """;
  private static final ObjectContents CONTENTS =
      ObjectContents.read("tcprtt.bpf.o", ClangObject.compile(SOURCE));

  private final Meta meta =
      new Meta(
          List.of(),
          Annotations.apply(Skeletons.of(CONTENTS, "tcprtt.bpf.o"), "tcprtt.bpf.c", SOURCE),
          Optional.empty());
  private final ProgramOptions options = ProgramOptions.of(meta, CONTENTS);

  @Test
  void helpNamesEveryConstant() {
    Golden.assertMatches(
        ProgramOptionsTest.class, "help.txt", ProgramHelp.text("package.json", options));
    assertThat(ProgramHelp.version(meta)).isEqualTo("tcprtt_bpf 0.1.0");
  }

  @Test
  void takesValuesInAllForms() {
    Parsed parsed =
        options.parse(
            List.of(
                "--targ_laddr_hist",
                "--targ_sport",
                "80",
                "--targ_saddr=0x7f000001",
                "-p",
                "-1",
                "--name",
                "bash",
                "--what=EXEC",
                "--disable-failed",
                "--json",
                "-d",
                "3"));
    assertThat(parsed.values())
        .containsOnly(
            entry("targ_laddr_hist", "true"),
            entry("targ_sport", "80"),
            entry("targ_saddr", "0x7f000001"),
            entry("target_pid", "-1"),
            entry("name", "bash"),
            entry("what", "EXEC"),
            entry("failed", "false"));
    assertThat(parsed.has(CommonOption.JSON)).isTrue();
    assertThat(parsed.value(CommonOption.TIMEOUT)).contains("3");
  }

  @Test
  void keepsWhatThePackagePresets() {
    assertThat(options.parse(List.of()).values())
        .containsOnly(entry("target_pid", "-5"), entry("failed", "true"));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertRefused(
        "invalid value '65536' for '--targ_sport <targ_sport>':"
            + " '65536' is no number from 0 to 65535",
        "--targ_sport",
        "65536");
    assertRefused("a value is required for '--targ_sport'", "--targ_sport");
    assertRefused("unexpected argument '--none'; see --help", "--none");
    assertRefused("unexpected argument 'word'; see --help", "word");
    assertRefused(
        "invalid value 'FORK' for '--what <what>': 'FORK' is none of EXEC, EXIT", "--what=FORK");
    assertRefused(
        "invalid value 'a long name' for '--name <name>': 'a long name' is longer than 7 bytes",
        "--name",
        "a long name");
    assertRefused(
        "invalid value 'maybe' for '--targ_laddr_hist': 'maybe' is neither true nor false",
        "--targ_laddr_hist=maybe");
  }

  private void assertRefused(String message, String... arguments) {
    assertThatThrownBy(() -> options.parse(List.of(arguments)))
        .isInstanceOf(OptionException.class)
        .hasMessage(message);
  }
}
