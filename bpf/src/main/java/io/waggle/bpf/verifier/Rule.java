package io.waggle.bpf.verifier;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A rule that programs break: what the verifier says then, and what its author should know.
 *
 * <p>All of them stand in {@code rules.txt}. Texts have placeholders in braces, which {@link
 * Rejection} fills in.
 *
 * @param name unique
 * @param messages how the verifier puts it, in the wordings of several kernels
 * @param errors names of errno values of a refusal without a log
 * @param isAboutInstruction whether the instruction looked at last is the one at fault
 * @param rule what is not allowed, and why
 * @param mend what usually helps
 * @param script what helps the author of a tracing script; empty where only the compiler can be at
 *     fault
 */
public record Rule(
    String name,
    List<Message> messages,
    List<String> errors,
    boolean isAboutInstruction,
    String rule,
    String mend,
    String script) {
  public Rule {
    messages = List.copyOf(messages);
    errors = List.copyOf(errors);
  }

  /** All rules; where messages overlap the more special one is first. */
  public static List<Rule> all() {
    return RuleTable.ALL;
  }

  /** The rule of this name. */
  public static Optional<Rule> named(String name) {
    return all().stream().filter(rule -> rule.name.equals(name)).findFirst();
  }

  /**
   * What a line of the log says.
   *
   * @param values of the message's placeholders
   */
  public record Match(Rule rule, String line, Map<String, String> values) {
    public Match {
      values = Map.copyOf(values);
    }
  }

  /** The first rule that one of the lines is about. */
  static Optional<Match> find(List<String> complaint) {
    for (Rule rule : all()) {
      for (String line : complaint) {
        for (Message message : rule.messages) {
          Optional<Map<String, String>> values = message.match(line);
          if (values.isPresent()) {
            return Optional.of(new Match(rule, line, values.get()));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** The rule for a refusal with this error and an empty log. */
  static Optional<Rule> findError(String error) {
    return all().stream().filter(rule -> rule.errors.contains(error)).findFirst();
  }
}
