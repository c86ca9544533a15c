package io.waggle.bpf.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTest {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z]+)(\\?[^{}]*)?}");

  /** Known of every refusal. */
  private static final Set<String> ALWAYS = Set.of("program", "licence");

  @Test
  void eachHasItsNameAndTexts() {
    assertThat(Rule.all()).hasSizeGreaterThan(60);
    assertThat(Rule.all()).extracting(Rule::name).doesNotHaveDuplicates();
    for (Rule rule : Rule.all()) {
      assertThat(rule.messages().size() + rule.errors().size()).as(rule.name()).isPositive();
      assertThat(rule.rule()).as(rule.name()).endsWith(".");
      assertThat(rule.mend()).as(rule.name()).endsWith(".");
    }
  }

  /** What a text needs is in every message of its rule, or there is something to say instead. */
  @Test
  void placeholdersAreAlwaysFilled() {
    for (Rule rule : Rule.all()) {
      for (String text : List.of(rule.rule(), rule.mend(), rule.script())) {
        Matcher placeholder = PLACEHOLDER.matcher(text);
        while (placeholder.find()) {
          String name = placeholder.group(1).equals("since") ? "helper" : placeholder.group(1);
          if (placeholder.group(2) == null && !ALWAYS.contains(name)) {
            assertThat(rule.messages())
                .as("%s: %s", rule.name(), text)
                .allSatisfy(message -> assertThat(message.names()).contains(name));
          }
        }
      }
    }
  }

  /** Wordings that the kernels used for tests do not have, or only without privileges. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "R7 invalid mem access 'inv' | not-a-pointer",
        "R1 invalid mem access 'percpu_ptr_task_struct' | per-cpu-memory",
        "R2 invalid mem access 'user_ptr_sockaddr' | user-memory",
        "R3 invalid mem access 'trusted_ptr_or_null_task_struct' | null-pointer",
        "R3 invalid mem access 'map_ptr' | invalid-memory",
        "R1 pointer comparison prohibited | pointer-comparison",
        "R2 leaks addr into map | leaks-address",
        "R0 leaks addr as return value | leaks-address",
        "cannot call GPL only function from proprietary program | gpl-helper",
        "unknown func bpf_skb_load_bytes#26 | helper-not-for-type",
        "back-edge from insn 7 to 2 | endless-loop",
        "the call stack of 9 frames is too deep ! | call-stack",
        "invalid indirect read from stack R2 off -8+4 size 8 | stack-uninitialized",
        "invalid indirect read from stack off -8+4 size 8 | stack-uninitialized",
        "R0 is ptr_task_struct access user memory: off=8 | user-memory",
        "same insn cannot be used with different pointers | same-instruction",
        "Invalid line_info[3].insn_off:9 (prev_offset:8 prog->len:7) | line-information",
        "Possibly NULL pointer passed to helper arg1 | kernel-function-argument",
        "tail_call would lead to reference leak | tail-call",
        "unknown opcode e5 | unknown-instruction",
        "attach_btf_id 12 is not a function | attach-target",
        "R4 unbounded memory access, use 'var &= const' or 'if (var < const)' | helper-size"
      })
  void knowsAMessage(String line, String rule) {
    assertThat(Rule.find(List.of(line)).map(match -> match.rule().name())).contains(rule);
  }

  @Test
  void theManualListsEach() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "verifier.md"));
    assertThat(Rule.all())
        .allSatisfy(rule -> assertThat(page).contains("| `" + rule.name() + "` |"));
    assertThat(page).contains("\n" + Rule.all().size() + " rules");
  }

  @Test
  void keepsWhatAMessageSays() {
    Rule.Match match =
        Rule.find(List.of("invalid access to map value, value_size=8 off=12 size=4")).orElseThrow();
    assertThat(match.values()).containsEntry("size", "8").containsEntry("offset", "12");
    assertThat(Rule.find(List.of("what nobody has said before"))).isEmpty();
  }
}
