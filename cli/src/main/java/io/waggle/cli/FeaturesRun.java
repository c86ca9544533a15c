package io.waggle.cli;

import io.waggle.bpf.Helper;
import io.waggle.bpf.Helpers;
import io.waggle.bpf.KernelOption;
import io.waggle.bpf.MachineFeature;
import io.waggle.bpf.MapType;
import io.waggle.bpf.Nearest;
import io.waggle.bpf.ProgramType;
import io.waggle.kernel.Feature;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.KernelConfiguration;
import io.waggle.kernel.KernelProbe;
import io.waggle.linux.PermissionDeniedException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** One run of {@code waggle features}. */
final class FeaturesRun {
  private static final int FAILED = 1;
  private static final int LINE = 80;

  private final List<String> words;
  private final boolean json;
  private final KernelConfiguration configured = KernelConfiguration.read();

  FeaturesRun(List<String> words, boolean json) {
    this.words = words;
    this.json = json;
  }

  int run(PrintStream out, PrintStream err) {
    try (Kernel kernel = Kernel.host();
        KernelProbe probe = kernel.probe()) {
      Map<String, Supplier<Object>> parts = new LinkedHashMap<>();
      parts.put("system", () -> new SystemFacts(configured).all());
      parts.put("programs", () -> programs(probe));
      parts.put("maps", () -> maps(probe));
      parts.put("attach", () -> attach(kernel));
      parts.put("machine", () -> machine(probe));
      parts.put("options", this::options);
      parts.put("helpers", () -> helpers(probe));
      List<String> wanted = wanted(parts);
      Map<String, Object> answers = new LinkedHashMap<>();
      for (String part : wanted) {
        answers.put(part, parts.get(part).get());
      }
      out.print(json ? JsonText.of(answers) : text(answers));
      return Main.OK;
    } catch (PermissionDeniedException denied) {
      err.println("waggle features: " + denied.getMessage());
      return FAILED;
    }
  }

  private List<String> wanted(Map<String, Supplier<Object>> parts) {
    if (words.isEmpty()) {
      return List.copyOf(parts.keySet());
    }
    String part = words.getFirst();
    if (!parts.containsKey(part)) {
      throw new UsageException(
          "unknown part '" + part + "'; there are " + String.join(", ", parts.keySet()));
    }
    if (words.size() > 1 && !part.equals("helpers")) {
      throw new UsageException("'" + part + "' takes no words");
    }
    return List.of(part);
  }

  /** An answer with what explains it. */
  private static Map<String, Object> answer(
      boolean has, String since, List<KernelOption> options, KernelConfiguration configured) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("available", has);
    answer.put("since", since);
    if (!has) {
      List<String> unset = new ArrayList<>();
      for (KernelOption option : options) {
        if (configured.file().isPresent() && configured.option(option.name()).isEmpty()) {
          unset.add(option.name());
        }
      }
      if (!unset.isEmpty()) {
        answer.put("not_configured", unset);
      }
    }
    return answer;
  }

  private Map<String, Object> programs(KernelProbe probe) {
    Map<String, Object> answers = new LinkedHashMap<>();
    for (ProgramType type : ProgramType.values()) {
      if (type != ProgramType.UNSPEC) {
        answers.put(
            lower(type), answer(probe.has(type), type.since(), KernelOption.of(type), configured));
      }
    }
    return answers;
  }

  private Map<String, Object> maps(KernelProbe probe) {
    Map<String, Object> answers = new LinkedHashMap<>();
    for (MapType type : MapType.values()) {
      if (type != MapType.UNSPEC) {
        answers.put(
            lower(type), answer(probe.has(type), type.since(), KernelOption.of(type), configured));
      }
    }
    return answers;
  }

  private Map<String, Object> attach(Kernel kernel) {
    Map<String, Object> answers = new LinkedHashMap<>();
    for (Feature feature : Feature.values()) {
      answers.put(
          feature.meaning(),
          answer(kernel.has(feature), feature.since().toString(), List.of(), configured));
    }
    return answers;
  }

  private Map<String, Object> machine(KernelProbe probe) {
    Map<String, Object> answers = new LinkedHashMap<>();
    for (MachineFeature feature : MachineFeature.values()) {
      answers.put(
          feature.meaning(), answer(probe.has(feature), feature.since(), List.of(), configured));
    }
    return answers;
  }

  private Map<String, Object> options() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("file", configured.file().map(Object::toString));
    if (configured.file().isPresent()) {
      for (KernelOption option : KernelOption.all()) {
        values.put(option.name(), configured.option(option.name()).orElse("n"));
      }
    }
    return values;
  }

  private Map<String, Object> helpers(KernelProbe probe) {
    List<ProgramType> types = new ArrayList<>();
    for (String word : words.subList(Math.min(words.size(), 1), words.size())) {
      types.add(type(word));
    }
    Map<String, Object> names = new LinkedHashMap<>();
    for (ProgramType type : types.isEmpty() ? List.of(ProgramType.values()) : types) {
      if (type != ProgramType.UNSPEC && probe.canTellHelpers(type)) {
        names.put(
            lower(type), probe.helpers(type).stream().map(its -> "bpf_" + its.name()).toList());
      } else if (!types.isEmpty()) {
        names.put(lower(type), List.of());
      }
    }
    return names;
  }

  private static ProgramType type(String word) {
    List<String> names = new ArrayList<>();
    for (ProgramType type : ProgramType.values()) {
      if (lower(type).equals(word.toLowerCase(Locale.ROOT))) {
        return type;
      }
      names.add(lower(type));
    }
    String hint = Nearest.hint(word, names);
    throw new UsageException(
        "unknown program type '" + word + "'" + (hint.isEmpty() ? "" : " (" + hint + ")"));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private String text(Map<String, Object> answers) {
    StringBuilder text = new StringBuilder();
    answers.forEach(
        (part, content) -> {
          if (!text.isEmpty()) {
            text.append('\n');
          }
          text.append(title(part)).append('\n');
          ((Map<?, ?>) content).forEach((name, value) -> line(text, name.toString(), value));
        });
    return text.toString();
  }

  private static String title(String part) {
    return switch (part) {
      case "system" -> "System";
      case "programs" -> "Program types";
      case "maps" -> "Map types";
      case "attach" -> "Attaching and reading";
      case "machine" -> "Instructions";
      case "options" -> "Kernel options";
      default -> "Helpers by program type, of " + Helpers.all().size();
    };
  }

  private void line(StringBuilder text, String name, Object value) {
    switch (value) {
      case Map<?, ?> answer -> {
        text.append("  ").append(name).append(": ");
        text.append(Boolean.TRUE.equals(answer.get("available")) ? "yes" : "no");
        text.append(" (since ").append(answer.get("since"));
        if (answer.get("not_configured") instanceof List<?> unset) {
          text.append("; built without ");
          text.append(String.join(", ", unset.stream().map(Object::toString).toList()));
        }
        text.append(")\n");
      }
      case List<?> names when isHelpers(names) -> helpers(text, name, names);
      case List<?> names ->
          text.append("  %s: %s%n".formatted(name, String.join(", ", texts(names))));
      default -> text.append("  %s: %s%n".formatted(name, SystemFacts.inWords(value)));
    }
  }

  private static boolean isHelpers(List<?> names) {
    return !names.isEmpty() && names.getFirst().toString().startsWith("bpf_");
  }

  private static List<String> texts(List<?> names) {
    return names.stream().map(Object::toString).toList();
  }

  /** Of one type all names, of many their number. */
  private void helpers(StringBuilder text, String name, List<?> names) {
    text.append("  ").append(name).append(": ").append(names.size());
    if (words.size() < 2) {
      text.append('\n');
      return;
    }
    int column = LINE;
    for (Object helper : names) {
      String word = helper.toString();
      String gpl = Helpers.named(word).map(Helper::gplOnly).orElse(false) ? "*" : "";
      if (column + word.length() + gpl.length() + 1 > LINE) {
        text.append("\n   ");
        column = 3;
      }
      text.append(' ').append(word).append(gpl);
      column += word.length() + gpl.length() + 1;
    }
    text.append("\n  (*: only for programs under a licence compatible with the GPL)\n");
  }
}
