package io.waggle.compiler;

import java.util.Objects;

/**
 * A helper of the kernel as the compiler sees it. Front ends keep theirs as constants.
 *
 * @param id number in enum bpf_func_id
 * @param name for printing, without {@code bpf_}
 * @param result what R0 holds afterwards; {@link Type#VOID} when nobody may look
 */
public record HelperSignature(int id, String name, Effect effect, Type result) {
  public HelperSignature {
    Objects.requireNonNull(name);
    Objects.requireNonNull(effect);
    Objects.requireNonNull(result);
  }
}
