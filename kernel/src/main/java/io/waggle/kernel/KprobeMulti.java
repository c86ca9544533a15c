package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.Nearest;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Many functions of the kernel by one link (Linux 5.18). The program must have been loaded for
 * {@link AttachType#TRACE_KPROBE_MULTI}, or for {@link AttachType#TRACE_KPROBE_SESSION} (Linux
 * 6.10), whose programs run at the start of a function and, if they answer 0, at its return too.
 *
 * @param atReturn whether to run when the functions return; not for sessions
 */
public record KprobeMulti(List<Functions> functions, boolean atReturn) implements AttachPoint {
  private static final int MOST = 1 << 20; // MAX_KPROBE_MULTI_CNT, kernel/trace/bpf_trace.c

  /**
   * Functions by name. Where several share one, those that ftrace reaches are meant; kernels before
   * 6.5 do not tell which these are, so there such names are left out of a list of several.
   *
   * @param pattern a name, in which {@code *} stands for any letters and {@code ?} for one
   * @param cookie what {@code bpf_get_attach_cookie} gives there
   */
  public record Functions(String pattern, long cookie) {
    boolean isPattern() {
      return pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
    }
  }

  public KprobeMulti {
    functions = List.copyOf(functions);
  }

  /** Functions of one pattern, without a cookie. */
  public KprobeMulti(String pattern, boolean atReturn) {
    this(List.of(new Functions(pattern, 0)), atReturn);
  }

  @Override
  public Link attach(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.KPROBE);
    AttachType type = program.expectedAttach().orElse(AttachType.PERF_EVENT);
    boolean isSession = type == AttachType.TRACE_KPROBE_SESSION;
    if (type != AttachType.TRACE_KPROBE_MULTI && !isSession) {
      throw new AttachException(
          "cannot attach to "
              + this
              + ": program "
              + program.spec().name()
              + " was loaded for one function at a time; name its section kprobe.multi");
    }
    Feature needed = isSession ? Feature.KPROBE_SESSION : Feature.KPROBE_MULTI;
    Map<Long, Long> cookies = new HashMap<>();
    try {
      resolve(cookies);
      long[] addresses = cookies.keySet().stream().mapToLong(Long::longValue).toArray();
      long[] values = new long[addresses.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = cookies.get(addresses[i]);
      }
      return Links.of(
          BpfLink.kprobeMulti(program.fd(), type.id(), addresses, values, atReturn && !isSession));
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      String reason =
          program.features().has(needed)
              ? reason(refused, cookies.size())
              : "this kernel lacks "
                  + needed.requirement()
                  + " with CONFIG_FPROBE; attach kprobes one by one";
      throw new AttachException("cannot attach to " + this + ": " + reason, refused);
    }
  }

  private String reason(SystemCallException refused, int count) {
    if (refused.errno() == Errno.E2BIG || count > MOST) {
      return count + " functions match, and a link takes " + MOST + " at most";
    }
    Set<String> traceable = names(KernelFunctions.traceable());
    for (Functions wanted : functions) {
      if (!wanted.isPattern() && !traceable.contains(wanted.pattern())) {
        return "ftrace does not reach '" + wanted.pattern() + "' (notrace); try a kprobe";
      }
    }
    return refused.getMessage();
  }

  private void resolve(Map<Long, Long> cookies) {
    Set<String> names = new HashSet<>();
    for (Functions wanted : functions) {
      if (wanted.isPattern()) {
        match(wanted, cookies);
      } else {
        names.add(wanted.pattern());
      }
    }
    // The lists of ftrace name one of several names of an address: those given are looked up.
    Map<String, List<Long>> addresses = names.isEmpty() ? Map.of() : KernelAddresses.findAll(names);
    Optional<Set<Long>> reachable = Optional.empty();
    for (Functions wanted : functions) {
      if (wanted.isPattern()) {
        continue;
      }
      List<Long> found = addresses.get(wanted.pattern());
      if (found == null) {
        throw missing(wanted);
      }
      if (found.size() > 1) {
        // One that ftrace does not reach would make the kernel refuse all.
        reachable = Optional.of(reachable.orElseGet(KprobeMulti::reachable));
        List<Long> traced = found.stream().filter(reachable.get()::contains).toList();
        found = traced.isEmpty() && functions.size() == 1 ? found.subList(0, 1) : traced;
      }
      found.forEach(address -> cookies.put(address, wanted.cookie()));
    }
  }

  private static Set<Long> reachable() {
    Set<Long> addresses = new HashSet<>();
    KernelFunctions.traceable().forEach(site -> addresses.add(site.address()));
    return addresses;
  }

  private void match(Functions wanted, Map<Long, Long> cookies) {
    Pattern expression = expression(wanted.pattern());
    boolean isFound = false;
    for (KernelFunctions.Site site : KernelFunctions.traceable()) {
      if (expression.matcher(site.name()).matches()) {
        cookies.putIfAbsent(site.address(), wanted.cookie());
        isFound = true;
      }
    }
    if (!isFound) {
      throw new AttachException(
          "cannot attach to "
              + this
              + ": no function that can be traced matches '"
              + wanted.pattern()
              + "'");
    }
  }

  private AttachException missing(Functions wanted) {
    String hint = Nearest.hint(wanted.pattern(), names(KernelFunctions.traceable()));
    return new AttachException(
        "cannot attach to "
            + this
            + ": the kernel has no function '"
            + wanted.pattern()
            + "'"
            + (hint.isEmpty() ? "" : " (" + hint + ")"));
  }

  private static Set<String> names(List<KernelFunctions.Site> sites) {
    Set<String> names = new HashSet<>();
    sites.forEach(site -> names.add(site.name()));
    return names;
  }

  private static Pattern expression(String pattern) {
    StringBuilder text = new StringBuilder();
    for (char letter : pattern.toCharArray()) {
      switch (letter) {
        case '*' -> text.append(".*");
        case '?' -> text.append('.');
        default -> text.append(Pattern.quote(String.valueOf(letter)));
      }
    }
    return Pattern.compile(text.toString());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(atReturn ? "kretprobe.multi" : "kprobe.multi");
    for (Functions each : functions) {
      text.append(' ').append(each.pattern());
    }
    return text.toString();
  }
}
