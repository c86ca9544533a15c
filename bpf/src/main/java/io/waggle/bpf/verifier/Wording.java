package io.waggle.bpf.verifier;

import io.waggle.bpf.Helper;
import io.waggle.bpf.Helpers;
import io.waggle.bpf.ProgramSpec;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills the placeholders of a rule's texts with what is known of one refusal. */
final class Wording {
  // A name in braces, and what stands for it where it is not known.
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z]+)(?:\\?([^{}]*))?}");

  private final Map<String, String> values = new HashMap<>();

  Wording(Rule.Match match, ProgramSpec program, String license, VerifierLog log) {
    values.putAll(match.values());
    values.put("program", program.type().name().toLowerCase(Locale.ROOT));
    values.put("licence", license);
    String called = values.get("helper");
    if (called == null && log.last().isPresent() && log.last().get().text().startsWith("call ")) {
      called = log.last().get().text().substring("call ".length());
    }
    if (called != null) {
      helper(called);
    }
  }

  /**
   * {@code bpf_probe_read#4} or {@code unknown#211}: the number names it where the kernel does not.
   */
  private void helper(String called) {
    int hash = called.lastIndexOf('#');
    String name = hash < 0 ? called : called.substring(0, hash);
    Optional<Helper> helper = Optional.empty();
    try {
      int id = hash < 0 ? -1 : Integer.parseInt(called.substring(hash + 1));
      helper = name.startsWith("bpf_") || name.equals("unknown") ? Helpers.of(id) : helper;
    } catch (NumberFormatException notANumber) {
      // Then the name is all there is.
    }
    values.put("helper", helper.map(its -> "bpf_" + its.name()).orElse(name) + "()");
    values.put("since", helper.map(Helper::since).orElse("a later version"));
  }

  String fill(String text) {
    Matcher placeholder = PLACEHOLDER.matcher(text);
    return placeholder.replaceAll(
        found -> {
          String value = values.get(found.group(1));
          String instead = found.group(2);
          return Matcher.quoteReplacement(
              value != null ? value : instead != null ? instead : found.group());
        });
  }
}
