package io.waggle.script;

import io.waggle.bpf.License;
import io.waggle.script.syntax.Diagnostic;
import io.waggle.script.syntax.Script.Config;
import io.waggle.script.syntax.ScriptException;
import io.waggle.script.syntax.Source;
import io.waggle.script.types.Type.StackMode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a {@code config} block may set, and the environment before it, in variables named such as
 * {@code BPFTRACE_MAX_STRLEN}.
 *
 * @param maxStrlen bytes that {@code str()} and {@code buf()} give at most, the NUL included
 * @param maxMapKeys entries of a map that is not declared
 * @param maxProbes how many places a script may attach to
 * @param onStackLimit bytes of the largest object that is kept on the BPF stack
 * @param ringPages pages of the ring buffer, 0 for the default
 * @param missingProbes what to do about attach points that stand for nothing
 * @param printMapsOnExit whether the maps are printed at the end
 * @param license of the programs
 * @param maxCatBytes how much of a file {@code cat()} prints
 * @param stackMode how stacks are shown
 * @param truncationTrailer what ends a string that was cut off
 * @param maxPrograms how many BPF programs a script may become
 * @param timeSeries what to do about scripts that use {@code tseries}, whose form may change
 */
public record Settings(
    int maxStrlen,
    int maxMapKeys,
    int maxProbes,
    int onStackLimit,
    int ringPages,
    MissingProbes missingProbes,
    boolean printMapsOnExit,
    String license,
    int maxCatBytes,
    StackMode stackMode,
    String truncationTrailer,
    int maxPrograms,
    Unstable timeSeries) {

  private static final String PREFIX = "BPFTRACE_";

  /** Known to bpftrace, about things that scripts cannot do here or that work another way. */
  private static final List<String> WITHOUT_EFFECT =
      List.of(
          "cache_user_symbols",
          "cpp_demangle",
          "lazy_symbolication",
          "log_size",
          "show_debug_info",
          "unstable_dw_ustack");

  private static final List<String> NAMES =
      List.of(
          "max_strlen",
          "max_map_keys",
          "max_probes",
          "on_stack_limit",
          "perf_rb_pages",
          "missing_probes",
          "print_maps_on_exit",
          "license",
          "max_cat_bytes",
          "stack_mode",
          "str_trunc_trailer",
          "max_bpf_progs",
          "unstable_tseries");

  /** bpftrace's defaults. */
  public static final Settings DEFAULTS = of(Map.of());

  /** What to do about attach points that stand for nothing. */
  public enum MissingProbes {
    ERROR,
    WARN,
    IGNORE
  }

  /** What to do about a part of the language that may change. */
  public enum Unstable {
    ERROR,
    WARN,
    ENABLE
  }

  /**
   * The settings of a script.
   *
   * @throws ScriptException at an entry that is unknown or has no value of its kind
   */
  static Settings of(Source source, List<Config> entries, Map<String, String> environment) {
    Map<String, String> values = new HashMap<>();
    for (Config entry : entries) {
      String name = plain(entry.name());
      if (WITHOUT_EFFECT.contains(name)) {
        continue;
      }
      if (!NAMES.contains(name)) {
        throw wrong(source, entry, entry.name() + ": not a known configuration option");
      }
      try {
        of(Map.of(name, entry.value()));
      } catch (IllegalArgumentException refused) {
        throw wrong(source, entry, refused.getMessage());
      }
      values.put(name, entry.value());
    }
    for (String name : NAMES) {
      String value = environment.get(PREFIX + name.toUpperCase(Locale.ROOT));
      if (value != null) {
        values.put(name, value);
      }
    }
    return of(values);
  }

  /** Defaults where nothing is said. */
  private static Settings of(Map<String, String> values) {
    return new Settings(
        number("max_strlen", values, 1024),
        number("max_map_keys", values, 4096),
        number("max_probes", values, 1024),
        number("on_stack_limit", values, 32),
        number("perf_rb_pages", values, 0),
        missing(values.getOrDefault("missing_probes", "error")),
        truth("print_maps_on_exit", values.getOrDefault("print_maps_on_exit", "true")),
        license(values.getOrDefault("license", "GPL")),
        number("max_cat_bytes", values, 10240),
        stackMode(values.getOrDefault("stack_mode", "bpftrace")),
        values.getOrDefault("str_trunc_trailer", ".."),
        number("max_bpf_progs", values, 1024),
        unstable(values.getOrDefault("unstable_tseries", "warn")));
  }

  private static String plain(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String shorter = upper.startsWith(PREFIX) ? upper.substring(PREFIX.length()) : upper;
    return shorter.toLowerCase(Locale.ROOT);
  }

  private static ScriptException wrong(Source source, Config entry, String message) {
    return new ScriptException(source, Diagnostic.error(entry.span(), message));
  }

  private static int number(String name, Map<String, String> values, int otherwise) {
    String value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    try {
      int number = Integer.decode(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "Invalid value for " + name + ": expected a positive number, found " + value);
  }

  private static boolean truth(String name, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "true", "on", "yes" -> true;
      case "0", "false", "off", "no" -> false;
      default ->
          throw new IllegalArgumentException(
              "Invalid value for " + name + ": expected true or false, found " + value);
    };
  }

  private static StackMode stackMode(String value) {
    for (StackMode mode : StackMode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(value)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "Invalid value for stack_mode: valid values: bpftrace, perf, raw, build_id, found "
            + value);
  }

  /** What {@code config} gives, by name. */
  Map<String, Object> values() {
    return Map.ofEntries(
        Map.entry("max_strlen", (long) maxStrlen),
        Map.entry("max_map_keys", (long) maxMapKeys),
        Map.entry("max_probes", (long) maxProbes),
        Map.entry("on_stack_limit", (long) onStackLimit),
        Map.entry("perf_rb_pages", (long) ringPages),
        Map.entry("missing_probes", missingProbes.name().toLowerCase(Locale.ROOT)),
        Map.entry("print_maps_on_exit", printMapsOnExit),
        Map.entry("license", license),
        Map.entry("max_cat_bytes", (long) maxCatBytes),
        Map.entry("stack_mode", stackMode.name().toLowerCase(Locale.ROOT)),
        Map.entry("str_trunc_trailer", truncationTrailer),
        Map.entry("cpp_demangle", true),
        Map.entry("lazy_symbolication", false),
        Map.entry("show_debug_info", false));
  }

  private static MissingProbes missing(String value) {
    return switch (value) {
      case "error" -> MissingProbes.ERROR;
      case "warn" -> MissingProbes.WARN;
      case "ignore" -> MissingProbes.IGNORE;
      default ->
          throw new IllegalArgumentException(
              "Invalid value for missing_probes: error, warn or ignore, found " + value);
    };
  }

  private static Unstable unstable(String value) {
    return switch (value) {
      case "error" -> Unstable.ERROR;
      case "warn" -> Unstable.WARN;
      case "enable" -> Unstable.ENABLE;
      default ->
          throw new IllegalArgumentException(
              "Invalid value for an unstable feature: error, warn or enable, found " + value);
    };
  }

  private static String license(String value) {
    if (!License.isGplCompatible(value)) {
      throw new IllegalArgumentException(
          "Invalid value for license. Found: "
              + value
              + ". Valid values: "
              + String.join(", ", License.GPL_COMPATIBLE));
    }
    return value;
  }
}
