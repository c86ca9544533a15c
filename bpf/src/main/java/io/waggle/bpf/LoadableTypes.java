package io.waggle.bpf;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfBuilder;
import io.waggle.formats.btf.BtfExtension;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.btf.BtfType.Member;
import io.waggle.formats.btf.BtfType.Parameter;
import io.waggle.formats.btf.BtfType.Placed;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.elf.Section;
import io.waggle.formats.elf.Symbol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An object's BTF as the kernel takes it. What the compiler writes is unfinished: sections of
 * variables have neither size nor offsets, which stand in the symbol table, and what is declared
 * {@code extern} would be refused (kernel/bpf/btf.c: btf_datasec_check_meta, btf_var_check_meta,
 * btf_func_check). Types keep their numbers.
 */
final class LoadableTypes {
  private static final int STATIC = 0;
  private static final int GLOBAL = 1;
  private static final int EXTERN = 2;

  private final ElfFile elf;

  /** Functions that only their own object sees. */
  private final Set<String> hidden;

  private final Map<String, Symbol> variables = new HashMap<>();
  private final Btf raw;
  private final BtfBuilder types;

  /** The number of some type of integer. */
  private final int anInteger;

  private LoadableTypes(ElfFile elf, List<Symbol> symbols, Set<String> hidden, Btf raw) {
    this.elf = elf;
    this.hidden = hidden;
    this.raw = raw;
    types = new BtfBuilder(raw.order());
    types.addAll(raw);
    int found = 0;
    for (int type = 1; type < raw.count() && found == 0; type++) {
      found = raw.kind(type) == BtfKind.INT ? type : 0;
    }
    anInteger =
        found != 0 ? found : types.add(new BtfType.Int("int", 4, 32, 0, true, false, false));
    for (Symbol symbol : symbols) {
      if (symbol.type() == Symbol.OBJECT && symbol.section() != Symbol.UNDEFINED) {
        variables.put(symbol.name(), symbol);
      }
    }
  }

  /**
   * The types, finished.
   *
   * @param hidden functions that only the object sees ({@code __hidden})
   * @param extension whose texts go among those of the types, for the kernel to find
   */
  static Btf of(
      ElfFile elf, List<Symbol> symbols, Set<String> hidden, Btf raw, BtfExtension extension) {
    LoadableTypes types = new LoadableTypes(elf, symbols, hidden, raw);
    for (int type = 1; type < raw.count(); type++) {
      types.finish(type);
    }
    for (BtfExtension.LineRecord line : extension.lines()) {
      types.types.text(line.file());
      types.types.text(line.text());
    }
    return types.types.build(elf.name());
  }

  private void finish(int number) {
    switch (raw.type(number)) {
      case BtfType.Variable variable when variable.linkage() == EXTERN -> {
        boolean isUnsized = raw.kind(raw.strip(variable.type())) == BtfKind.VOID;
        int type = isUnsized ? anInteger : variable.type();
        types.set(number, new BtfType.Variable(variable.name(), type, GLOBAL));
      }
      case BtfType.Function function when function.linkage() == EXTERN -> {
        types.set(number, new BtfType.Function(function.name(), function.prototype(), GLOBAL));
        nameParameters(function);
      }
      case BtfType.Function function
          when function.linkage() == GLOBAL && hidden.contains(function.name()) ->
          // The verifier then looks at it with each of its callers, not on its own.
          types.set(number, new BtfType.Function(function.name(), function.prototype(), STATIC));
      case BtfType.DataSection section when section.size() == 0 ->
          types.set(number, laidOut(section));
      default -> {} // A section with a size was laid out by a linker.
    }
  }

  /** Any name will do, but there must be one; the compiler leaves out those of declarations. */
  private void nameParameters(BtfType.Function function) {
    if (types.type(function.prototype()) instanceof BtfType.Prototype prototype) {
      List<Parameter> named = new ArrayList<>();
      for (Parameter parameter : prototype.parameters()) {
        boolean isNameless = parameter.name().isEmpty() && parameter.type() != 0;
        named.add(isNameless ? new Parameter(function.name(), parameter.type()) : parameter);
      }
      types.set(function.prototype(), new BtfType.Prototype(prototype.result(), named));
    }
  }

  private BtfType laidOut(BtfType.DataSection data) {
    Optional<Section> section = elf.section(data.name());
    List<Placed> placed = new ArrayList<>();
    for (Placed each : data.variables()) {
      Optional<Symbol> symbol =
          raw.kind(each.variable()) == BtfKind.VAR
              ? Optional.ofNullable(variables.get(raw.name(each.variable())))
              : Optional.empty();
      if (symbol.isPresent()
          && section.isPresent()
          && symbol.get().section() == section.get().index()) {
        placed.add(new Placed(each.variable(), symbol.get().value(), each.size()));
      }
    }
    int count = data.variables().size();
    if (placed.size() < count || count == 0 || section.isEmpty() || section.get().size() == 0) {
      // Externs lie in no section; as a union of numbers the kernel asks nothing of them.
      Member any = new Member("", anInteger, 0, 0);
      return new BtfType.Struct(
          "",
          true,
          raw.count() > anInteger ? raw.size(anInteger) : 4,
          Collections.nCopies(count, any));
    }
    placed.sort(Comparator.comparingLong(Placed::offset));
    return new BtfType.DataSection(data.name(), section.get().size(), placed);
  }
}
