package io.waggle.kernel;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How an object is loaded, where the usual way will not do.
 *
 * @param pinFolder where maps that ask for it are pinned by name; a folder of a BPF file system
 * @param targets what programs of type EXT (and fentry/fexit of programs) attach to, by the
 *     program's name
 */
public record LoadOptions(Path pinFolder, Map<String, Target> targets) {
  /** The usual way: pinned below {@code /sys/fs/bpf}. */
  public static final LoadOptions USUAL = new LoadOptions(Path.of("/sys/fs/bpf"), Map.of());

  /**
   * A function of a loaded program.
   *
   * @param function its name; empty for what the section's name says
   */
  public record Target(LoadedProgram program, String function) {}

  public LoadOptions {
    targets = Map.copyOf(targets);
  }

  /** The same with another folder to pin in. */
  public LoadOptions withPinFolder(Path folder) {
    return new LoadOptions(folder, targets);
  }

  /** The same with a program to attach {@code program} to. */
  public LoadOptions withTarget(String program, Target target) {
    Map<String, Target> more = new HashMap<>(targets);
    more.put(program, target);
    return new LoadOptions(pinFolder, more);
  }

  Optional<Target> target(String program) {
    return Optional.ofNullable(targets.get(program));
  }
}
