package io.waggle.script;

import io.waggle.formats.FormatException;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfField;
import io.waggle.formats.btf.BtfKind;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where fields of the kernel's structures lie, from its own type information, which is read when
 * first asked.
 */
final class KernelStructures {
  private final Path file;
  private Optional<Btf> types = Optional.empty();

  /** Those of the running kernel. */
  KernelStructures() {
    this(Path.of("/sys/kernel/btf/vmlinux"));
  }

  KernelStructures(Path file) {
    this.file = file;
  }

  /**
   * Bytes from the start of {@code struct structure} to {@code field}.
   *
   * @throws MissingTypesException if the kernel does not tell
   */
  int offset(String structure, String field) {
    Btf btf = types();
    OptionalInt type = btf.find(BtfKind.STRUCT, structure);
    Optional<BtfField> found =
        type.isPresent() ? btf.field(type.getAsInt(), field) : Optional.empty();
    if (found.isEmpty()) {
      throw new MissingTypesException(
          file + " tells of no field " + field + " of struct " + structure);
    }
    return Math.toIntExact(found.get().offset());
  }

  private Btf types() {
    if (types.isEmpty()) {
      try {
        types = Optional.of(Btf.open(file));
      } catch (UncheckedIOException | FormatException failure) {
        throw new MissingTypesException(
            "the script needs the kernel's type information: " + failure.getMessage());
      }
    }
    return types.get();
  }
}
