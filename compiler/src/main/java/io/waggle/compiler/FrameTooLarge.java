package io.waggle.compiler;

import java.util.List;

/**
 * The frames of a chain of functions need more than the 512 bytes the kernel gives (MAX_BPF_STACK,
 * include/linux/filter.h; each frame counts in multiples of 32, kernel/bpf/verifier.c).
 */
public final class FrameTooLarge extends CompileError {
  private final int bytes;
  private final List<StackSlot> largest;

  FrameTooLarge(String function, int bytes, List<StackSlot> largest) {
    super(message(function, bytes, largest));
    this.bytes = bytes;
    this.largest = List.copyOf(largest);
  }

  /** Bytes needed. */
  public int bytes() {
    return bytes;
  }

  /** The largest objects on the stack, largest first. */
  public List<StackSlot> largest() {
    return largest;
  }

  private static String message(String function, int bytes, List<StackSlot> largest) {
    StringBuilder text = new StringBuilder();
    text.append("function ").append(function).append(" needs ").append(bytes);
    text.append(" bytes of stack, the kernel gives 512; largest objects:");
    for (StackSlot slot : largest) {
      text.append(' ').append(slot.name()).append(" (").append(slot.size()).append(" bytes)");
    }
    return text.append("; move large objects into a map").toString();
  }
}
