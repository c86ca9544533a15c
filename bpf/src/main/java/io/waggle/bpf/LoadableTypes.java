package io.waggle.bpf;

import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.Section;
import io.waggle.formats.elf.Symbol;
import io.waggle.formats.elf.SymbolTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An object's BTF as the kernel takes it. What the compiler writes is unfinished: sections of
 * variables have neither size nor offsets, which stand in the symbol table, and what is declared
 * {@code extern} would be refused (kernel/bpf/btf.c: btf_datasec_check_meta, btf_var_check_meta,
 * btf_func_check). Functions of hidden visibility become static ones: the verifier then follows
 * their callers into them, where it would else have to believe any argument.
 */
final class LoadableTypes {
  private static final int INT = 1;
  private static final int UNION = 5;
  private static final int FUNC = 12;
  private static final int FUNC_PROTO = 13;
  private static final int VAR = 14;
  private static final int DATASEC = 15;
  private static final int EXTERN = 2;
  private static final int GLOBAL = 1;
  private static final int STATIC = 0;

  /** Bytes after the first 12 of a type, by kind: fixed, and for each element. */
  private static final int[] FIXED = {0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0};

  private static final int[] EACH = {
    0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12
  };

  private final ElfFile elf;
  private final Map<String, Symbol> variables = new HashMap<>();
  private final Set<String> hidden = new HashSet<>();
  private final ByteBuffer bytes;
  private final int strings;
  private final List<Integer> places = new ArrayList<>();
  private int anInteger;

  private LoadableTypes(ElfFile elf, List<Symbol> symbols, byte[] content) {
    this.elf = elf;
    this.bytes = ByteBuffer.wrap(content).order(elf.header().order());
    this.strings = bytes.getInt(4) + bytes.getInt(16);
    for (Symbol symbol : symbols) {
      if (symbol.type() == Symbol.OBJECT && symbol.section() != Symbol.UNDEFINED) {
        variables.put(symbol.name(), symbol);
      }
    }
    elf.symbols().ifPresent(this::collectHidden);
    int at = bytes.getInt(4) + bytes.getInt(8);
    int end = at + bytes.getInt(12);
    places.add(-1);
    while (at < end) {
      if (kind(at) == INT && anInteger == 0) {
        anInteger = places.size();
      }
      places.add(at);
      at += 12 + FIXED[kind(at)] + EACH[kind(at)] * count(at);
    }
  }

  private void collectHidden(SymbolTable table) {
    for (int i = 1; i < table.count(); i++) {
      int visibility = table.visibility(i);
      if (table.isFunction(i) && (visibility == Symbol.HIDDEN || visibility == Symbol.INTERNAL)) {
        hidden.add(table.name(i));
      }
    }
  }

  /** A finished copy. {@code content} has been read as BTF before, so its bounds are right. */
  static byte[] of(ElfFile elf, List<Symbol> symbols, byte[] content) {
    byte[] copy = content.clone();
    LoadableTypes types = new LoadableTypes(elf, symbols, copy);
    for (int type = 1; type < types.places.size(); type++) {
      types.finish(types.places.get(type));
    }
    return copy;
  }

  private void finish(int at) {
    switch (kind(at)) {
      case VAR -> {
        if (bytes.getInt(at + 12) == EXTERN) {
          bytes.putInt(at + 12, GLOBAL);
          if (bytes.getInt(at + 8) == 0 || isUnsized(bytes.getInt(at + 8))) {
            bytes.putInt(at + 8, anInteger);
          }
        }
      }
      case FUNC -> {
        if (count(at) == EXTERN) {
          bytes.putInt(at + 4, FUNC << 24 | GLOBAL);
          nameParameters(bytes.getInt(at + 8), bytes.getInt(at));
        } else if (count(at) == GLOBAL && hidden.contains(string(bytes.getInt(at)))) {
          bytes.putInt(at + 4, FUNC << 24 | STATIC);
        }
      }
      case DATASEC -> layOut(at);
      default -> {}
    }
  }

  /** Whether a variable's type is {@code void} behind qualifiers. */
  private boolean isUnsized(int type) {
    int at = type;
    for (int depth = 0; depth < 32 && at != 0; depth++) {
      int place = places.get(at);
      if (kind(place) < 8 || kind(place) > 11) {
        return false;
      }
      at = bytes.getInt(place + 8);
    }
    return at == 0;
  }

  /** Any name will do, but there must be one; the compiler leaves out those of declarations. */
  private void nameParameters(int prototype, int name) {
    int at = places.get(prototype);
    if (kind(at) != FUNC_PROTO) {
      return;
    }
    for (int i = 0; i < count(at); i++) {
      int parameter = at + 12 + 8 * i;
      if (bytes.getInt(parameter) == 0 && bytes.getInt(parameter + 4) != 0) {
        bytes.putInt(parameter, name);
      }
    }
  }

  private void layOut(int at) {
    String name = string(bytes.getInt(at));
    Optional<Section> section = elf.section(name);
    int count = count(at);
    List<int[]> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int entry = at + 12 + 12 * i;
      int variable = bytes.getInt(entry);
      Symbol symbol =
          kind(places.get(variable)) == VAR
              ? variables.get(string(bytes.getInt(places.get(variable))))
              : null;
      if (symbol != null && section.isPresent() && symbol.section() == section.get().index()) {
        entries.add(new int[] {variable, (int) symbol.value(), bytes.getInt(entry + 8)});
      }
    }
    if (entries.size() < count || count == 0 || section.get().size() == 0) {
      // Externs lie in no section; as a union of numbers the kernel asks nothing of them.
      bytes.putInt(at, 0).putInt(at + 4, UNION << 24 | count).putInt(at + 8, intSize());
      for (int i = 0; i < count; i++) {
        bytes.putInt(at + 12 + 12 * i, 0);
        bytes.putInt(at + 16 + 12 * i, anInteger);
        bytes.putInt(at + 20 + 12 * i, 0);
      }
      return;
    }
    entries.sort(Comparator.comparingInt(entry -> entry[1]));
    bytes.putInt(at + 8, (int) section.get().size());
    for (int i = 0; i < count; i++) {
      for (int word = 0; word < 3; word++) {
        bytes.putInt(at + 12 + 12 * i + 4 * word, entries.get(i)[word]);
      }
    }
  }

  private int intSize() {
    return anInteger == 0 ? 0 : bytes.getInt(places.get(anInteger) + 8);
  }

  private int kind(int at) {
    return bytes.getInt(at + 4) >>> 24 & 0x1f;
  }

  private int count(int at) {
    return bytes.getInt(at + 4) & 0xffff;
  }

  private String string(int offset) {
    int end = strings + offset;
    while (bytes.get(end) != 0) {
      end++;
    }
    return new String(
        bytes.array(), strings + offset, end - strings - offset, StandardCharsets.UTF_8);
  }
}
