package io.waggle.pack;

import io.waggle.bpf.values.ValueType;
import java.util.Optional;

/**
 * An option that sets a variable before the program is loaded.
 *
 * @param section of the variable
 * @param offset from that section's start, bytes
 * @param longName without the dashes
 * @param shortName one character
 * @param shown the default, where it is worth telling
 * @param switched what the bare option sets the variable to; empty for options that take a value
 * @param initial what the package sets the variable to unless the user does
 */
record ProgramOption(
    String variable,
    String section,
    long offset,
    ValueType type,
    String longName,
    Optional<String> shortName,
    String help,
    Optional<String> shown,
    Optional<String> switched,
    Optional<String> initial) {

  /** The option as help shows it. */
  String usage() {
    return "--" + longName + (switched.isPresent() ? "" : " <" + variable + '>');
  }
}
