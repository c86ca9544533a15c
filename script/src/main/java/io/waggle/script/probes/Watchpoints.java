package io.waggle.script.probes;

import io.waggle.linux.Architecture;
import io.waggle.script.plan.Attachment;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Resolves {@code watchpoint}: an address, a length and what is watched for. */
final class Watchpoints {
  private static final String LETTERS = "rwx";

  private Watchpoints() {}

  static Probe resolve(List<String> parts, OptionalInt pid) {
    if (parts.size() != 3) {
      throw new ProbeException(
          "watchpoint probe type requires 3 arguments, found " + parts.size(),
          "watchpoint:0x10000000:8:rw");
    }
    OptionalLong address = Numbers.parse(parts.getFirst());
    if (address.isEmpty()) {
      throw new ProbeException("Invalid function/address argument: " + parts.getFirst());
    }
    if (address.getAsLong() == 0) {
      throw new ProbeException("watchpoint must be attached to a non-zero address");
    }
    if (address.getAsLong() > 0 && pid.isEmpty()) {
      throw new ProbeException(
          "watchpoint at an address of user space needs a process", "name one with -p or -c");
    }
    OptionalLong length = Numbers.parse(parts.get(1));
    if (length.isEmpty()) {
      throw new ProbeException("Invalid length argument: " + parts.get(1));
    }
    long bytes = length.getAsLong();
    if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8) {
      throw new ProbeException("watchpoint length must be one of (1,2,4,8)");
    }
    String mode = parts.getLast();
    return new Probe(
        new Attachment.Watchpoint(address.getAsLong(), (int) bytes, kind(mode)),
        "watchpoint:" + parts.getFirst() + ":" + bytes + ":" + mode);
  }

  private static int kind(String mode) {
    int kind = 0;
    for (int i = 0; i < mode.length(); i++) {
      int letter = LETTERS.indexOf(mode.charAt(i));
      if (letter < 0) {
        throw new ProbeException("watchpoint mode must be combination of (r,w,x)");
      }
      if ((kind & 1 << letter) != 0) {
        throw new ProbeException("watchpoint modes may not be duplicated");
      }
      kind |= 1 << letter;
    }
    if (kind == 0) {
      throw new ProbeException("watchpoint mode must be combination of (r,w,x)");
    }
    // x86-64 has no breakpoint for reads alone (arch_build_bp_info, arch/x86/kernel).
    boolean isPossible =
        switch (Architecture.current()) {
          case X86_64 -> kind == 2 || kind == 3 || kind == 4;
          case ARM64 -> kind <= 4;
        };
    if (!isPossible) {
      throw new ProbeException(
          "invalid watchpoint mode: " + mode,
          switch (Architecture.current()) {
            case X86_64 -> "this processor has w, rw and x";
            case ARM64 -> "this processor has r, w, rw and x";
          });
    }
    return kind;
  }
}
