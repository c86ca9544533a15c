package io.waggle.script.probes;

import java.util.Locale;
import java.util.Optional;

/** What probes there are, with the names scripts use. */
public enum ProbeKind {
  BEGIN("begin"),
  END("end"),
  UPROBE("uprobe", "u"),
  URETPROBE("uretprobe", "ur"),
  TRACEPOINT("tracepoint", "t"),
  RAWTRACEPOINT("rawtracepoint", "rt"),
  PROFILE("profile", "p"),
  INTERVAL("interval", "i"),
  SOFTWARE("software", "s"),
  HARDWARE("hardware", "h"),
  KPROBE("kprobe", "k"),
  KRETPROBE("kretprobe", "kr"),
  FENTRY("fentry", "f", "kfunc"),
  FEXIT("fexit", "fr", "kretfunc"),
  USDT("usdt", "U"),
  ITER("iter", "it"),
  WATCHPOINT("watchpoint", "w"),
  SELF("self"),
  TEST("test");

  private final String title;
  private final String[] aliases;

  ProbeKind(String title, String... aliases) {
    this.title = title;
    this.aliases = aliases;
  }

  /** The full name, in lower case. */
  public String title() {
    return title;
  }

  /** The kind of that name or short name; full names in any case. */
  public static Optional<ProbeKind> of(String name) {
    ProbeKind[] kinds = values();
    for (ProbeKind kind : kinds) {
      for (String alias : kind.aliases) {
        if (alias.equals(name)) {
          return Optional.of(kind);
        }
      }
    }
    String lower = name.toLowerCase(Locale.ROOT);
    for (ProbeKind kind : kinds) {
      if (kind.title.equals(lower)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
