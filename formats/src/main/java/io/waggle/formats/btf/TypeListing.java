package io.waggle.formats.btf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/**
 * Lists types as they are stored, a line for each with its number and further lines for its
 * members: the form that {@code bpftool btf dump} prints.
 */
public final class TypeListing {
  private static final String[] LINKAGE = {"static", "global", "extern"};

  private final Btf btf;
  private final StringBuilder text = new StringBuilder();

  private TypeListing(Btf btf) {
    this.btf = btf;
  }

  /**
   * Writes one type.
   *
   * @throws UncheckedIOException if {@code output} fails
   * @throws io.waggle.formats.FormatException if {@code btf} is damaged
   */
  public static void write(Btf btf, int type, Appendable output) {
    TypeListing listing = new TypeListing(btf);
    listing.type(type);
    try {
      output.append(listing.text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void type(int number) {
    switch (btf.type(number)) {
      case BtfType.Void _ -> head(number, "VOID", "");
      case BtfType.Int type -> {
        head(number, "INT", type.name());
        add("size", type.size()).add("bits_offset", type.bitOffset()).add("nr_bits", type.bits());
        add("encoding", encoding(type));
      }
      case BtfType.Pointer type -> head(number, "PTR", "").add("type_id", type.target());
      case BtfType.Array type ->
          head(number, "ARRAY", "")
              .add("type_id", type.element())
              .add("index_type_id", type.index())
              .add("nr_elems", type.count());
      case BtfType.Struct type -> structure(number, type);
      case BtfType.Enumeration type -> enumeration(number, type);
      case BtfType.Forward type ->
          head(number, "FWD", type.name()).add("fwd_kind", type.isUnion() ? "union" : "struct");
      case BtfType.Typedef type ->
          head(number, "TYPEDEF", type.name()).add("type_id", type.target());
      case BtfType.Qualified type ->
          head(number, type.qualifier().name(), "").add("type_id", type.target());
      case BtfType.Function type ->
          head(number, "FUNC", type.name())
              .add("type_id", type.prototype())
              .add("linkage", linkage(type.linkage()));
      case BtfType.Prototype type -> prototype(number, type);
      case BtfType.Variable type ->
          head(number, "VAR", type.name())
              .add("type_id", type.type() + ",")
              .add("linkage", linkage(type.linkage()));
      case BtfType.DataSection type -> section(number, type);
      case BtfType.Floating type -> head(number, "FLOAT", type.name()).add("size", type.size());
      case BtfType.DeclarationTag type ->
          head(number, "DECL_TAG", type.word())
              .add("type_id", type.target())
              .add("component_idx", type.component());
      case BtfType.TypeTag type ->
          head(number, "TYPE_TAG", type.word()).add("type_id", type.target());
    }
    text.append('\n');
  }

  private void structure(int number, BtfType.Struct type) {
    head(number, type.isUnion() ? "UNION" : "STRUCT", type.name());
    add("size", type.size()).add("vlen", type.members().size());
    for (BtfType.Member member : type.members()) {
      member(member.name()).add("type_id", member.type()).add("bits_offset", member.bitOffset());
      if (member.bitSize() != 0) {
        add("bitfield_size", member.bitSize());
      }
    }
  }

  private void enumeration(int number, BtfType.Enumeration type) {
    head(number, btf.kind(number) == BtfKind.ENUM64 ? "ENUM64" : "ENUM", type.name());
    add("encoding", type.isSigned() ? "SIGNED" : "UNSIGNED").add("size", type.size());
    add("vlen", type.values().size());
    String suffix = btf.kind(number) == BtfKind.ENUM64 ? "LL" : "";
    for (BtfType.Enumerator value : type.values()) {
      member(value.name())
          .add(
              "val",
              type.isSigned()
                  ? value.value() + suffix
                  : Long.toUnsignedString(value.value()) + (suffix.isEmpty() ? "" : "ULL"));
    }
  }

  private void prototype(int number, BtfType.Prototype type) {
    head(number, "FUNC_PROTO", "").add("ret_type_id", type.result());
    List<BtfType.Parameter> parameters = type.parameters();
    add("vlen", parameters.size());
    for (BtfType.Parameter parameter : parameters) {
      member(parameter.name()).add("type_id", parameter.type());
    }
  }

  private void section(int number, BtfType.DataSection type) {
    head(number, "DATASEC", type.name()).add("size", type.size());
    add("vlen", type.variables().size());
    for (BtfType.Placed placed : type.variables()) {
      text.append("\n\ttype_id=").append(placed.variable());
      add("offset", placed.offset()).add("size", placed.size());
      String kind = btf.kind(placed.variable()) == BtfKind.FUNC ? "FUNC" : "VAR";
      text.append(" (").append(kind).append(" '").append(btf.name(placed.variable())).append("')");
    }
  }

  private TypeListing head(int number, String kind, String name) {
    text.append('[').append(number).append("] ").append(kind).append(' ');
    return named(name);
  }

  private TypeListing member(String name) {
    text.append("\n\t");
    return named(name);
  }

  private TypeListing named(String name) {
    text.append('\'').append(name.isEmpty() ? "(anon)" : name).append('\'');
    return this;
  }

  private TypeListing add(String word, long number) {
    return add(word, Long.toString(number));
  }

  private TypeListing add(String word, String value) {
    text.append(' ').append(word).append('=').append(value);
    return this;
  }

  private static String encoding(BtfType.Int type) {
    return type.isSigned() ? "SIGNED" : type.isChar() ? "CHAR" : type.isBool() ? "BOOL" : "(none)";
  }

  private static String linkage(int linkage) {
    return linkage >= 0 && linkage < LINKAGE.length
        ? LINKAGE[linkage]
        : String.format(Locale.ROOT, "(unknown %d)", linkage);
  }
}
