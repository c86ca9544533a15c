package io.waggle.kernel;

import io.waggle.bpf.Nearest;
import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.Mounts;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Many functions of the kernel by one link (Linux 5.18). The program must have been loaded for
 * {@link io.waggle.bpf.AttachType#TRACE_KPROBE_MULTI} or its session form.
 *
 * @param pattern a function's name, in which {@code *} and {@code ?} stand for any letters and one
 * @param atReturn whether to run when the functions return
 */
public record KprobeMulti(String pattern, boolean atReturn) implements AttachPoint {

  @Override
  public Link attach(LoadedProgram program) {
    List<Long> found = addresses();
    long[] addresses = found.stream().mapToLong(Long::longValue).toArray();
    int type = program.expectedAttach().orElseThrow().id();
    try {
      return Links.of(BpfLink.kprobeMulti(program.fd(), type, addresses, new long[0], atReturn));
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      throw new AttachException("cannot attach to " + this + ": " + reason(refused), refused);
    }
  }

  private String reason(SystemCallException refused) {
    return switch (refused.errno()) {
      case Errno.EINVAL, Errno.EOPNOTSUPP ->
          "this kernel has no links to many functions (kprobe.multi, Linux 5.18 with"
              + " CONFIG_FPROBE); attach kprobes one by one";
      default -> refused.getMessage();
    };
  }

  /** Those of the functions that can be traced. */
  private List<Long> addresses() {
    Set<String> traceable = traceable();
    boolean isPattern = pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
    Set<String> wanted = new HashSet<>();
    if (isPattern) {
      Pattern expression = expression();
      for (String name : traceable) {
        if (expression.matcher(name).matches()) {
          wanted.add(name);
        }
      }
    } else if (traceable.contains(pattern)) {
      wanted.add(pattern);
    }
    Map<String, Long> addresses = KernelAddresses.find(wanted);
    if (addresses.isEmpty()) {
      String hint = isPattern ? "" : Nearest.hint(pattern, traceable);
      throw new AttachException(
          "the kernel has no function '"
              + pattern
              + "' that can be traced"
              + (hint.isEmpty() ? "" : " (" + hint + ")"));
    }
    return new ArrayList<>(addresses.values());
  }

  private Pattern expression() {
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

  private static Set<String> traceable() {
    Path file = Mounts.tracefs().resolve("available_filter_functions");
    Set<String> names = new HashSet<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int blank = line.indexOf(' ');
        names.add(blank < 0 ? line : line.substring(0, blank));
      }
      return names;
    } catch (java.nio.file.NoSuchFileException none) {
      throw new AttachException(
          "this kernel lists no functions that can be traced (CONFIG_FUNCTION_TRACER)", none);
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + file, failure);
    }
  }

  @Override
  public String toString() {
    return (atReturn ? "kretprobe.multi " : "kprobe.multi ") + pattern;
  }
}
