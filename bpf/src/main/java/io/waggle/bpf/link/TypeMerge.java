package io.waggle.bpf.link;

import io.waggle.bpf.link.Globals.Global;
import io.waggle.bpf.link.Input.Placement;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfBuilder;
import io.waggle.formats.btf.BtfDedup;
import io.waggle.formats.btf.BtfExtension;
import io.waggle.formats.btf.BtfExtension.CoreRecord;
import io.waggle.formats.btf.BtfExtension.FunctionRecord;
import io.waggle.formats.btf.BtfExtension.LineRecord;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.btf.BtfType.Placed;
import io.waggle.formats.elf.Section;
import io.waggle.formats.elf.Symbol;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The types of the linked file: those of all files, each once; variables where they lie now; and
 * for each name that files share the type of whoever defines it.
 */
final class TypeMerge {
  private final List<Input> inputs;
  private final Globals globals;
  private final BtfBuilder types;

  /** Of each input, the number here of each of its types; 0 for variables and their sections. */
  private final Map<Input, int[]> numbers = new HashMap<>();

  /** The same for variables that are in the linked file. */
  private final Map<Input, Map<Integer, Integer>> variables = new HashMap<>();

  private final Map<String, List<Placed>> sections = new LinkedHashMap<>();
  private final Map<String, Long> sizes = new HashMap<>();

  /** Names without definition that have their place in a section. */
  private final Set<String> declared = new HashSet<>();

  /** Contents of {@code .BTF} and {@code .BTF.ext}. */
  record Merged(byte[] types, byte[] extension) {}

  private TypeMerge(List<Input> inputs, Globals globals, ByteOrder order) {
    this.inputs = inputs;
    this.globals = globals;
    this.types = new BtfBuilder(order);
  }

  /** Empty if no file has types. */
  static Optional<Merged> of(List<Input> inputs, Globals globals, ByteOrder order) {
    List<Input> typed = new ArrayList<>();
    for (Input input : inputs) {
      if (input.types().isPresent()) {
        typed.add(input);
      }
    }
    return typed.isEmpty()
        ? Optional.empty()
        : Optional.of(new TypeMerge(typed, globals, order).merge());
  }

  private Merged merge() {
    for (Input input : inputs) {
      Btf all = input.types().orElseThrow();
      numbers.put(
          input, types.addAll(all, type -> !isPlace(all, type) && !isTagOfPlace(all, type)));
    }
    globals.all().forEach(this::shareFunction);
    inputs.forEach(this::placeVariables);
    inputs.forEach(this::tagVariables);
    sections.forEach(
        (name, placed) -> {
          placed.sort(Comparator.comparingLong(Placed::offset));
          types.add(new BtfType.DataSection(name, sizes.getOrDefault(name, 0L), placed));
        });
    BtfDedup.Deduplicated merged = BtfDedup.of(types);
    // Its texts go among those of the types.
    byte[] extension = extension(merged.numbers()).write(merged.types());
    return new Merged(merged.types().bytes(), extension);
  }

  private static boolean isPlace(Btf all, int type) {
    return all.kind(type) == BtfKind.VAR || all.kind(type) == BtfKind.DATASEC;
  }

  private static boolean isTagOfPlace(Btf all, int type) {
    return all.type(type) instanceof BtfType.DeclarationTag tag && isPlace(all, tag.target());
  }

  /** Makes all that is said of a function equal to what its owner says, so that it is merged. */
  private void shareFunction(Global global) {
    int own = global.owner().global(global.name());
    if (own == 0 || !global.owner().isFunction(own)) {
      return;
    }
    BtfType whole = types.type(numbers.get(global.owner())[own]);
    for (Input input : global.mentions()) {
      int type = input.global(global.name());
      if (type != 0 && input.isFunction(type)) {
        types.set(numbers.get(input)[type], whole);
      }
    }
  }

  private void placeVariables(Input input) {
    Btf all = input.types().orElseThrow();
    for (int type = 1; type < all.count(); type++) {
      if (all.type(type) instanceof BtfType.DataSection section) {
        for (Placed placed : section.variables()) {
          place(input, all, section.name(), placed);
        }
      }
    }
  }

  private void place(Input input, Btf all, String section, Placed placed) {
    String name = all.name(placed.variable());
    Optional<Global> global = globals.find(name);
    if (!(all.type(placed.variable()) instanceof BtfType.Variable variable)) {
      boolean isOpen = global.isPresent() && !global.get().isDefined();
      if (isOpen && declared.add(name)) {
        int function = numbers.get(input)[placed.variable()];
        put(section, new Placed(function, placed.offset(), placed.size()));
      }
      return;
    }
    if (variable.linkage() != 0 && global.isPresent() && !global.get().isDefined()) {
      if (declared.add(name)) {
        put(section, new Placed(add(input, placed.variable(), variable), 0, placed.size()));
      }
      return;
    }
    Optional<Placement> placement = input.placement(section);
    if (placement.isEmpty()
        || variable.linkage() != 0 && (global.isEmpty() || global.get().owner() != input)) {
      return;
    }
    int index = input.elf().section(section).map(Section::index).orElse(0);
    Optional<Symbol> symbol = input.variable(name, index);
    if (symbol.isPresent()) {
      long size = placed.size() != 0 ? placed.size() : all.size(variable.type());
      long offset = placement.get().offset() + symbol.get().value();
      put(section, new Placed(add(input, placed.variable(), variable), offset, size));
      sizes.put(section, placement.get().output().size());
    }
  }

  private void put(String section, Placed placed) {
    sections.computeIfAbsent(section, _ -> new ArrayList<>()).add(placed);
  }

  private int add(Input input, int number, BtfType.Variable variable) {
    // Reading it complains where there is no such type.
    boolean isVoid = input.types().orElseThrow().kind(variable.type()) == BtfKind.VOID;
    int type = isVoid ? 0 : numbers.get(input)[variable.type()];
    int added = types.add(new BtfType.Variable(variable.name(), type, variable.linkage()));
    variables.computeIfAbsent(input, _ -> new HashMap<>()).put(number, added);
    return added;
  }

  private void tagVariables(Input input) {
    Btf all = input.types().orElseThrow();
    Map<Integer, Integer> placed = variables.getOrDefault(input, Map.of());
    for (int type = 1; type < all.count(); type++) {
      if (all.type(type) instanceof BtfType.DeclarationTag tag
          && placed.containsKey(tag.target())) {
        types.add(
            new BtfType.DeclarationTag(
                tag.word(), placed.get(tag.target()), tag.component(), tag.isAttribute()));
      }
    }
  }

  private BtfExtension extension(int[] merged) {
    List<FunctionRecord> functions = new ArrayList<>();
    List<LineRecord> lines = new ArrayList<>();
    List<CoreRecord> relocations = new ArrayList<>();
    for (Input input : inputs) {
      int[] own = numbers.get(input);
      for (FunctionRecord its : input.extension().functions()) {
        input
            .placement(its.section())
            .ifPresent(
                to ->
                    functions.add(
                        new FunctionRecord(
                            its.section(), its.offset() + to.offset(), merged[own[its.type()]])));
      }
      for (LineRecord its : input.extension().lines()) {
        input.placement(its.section()).ifPresent(to -> lines.add(moved(its, to.offset())));
      }
      for (CoreRecord its : input.extension().relocations()) {
        input
            .placement(its.section())
            .ifPresent(
                to ->
                    relocations.add(
                        new CoreRecord(
                            its.section(),
                            its.offset() + to.offset(),
                            merged[own[its.type()]],
                            its.access(),
                            its.kind())));
      }
    }
    return new BtfExtension(functions, lines, relocations);
  }

  private static LineRecord moved(LineRecord line, long by) {
    return new LineRecord(
        line.section(), line.offset() + by, line.file(), line.text(), line.line(), line.column());
  }
}
