package io.waggle.bpf;

import java.util.List;

/** Licences as the kernel tells them apart (include/linux/license.h). */
public final class License {
  /** The spellings that give a program the helpers for GPL programs only. */
  public static final List<String> GPL_COMPATIBLE =
      List.of(
          "GPL",
          "GPL v2",
          "GPL and additional rights",
          "Dual BSD/GPL",
          "Dual MIT/GPL",
          "Dual MPL/GPL");

  private License() {}

  /** Whether the kernel takes it for compatible with its own; the spelling must be exact. */
  public static boolean isGplCompatible(String license) {
    return GPL_COMPATIBLE.contains(license);
  }
}
