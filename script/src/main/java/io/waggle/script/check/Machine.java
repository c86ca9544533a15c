package io.waggle.script.check;

import io.waggle.linux.Architecture;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a script may ask, while it is compiled, of the machine that it is to run on. */
public interface Machine {

  /** One that nothing is known of. */
  Machine UNKNOWN = new Unknown();

  /** Decides what registers and system calls are called. */
  Architecture architecture();

  /** How many CPUs there can be. */
  int cpus();

  /** The address of a function or variable of the kernel; empty if there is none of that name. */
  OptionalLong kernelAddress(String symbol);

  /** Whether the kernel has a function that programs may call, a kfunc, of that name. */
  boolean hasKernelFunction(String name);

  /** A variable or function of a file. */
  Optional<UserSymbol> userSymbol(String file, String name);

  /** The address that a place in a file has where the file is loaded at address 0. */
  long userAddress(String file, long offset);

  /**
   * A symbol of a file.
   *
   * @param movable whether the file may be loaded anywhere, so that addresses are relative to that
   */
  record UserSymbol(long address, long size, boolean movable) {}

  /** The command that is traced. */
  OptionalInt child();

  /** See {@link Machine#UNKNOWN}. */
  record Unknown() implements Machine {
    @Override
    public Architecture architecture() {
      return Architecture.X86_64;
    }

    @Override
    public int cpus() {
      return 1;
    }

    @Override
    public OptionalLong kernelAddress(String symbol) {
      return OptionalLong.empty();
    }

    @Override
    public boolean hasKernelFunction(String name) {
      return false;
    }

    @Override
    public Optional<UserSymbol> userSymbol(String file, String name) {
      return Optional.empty();
    }

    @Override
    public long userAddress(String file, long offset) {
      return offset;
    }

    @Override
    public OptionalInt child() {
      return OptionalInt.empty();
    }
  }
}
