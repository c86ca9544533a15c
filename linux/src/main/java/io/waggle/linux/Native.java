package io.waggle.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The native calls of Waggle: {@code syscall(2)} of the C library with seven longs. One shape for
 * everything: the linker spins a stub per shape, which costs start-up time and cannot be archived.
 */
final class Native {
  private static final Linker LINKER = Linker.nativeLinker();

  private static final FunctionDescriptor SEVEN_LONGS =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private static final MethodHandle SYSCALL = function("syscall");

  private static final ThreadLocal<PerThread> PER_THREAD =
      new ThreadLocal<>() {
        @Override
        protected PerThread initialValue() {
          return new PerThread();
        }
      };

  /** What a thread needs for its calls: a place for errno and one for a call's attributes. */
  private static final class PerThread {
    // Freed by the garbage collector when the thread is gone.
    private final MemorySegment memory = Arena.ofAuto().allocate(64 + Attributes.CAPACITY, 64);
    private final MemorySegment errno = memory.asSlice(0, 64);
    private final Attributes attributes = new Attributes(memory.asSlice(64));
  }

  private Native() {}

  /**
   * A C function called with seven longs. Calling one that takes fewer is sound in the calling
   * conventions of x86-64 and arm64: what is too much is ignored, and the caller cleans the stack.
   */
  static MethodHandle function(String name) {
    return LINKER.downcallHandle(
        symbol(name),
        SEVEN_LONGS,
        Linker.Option.firstVariadicArg(1),
        Linker.Option.captureCallState("errno"));
  }

  /** The address of a symbol of the C library. */
  static MemorySegment symbol(String name) {
    Optional<MemorySegment> symbol = LINKER.defaultLookup().find(name);
    if (symbol.isEmpty()) { // not a lambda: the first one of a process costs milliseconds
      throw new UnsatisfiedLinkError("the C library has no " + name);
    }
    return symbol.get();
  }

  /** The calling thread's attributes, zeroed over their whole capacity. */
  static Attributes attributes() {
    return PER_THREAD.get().attributes.begin();
  }

  static long call(Syscall call, long a) {
    return call(call, a, 0, 0, 0, 0, 0);
  }

  static long call(Syscall call, long a, long b) {
    return call(call, a, b, 0, 0, 0, 0);
  }

  static long call(Syscall call, long a, long b, long c) {
    return call(call, a, b, c, 0, 0, 0);
  }

  static long call(Syscall call, long a, long b, long c, long d) {
    return call(call, a, b, c, d, 0, 0);
  }

  /** Makes the system call; a failed one answers the negated errno. */
  static long call(Syscall call, long a, long b, long c, long d, long e, long f) {
    return call(SYSCALL, call.number(), a, b, c, d, e, f);
  }

  /** Calls a handle of {@link #function}; where that answers -1 this answers the negated errno. */
  static long call(MethodHandle function, long a, long b, long c, long d, long e, long f, long g) {
    MemorySegment errno = PER_THREAD.get().errno;
    long result;
    try {
      result = (long) function.invokeExact(errno, a, b, c, d, e, f, g);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible); // native code throws nothing
    }
    return result == -1 ? -errno.get(JAVA_INT, 0) : result;
  }
}
