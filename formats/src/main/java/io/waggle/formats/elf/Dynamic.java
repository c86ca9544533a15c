package io.waggle.formats.elf;

import java.util.List;
import java.util.Optional;

/**
 * What a file tells the dynamic linker.
 *
 * @param soname the name under which others ask for this library
 * @param needed the libraries this one asks for, in order
 * @param runPath folders to look for them in, separated by colons
 */
public record Dynamic(Optional<String> soname, List<String> needed, Optional<String> runPath) {
  static final Dynamic NONE = new Dynamic(Optional.empty(), List.of(), Optional.empty());
}
