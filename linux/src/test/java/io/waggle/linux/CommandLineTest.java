package io.waggle.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class CommandLineTest {
  @Test
  void splitsAtBlanksAndKeepsWhatIsQuoted() {
    assertThat(CommandLine.split("ls -lR  /usr/share/doc\n"))
        .containsExactly("ls", "-lR", "/usr/share/doc");
    assertThat(CommandLine.split("a 'b c' \"d \\\" e\" f\\ g '' x'y'z"))
        .containsExactly("a", "b c", "d \" e", "f g", "", "xyz");
    assertThat(CommandLine.split("echo \"a\\nb\" '\\n' $HOME"))
        .containsExactly("echo", "a\\nb", "\\n", "$HOME");
  }

  @Test
  void refusesWhatMakesNoCommand() {
    assertThatThrownBy(() -> CommandLine.split("  ")).hasMessageContaining("empty");
    assertThatThrownBy(() -> CommandLine.split("echo 'a")).hasMessageContaining("unclosed '");
  }

  @Property
  void quotingAnythingBringsItBack(@ForAll @NotEmpty List<String> words) {
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      line.append(" '").append(word.replace("'", "'\"'\"'")).append("'");
    }
    assertThat(CommandLine.split(line.toString())).isEqualTo(words);
  }
}
