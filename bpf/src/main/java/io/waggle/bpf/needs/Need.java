package io.waggle.bpf.needs;

import io.waggle.bpf.Release;
import java.util.List;
import java.util.Optional;

/**
 * One thing that an object needs.
 *
 * @param since the first kernel with it; empty where versions do not tell
 * @param isOptional whether the object can do without: it asks first, or does not load the program
 * @param programs that need it; empty for the object as a whole
 */
public record Need(
    Subject subject, Optional<Release> since, boolean isOptional, List<String> programs) {
  public Need {
    programs = List.copyOf(programs);
  }
}
