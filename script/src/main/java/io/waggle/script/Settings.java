package io.waggle.script;

import io.waggle.script.syntax.Diagnostic;
import io.waggle.script.syntax.Script.Config;
import io.waggle.script.syntax.ScriptException;
import io.waggle.script.syntax.Source;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a {@code config} block may set, and the environment before it, in variables named such as
 * {@code BPFTRACE_MAX_STRLEN}.
 *
 * @param maxStrlen bytes that {@code str()} and {@code buf()} give at most, the NUL included
 * @param maxMapKeys entries of a map that is not declared
 * @param maxProbes how many places a script may attach to
 * @param ringPages pages of the ring buffer, 0 for the default
 * @param missingProbes what to do about attach points that stand for nothing
 * @param printMapsOnExit whether the maps are printed at the end
 * @param license of the programs
 */
public record Settings(
    int maxStrlen,
    int maxMapKeys,
    int maxProbes,
    int ringPages,
    MissingProbes missingProbes,
    boolean printMapsOnExit,
    String license) {

  /** bpftrace's defaults. */
  public static final Settings DEFAULTS =
      new Settings(1024, 4096, 1024, 0, MissingProbes.ERROR, true, "GPL");

  private static final String PREFIX = "BPFTRACE_";

  private static final List<String> LICENSES =
      List.of(
          "Dual MIT/GPL",
          "Dual BSD/GPL",
          "Dual MPL/GPL",
          "GPL and additional rights",
          "GPL v2",
          "GPL");

  /** Known to bpftrace, about things that scripts cannot do here or that work another way. */
  private static final List<String> WITHOUT_EFFECT =
      List.of(
          "cache_user_symbols",
          "cpp_demangle",
          "lazy_symbolication",
          "log_size",
          "max_bpf_progs",
          "max_cat_bytes",
          "on_stack_limit",
          "show_debug_info",
          "stack_mode",
          "str_trunc_trailer",
          "unstable_dw_ustack",
          "unstable_tseries");

  private static final List<String> NAMES =
      List.of(
          "max_strlen",
          "max_map_keys",
          "max_probes",
          "perf_rb_pages",
          "missing_probes",
          "print_maps_on_exit",
          "license");

  /** What to do about attach points that stand for nothing. */
  public enum MissingProbes {
    ERROR,
    WARN,
    IGNORE
  }

  /**
   * The settings of a script.
   *
   * @throws ScriptException at an entry that is unknown or has no value of its kind
   */
  static Settings of(Source source, List<Config> entries, Map<String, String> environment) {
    Settings settings = DEFAULTS;
    for (Config entry : entries) {
      String name = plain(entry.name());
      if (WITHOUT_EFFECT.contains(name)) {
        continue;
      }
      if (!NAMES.contains(name)) {
        throw wrong(source, entry, entry.name() + ": not a known configuration option");
      }
      try {
        settings = settings.with(name, entry.value());
      } catch (IllegalArgumentException refused) {
        throw wrong(source, entry, refused.getMessage());
      }
    }
    for (String name : NAMES) {
      String value = environment.get(PREFIX + name.toUpperCase(Locale.ROOT));
      if (value != null) {
        settings = settings.with(name, value);
      }
    }
    return settings;
  }

  private static String plain(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String shorter = upper.startsWith(PREFIX) ? upper.substring(PREFIX.length()) : upper;
    return shorter.toLowerCase(Locale.ROOT);
  }

  private static ScriptException wrong(Source source, Config entry, String message) {
    return new ScriptException(source, Diagnostic.error(entry.span(), message));
  }

  private Settings with(String name, String value) {
    return switch (name) {
      case "max_strlen" -> withMaxStrlen(number(name, value));
      case "max_map_keys" -> withMaxMapKeys(number(name, value));
      case "max_probes" -> withMaxProbes(number(name, value));
      case "perf_rb_pages" -> withRingPages(number(name, value));
      case "missing_probes" -> withMissingProbes(missing(value));
      case "print_maps_on_exit" -> withPrintMapsOnExit(truth(name, value));
      default -> withLicense(license(value));
    };
  }

  private Settings withMaxStrlen(int value) {
    return new Settings(
        value, maxMapKeys, maxProbes, ringPages, missingProbes, printMapsOnExit, license);
  }

  private Settings withMaxMapKeys(int value) {
    return new Settings(
        maxStrlen, value, maxProbes, ringPages, missingProbes, printMapsOnExit, license);
  }

  private Settings withMaxProbes(int value) {
    return new Settings(
        maxStrlen, maxMapKeys, value, ringPages, missingProbes, printMapsOnExit, license);
  }

  private Settings withRingPages(int value) {
    return new Settings(
        maxStrlen, maxMapKeys, maxProbes, value, missingProbes, printMapsOnExit, license);
  }

  private Settings withMissingProbes(MissingProbes value) {
    return new Settings(
        maxStrlen, maxMapKeys, maxProbes, ringPages, value, printMapsOnExit, license);
  }

  private Settings withPrintMapsOnExit(boolean value) {
    return new Settings(
        maxStrlen, maxMapKeys, maxProbes, ringPages, missingProbes, value, license);
  }

  private Settings withLicense(String value) {
    return new Settings(
        maxStrlen, maxMapKeys, maxProbes, ringPages, missingProbes, printMapsOnExit, value);
  }

  private static int number(String name, String value) {
    try {
      OptionalLong number = OptionalLong.of(Long.decode(value));
      if (number.getAsLong() > 0 && number.getAsLong() <= Integer.MAX_VALUE) {
        return (int) number.getAsLong();
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

  private static String license(String value) {
    if (!LICENSES.contains(value)) {
      throw new IllegalArgumentException(
          "Invalid value for license. Found: "
              + value
              + ". Valid values: "
              + String.join(", ", LICENSES));
    }
    return value;
  }
}
