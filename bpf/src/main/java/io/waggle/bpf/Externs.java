package io.waggle.bpf;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.elf.Symbol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an object leaves to the kernel to define: values of its configuration in section {@code
 * .kconfig}, variables and functions in {@code .ksyms}.
 */
final class Externs {
  private static final int READ_ONLY_FOR_PROGRAMS = 1 << 7;

  static final Externs NONE = new Externs(List.of(), Map.of());

  private final List<Extern> kconfig;

  /** Variables and functions of the kernel: whether the verifier shall know their type. */
  private final Map<String, Boolean> symbols;

  private Externs(List<Extern> kconfig, Map<String, Boolean> symbols) {
    this.kconfig = kconfig;
    this.symbols = symbols;
  }

  static Externs of(Btf types, ObjectReader object) {
    List<Extern> kconfig = new ArrayList<>();
    int end = 0;
    for (BtfType.Variable variable : variables(types, ".kconfig")) {
      int size = (int) types.size(variable.type());
      int alignment = Math.max(1, Math.min(8, Integer.highestOneBit(Math.max(size, 1))));
      int offset = (end + alignment - 1) / alignment * alignment;
      boolean isWeak = object.undefined(variable.name()).orElse(false);
      kconfig.add(new Extern(variable.name(), variable.type(), offset, size, isWeak));
      end = offset + size;
    }
    Map<String, Boolean> symbols = new HashMap<>();
    for (BtfType.Variable variable : variables(types, ".ksyms")) {
      boolean isTyped = types.kind(types.strip(variable.type())) != BtfKind.VOID;
      symbols.put(variable.name(), isTyped);
    }
    for (BtfType.Function function : functions(types)) {
      symbols.put(function.name(), true);
    }
    return new Externs(List.copyOf(kconfig), symbols);
  }

  private static List<BtfType.Variable> variables(Btf types, String section) {
    List<BtfType.Variable> variables = new ArrayList<>();
    for (BtfType.Placed placed : placed(types, section)) {
      if (types.type(placed.variable()) instanceof BtfType.Variable variable) {
        variables.add(variable);
      }
    }
    return variables;
  }

  private static List<BtfType.Function> functions(Btf types) {
    List<BtfType.Function> functions = new ArrayList<>();
    for (BtfType.Placed placed : placed(types, ".ksyms")) {
      if (types.type(placed.variable()) instanceof BtfType.Function function) {
        functions.add(function);
      }
    }
    return functions;
  }

  private static List<BtfType.Placed> placed(Btf types, String section) {
    OptionalInt found = types.find(BtfKind.DATASEC, section);
    return found.isPresent() && types.type(found.getAsInt()) instanceof BtfType.DataSection data
        ? data.variables()
        : List.of();
  }

  List<Extern> kconfig() {
    return kconfig;
  }

  /** The map of the configuration's values, which the loader fills. */
  Optional<MapSpec> map(String name) {
    if (kconfig.isEmpty()) {
      return Optional.empty();
    }
    int size = kconfig.getLast().offset() + kconfig.getLast().size();
    return Optional.of(
        new MapSpec(name, MapType.ARRAY, 4, Math.max(size, 1), 1, READ_ONLY_FOR_PROGRAMS));
  }

  /** What a wide load of an undefined symbol means. */
  Optional<WideSource> source(Symbol symbol, int addend) {
    for (Extern extern : kconfig) {
      if (extern.name().equals(symbol.name())) {
        return Optional.of(new WideSource.MapValue(".kconfig", extern.offset() + addend));
      }
    }
    return Optional.ofNullable(symbols.get(symbol.name()))
        .map(
            isTyped ->
                new WideSource.KernelSymbol(
                    symbol.name(), isTyped, symbol.binding() == Symbol.WEAK));
  }

  /** Whether a call of an undefined symbol is one of a kernel function. */
  boolean isFunction(Symbol symbol) {
    return symbols.getOrDefault(symbol.name(), false);
  }
}
