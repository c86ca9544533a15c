package io.waggle.pack;

import java.util.Optional;

/** Options that every program has beside its own; its own go first where names are the same. */
public enum CommonOption {
  VERBOSE("--verbose", "", false),
  HELP("--help", "-h", false),
  VERSION("--version", "-V", false),
  JSON("--json", "", false),
  NO_CACHE("--no-cache", "", false),
  TIMEOUT("--timeout", "-d", true),
  INTERFACE("--interface", "", true),
  CGROUP("--cgroup", "", true);

  private final String longName;
  private final String shortName;
  private final boolean takesValue;

  CommonOption(String longName, String shortName, boolean takesValue) {
    this.longName = longName;
    this.shortName = shortName;
    this.takesValue = takesValue;
  }

  /** With its dashes. */
  public String longName() {
    return longName;
  }

  /** Whether a value follows. */
  public boolean takesValue() {
    return takesValue;
  }

  static Optional<CommonOption> find(String word) {
    for (CommonOption option : values()) {
      if (word.equals(option.longName) || word.equals(option.shortName)) {
        return Optional.of(option);
      }
    }
    // The older form of help named it so.
    return word.equals("-v") ? Optional.of(VERSION) : Optional.empty();
  }
}
