package io.waggle.pack;

import java.util.Optional;

/**
 * What code addresses are called. Whoever runs a package gives one; without, addresses are shown as
 * numbers.
 */
public interface FrameNames {
  /** Knows no names. */
  FrameNames NONE =
      new FrameNames() {
        @Override
        public Optional<String> kernel(long address) {
          return Optional.empty();
        }

        @Override
        public Optional<String> user(int pid, long address) {
          return Optional.empty();
        }
      };

  /** A function of the kernel and the bytes from its start, as {@code name+0x1f}. */
  Optional<String> kernel(long address);

  /** The same of a process, empty if it has ended or has no name there. */
  Optional<String> user(int pid, long address);
}
