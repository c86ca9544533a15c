package io.waggle.script;

import io.waggle.formats.FormatException;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfField;
import io.waggle.formats.btf.BtfKind;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** Where fields of the kernel's structures lie. Its type information is read when first asked. */
final class KernelStructures {
  private static final Path VMLINUX = Path.of("/sys/kernel/btf/vmlinux");

  private final Path file;
  private Optional<Btf> types = Optional.empty();

  KernelStructures() {
    this(VMLINUX);
  }

  KernelStructures(Path file) {
    this.file = file;
  }

  /**
   * Bytes from the start of {@code struct structure} to {@code field}; fields of nameless members
   * count as the structure's own.
   *
   * @throws IllegalStateException if the kernel does not tell
   */
  int offset(String structure, String field) {
    Btf btf = types();
    OptionalInt type = btf.find(BtfKind.STRUCT, structure);
    Optional<BtfField> found =
        type.isPresent() ? btf.field(type.getAsInt(), field) : Optional.empty();
    if (found.isEmpty()) {
      throw new IllegalStateException(
          "the type information in " + file + " has no field " + field + " of struct " + structure);
    }
    return Math.toIntExact(found.get().offset());
  }

  private Btf types() {
    if (types.isEmpty()) {
      try {
        types = Optional.of(Btf.open(file));
      } catch (UncheckedIOException e) {
        throw new IllegalStateException(
            "this kernel offers no type information (" + file + "), which the script needs", e);
      } catch (FormatException e) {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
    return types.get();
  }
}
