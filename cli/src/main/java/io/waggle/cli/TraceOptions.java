package io.waggle.cli;

import io.waggle.formats.text.BufferMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What {@code waggle trace} was asked to do.
 *
 * @param source the program, or the pattern to list by; absent with {@code --info}, and with a
 *     plain {@code -l}
 * @param arguments what the program reads as {@code $1}, {@code $2} ...
 * @param list whether to list probes rather than to trace ({@code -l})
 * @param info whether to print what the kernel offers ({@code --info})
 * @param child the command to start and to trace until it ends ({@code -c})
 * @param pid the only process to trace ({@code -p})
 * @param format the form of the output ({@code -f})
 * @param output the file for the output ({@code -o}); standard output without
 * @param buffering when output is written ({@code -B})
 * @param stages the steps of compilation to print ({@code -d}); nothing runs then
 * @param quiet whether to print nothing but the program's own output ({@code -q})
 * @param verbose whether to tell more of what happens ({@code -v})
 * @param folders where headers that the program includes are looked for ({@code -I})
 * @param included headers that the program is to include ({@code --include})
 * @param unsafe whether functions with side effects are allowed ({@code --unsafe})
 * @param helperErrors whether to tell of reads that fail ({@code -k})
 * @param warnings whether to print warnings; not with {@code --no-warnings}
 * @param dryRun whether to end as soon as everything is attached ({@code --dry-run})
 */
public record TraceOptions(
    Optional<Source> source,
    List<String> arguments,
    boolean list,
    boolean info,
    Optional<String> child,
    OptionalInt pid,
    Format format,
    Optional<Path> output,
    BufferMode buffering,
    Set<String> stages,
    boolean quiet,
    boolean verbose,
    List<Path> folders,
    List<String> included,
    boolean unsafe,
    boolean helperErrors,
    boolean warnings,
    boolean dryRun) {

  /** Keeps its own copies of the collections. */
  public TraceOptions {
    arguments = List.copyOf(arguments);
    folders = List.copyOf(folders);
    included = List.copyOf(included);
    stages = Set.copyOf(stages);
  }

  /** Where the program's text comes from. */
  public sealed interface Source {
    /** The text itself ({@code -e}). */
    record Text(String program) implements Source {}

    /** A file to read; or, with {@code -l}, the pattern of probes if there is no such file. */
    record Named(String name) implements Source {}

    /** Standard input ({@code -}). */
    record StandardInput() implements Source {}
  }

  /** The form of the output. */
  public enum Format {
    /** For people. */
    TEXT,
    /** One JSON value a line. */
    JSON
  }
}
