package io.waggle.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The functions of the kernel that ftrace reaches, in the order of {@code
 * available_filter_functions} of tracefs, which names each with the module it belongs to.
 */
public final class TraceableFunctions {
  /** Stands where a function was that has gone (kernel/trace/ftrace.c). */
  private static final String GONE = "__ftrace_invalid_address__";

  private TraceableFunctions() {}

  /**
   * A function.
   *
   * @param module its module, empty for the kernel itself
   */
  public record Function(String name, String module) {}

  /**
   * Reads the list. A name occurs as often as there are functions of that name.
   *
   * @return empty if there is no such file, as without CONFIG_DYNAMIC_FTRACE, or the kernel keeps
   *     it to itself, as in lockdown
   * @throws UncheckedIOException if this user may not read it
   */
  public static Optional<List<Function>> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)));
    } catch (AccessDeniedException failure) {
      throw new UncheckedIOException("cannot read " + file, failure);
    } catch (IOException refused) {
      return Optional.empty();
    }
  }

  /** Lines such as {@code vfs_read} and {@code ext4_map_blocks [ext4]}. */
  private static List<Function> parse(String text) {
    List<Function> functions = new ArrayList<>(1 << 16);
    String module = "";
    for (int at = 0; at < text.length(); ) {
      int newline = text.indexOf('\n', at);
      int end = newline < 0 ? text.length() : newline;
      int nameEnd = at;
      while (nameEnd < end && text.charAt(nameEnd) > ' ') {
        nameEnd++;
      }
      int bracket = nameEnd;
      while (bracket < end && text.charAt(bracket) != '[') {
        bracket++;
      }
      if (!text.startsWith(GONE, at) && nameEnd > at) {
        // Functions of a module follow one another, so that few texts are made for their modules.
        if (bracket == end) {
          module = "";
        } else if (!text.startsWith(module + "]", bracket + 1)) {
          module = text.substring(bracket + 1, Math.max(bracket + 1, text.indexOf(']', bracket)));
        }
        functions.add(new Function(text.substring(at, nameEnd), module));
      }
      at = end + 1;
    }
    return functions;
  }
}
