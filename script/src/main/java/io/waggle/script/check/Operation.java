package io.waggle.script.check;

import io.waggle.bpf.Bytes;
import io.waggle.script.plan.Fact;
import io.waggle.script.types.Type;

/**
 * What a program computes for a call of the library, beside the operators of the language. The
 * operands are those of {@link Term.Compute}, numbers of 64 bits unless told otherwise.
 */
public sealed interface Operation {

  /** Whether it does something beside giving a value, so that it is not left out. */
  default boolean isEffect() {
    return false;
  }

  /** {@code kstack}, {@code ustack}: the call stack; the type is {@link Type.Stack}. */
  record ReadStack() implements Operation {}

  /** {@code len} of a stack, the operand: how many frames it has. */
  record StackDepth() implements Operation {}

  /** {@code ksym}, {@code usym}: an address, the operand, to be shown by its name. */
  record NameAddress() implements Operation {}

  /** {@code ntop}: the address family, then a number with the bytes of an IPv4 address. */
  record NumberToInet() implements Operation {}

  /** {@code ntop}: the address family, then the bytes of an address in memory. */
  record BytesToInet() implements Operation {}

  /** {@code macaddr}: six bytes in memory at the operand. */
  record ReadMac() implements Operation {}

  /** {@code pton}: bytes that are known. */
  record KnownBytes(Bytes bytes) implements Operation {}

  /** {@code path}: where in the file system a {@code struct path} leads. */
  record ReadPath() implements Operation {}

  /** {@code socket_cookie}: the number that the kernel gives a socket. */
  record SocketCookie() implements Operation {}

  /** Something that the machine says of itself when the program is run. */
  record MachineFact(Fact fact) implements Operation {}

  /** {@code cgroup_path}: the cgroup's number. */
  record NameCgroup() implements Operation {}

  /** {@code username}: the user's number. */
  record NameUser() implements Operation {}

  /** {@code bswap}: the operand's bytes, as many as the type has, in the other order. */
  record SwapBytes() implements Operation {}

  /** {@code reg}: 8 bytes of the saved registers. */
  record ReadRegister(int offset) implements Operation {}

  /** {@code strerror} and its like: a row of a table of texts; the last row is for all others. */
  record NameNumber(NumberNames names) implements Operation {}

  /** {@code strstr}: where the second text starts in the first, -1 if it does not. */
  record FindText() implements Operation {}

  /** {@code str_concat}: both texts, one after the other. */
  record JoinTexts() implements Operation {}

  /**
   * {@code memcmp}: the first difference of two values in memory, as C counts it; 0 if {@code
   * bytes} bytes are the same.
   */
  record CompareBytes(int bytes) implements Operation {}

  /**
   * {@code percpu_kaddr}: the copy of a per-CPU variable that a CPU has. Operands: the CPU, the
   * variable, and where the kernel keeps the distances of the copies.
   */
  record PerCpuAddress(int cpus) implements Operation {}

  /** {@code signal}, {@code signal_thread}: sends a signal to the process or thread. */
  record SendSignal(boolean toThread) implements Operation {
    @Override
    public boolean isEffect() {
      return true;
    }
  }

  /** {@code override}: the probed function is not run and returns the operand. */
  record OverrideReturn() implements Operation {
    @Override
    public boolean isEffect() {
      return true;
    }
  }

  /** {@code write_user}: whether bytes could be written: address, source, length. */
  record WriteUser() implements Operation {
    @Override
    public boolean isEffect() {
      return true;
    }
  }

  /** {@code find}: whether a map has a key; if so, its value goes to a variable. */
  record FindEntry(MapSymbol map, LocalVariable result) implements Operation {
    @Override
    public boolean isEffect() {
      return true;
    }
  }
}
