package io.waggle.bpf.core;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.btf.Flavour;

/** Relocations in words: which field, type or name of the kernel each is about. */
public final class CoreNames {
  private CoreNames() {}

  /**
   * Such as {@code task_struct.pid}, {@code struct bpf_iter_num} or {@code BPF_FUNC_loop}.
   *
   * @param local the object's types
   * @throws CoreException if the relocation is damaged
   */
  public static String of(Btf local, CoreRelocation relocation) {
    String type = Flavour.strip(local.name(relocation.type()));
    return switch (relocation.kind().subject()) {
      case FIELD -> type + "." + Access.parse(local, relocation).text();
      case TYPE -> word(local.kind(relocation.type())) + type;
      case ENUM_VALUE -> {
        int index = Access.numbers(relocation)[0];
        if (local.type(local.strip(relocation.type())) instanceof BtfType.Enumeration names
            && index < names.values().size()) {
          yield Flavour.strip(names.values().get(index).name());
        }
        throw CoreException.at(relocation, "it names no value of an enumeration");
      }
    };
  }

  /**
   * Whether the program takes no for an answer: it asks if something exists, or knows more than one
   * form of the type (flavours, {@code ___old}) and so has a way around.
   */
  public static boolean isTentative(Btf local, CoreRelocation relocation) {
    String name = local.name(relocation.type());
    return switch (relocation.kind()) {
      case FIELD_EXISTS, TYPE_EXISTS, TYPE_MATCHES, ENUM_VALUE_EXISTS, TYPE_SIZE, TYPE_ID_TARGET ->
          true;
      default -> !name.equals(Flavour.strip(name));
    };
  }

  private static String word(int kind) {
    return switch (kind) {
      case BtfKind.STRUCT -> "struct ";
      case BtfKind.UNION -> "union ";
      case BtfKind.ENUM, BtfKind.ENUM64 -> "enum ";
      default -> "";
    };
  }
}
