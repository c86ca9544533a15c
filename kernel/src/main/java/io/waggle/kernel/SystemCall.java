package io.waggle.kernel;

import io.waggle.bpf.Nearest;
import io.waggle.linux.Architecture;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A system call by its name alone, such as {@code openat}: the function that the kernel has for it
 * on this architecture.
 *
 * @param atReturn whether to run when it returns
 */
public record SystemCall(String name, boolean atReturn) implements AttachPoint {

  @Override
  public Link attach(LoadedProgram program) {
    return new Kprobe(function(), 0, atReturn).attach(program);
  }

  /**
   * With wrappers (Linux 4.17) the function is named after the architecture; without, or where a
   * call has no wrapper of its own, it is one of the plain names.
   */
  String function() {
    List<String> prefixes = prefixes(Architecture.current());
    Set<String> candidates = new LinkedHashSet<>();
    prefixes.forEach(prefix -> candidates.add(prefix + name));
    Map<String, Long> found = KernelAddresses.find(candidates);
    for (String candidate : candidates) {
      if (found.containsKey(candidate)) {
        return candidate;
      }
    }
    Set<String> names = new LinkedHashSet<>();
    for (String symbol : KernelAddresses.names()) {
      for (String prefix : prefixes) {
        if (symbol.startsWith(prefix)) {
          names.add(symbol.substring(prefix.length()));
        }
      }
    }
    String hint = Nearest.hint(name, names);
    throw new AttachException(
        "this kernel has no system call '"
            + name
            + "'"
            + (hint.isEmpty() ? "" : " (" + hint + ")"));
  }

  /** Best first; arch/ARCH/include/asm/syscall_wrapper.h and include/linux/syscalls.h. */
  static List<String> prefixes(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> List.of("__x64_sys_", "__se_sys_", "sys_");
      case ARM64 -> List.of("__arm64_sys_", "__se_sys_", "sys_");
    };
  }
}
