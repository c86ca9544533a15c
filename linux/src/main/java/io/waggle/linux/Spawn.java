package io.waggle.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * posix_spawn(3): a process must not be forked by hand from a JVM, whose other threads would be
 * missing in the copy. All functions share the shape of the one system call handle, so their stubs
 * exist already.
 */
final class Spawn {
  private static final MethodHandle POSIX_SPAWN = Native.function("posix_spawn");
  private static final MethodHandle INIT = Native.function("posix_spawnattr_init");
  private static final MethodHandle SET_FLAGS = Native.function("posix_spawnattr_setflags");
  private static final MethodHandle SET_MASK = Native.function("posix_spawnattr_setsigmask");
  private static final MethodHandle DESTROY = Native.function("posix_spawnattr_destroy");

  private static final int SETSIGMASK = 8; // POSIX_SPAWN_SETSIGMASK
  private static final int ATTRIBUTE_BYTES = 512; // posix_spawnattr_t has 336 in glibc and musl
  private static final int SIGNAL_SET_BYTES = 128;

  private Spawn() {}

  /**
   * Starts a program with our environment and our standard streams.
   *
   * @param arguments the first is the program's name
   * @return its process number; it must be waited for
   */
  static int start(String path, List<String> arguments) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pid = arena.allocate(4, 4);
      MemorySegment attributes = arena.allocate(ATTRIBUTE_BYTES, 16);
      long attr = attributes.address();
      call(INIT, attr, 0, 0, 0, 0, 0);
      // The JVM blocks SIGQUIT in its threads, and a mask survives exec: start with an empty one.
      call(SET_MASK, attr, arena.allocate(SIGNAL_SET_BYTES, 16).address(), 0, 0, 0, 0);
      call(SET_FLAGS, attr, SETSIGMASK, 0, 0, 0, 0);
      MemorySegment environment =
          Native.symbol("environ").reinterpret(ADDRESS.byteSize()).get(ADDRESS, 0);
      int error =
          call(
              POSIX_SPAWN,
              pid.address(),
              arena.allocateFrom(path).address(),
              0,
              attr,
              strings(arena, arguments).address(),
              environment.address());
      call(DESTROY, attr, 0, 0, 0, 0, 0);
      if (error != 0) {
        throw SystemCallException.of("posix_spawn", path, -error);
      }
      return pid.get(JAVA_INT, 0);
    }
  }

  /** These functions answer an int: the errno itself. */
  private static int call(MethodHandle function, long a, long b, long c, long d, long e, long f) {
    return (int) Native.call(function, a, b, c, d, e, f, 0);
  }

  private static MemorySegment strings(Arena arena, List<String> strings) {
    MemorySegment array = arena.allocate(ADDRESS, strings.size() + 1L);
    for (int i = 0; i < strings.size(); i++) {
      array.setAtIndex(ADDRESS, i, arena.allocateFrom(strings.get(i)));
    }
    return array;
  }
}
