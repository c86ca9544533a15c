package io.waggle.bpf.link;

import io.waggle.bpf.MapSpec;
import io.waggle.formats.elf.Symbol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The symbols that files share: each name has one meaning in the linked file. */
final class Globals {
  private static final String MAPS = ".maps";

  /** Where clang puts variables that are declared without a section. */
  private static final String UNSAID = ".extern";

  private final Map<String, Global> all = new LinkedHashMap<>();

  /** A name, and who gives it its meaning. */
  static final class Global {
    private final String name;
    private Input owner;
    private Symbol symbol;
    private int visibility;
    private boolean isWeak;
    private final List<Input> mentions = new ArrayList<>();

    private Global(Input owner, Symbol symbol, int visibility) {
      this.name = symbol.name();
      this.owner = owner;
      this.symbol = symbol;
      this.visibility = visibility;
      this.isWeak = symbol.binding() == Symbol.WEAK;
      mentions.add(owner);
    }

    String name() {
      return name;
    }

    /** The file that defines it or, where none does, the first that declares it. */
    Input owner() {
      return owner;
    }

    /** As the owner has it. */
    Symbol symbol() {
      return symbol;
    }

    /** The strictest of all files. */
    int visibility() {
      return visibility;
    }

    boolean isWeak() {
      return isWeak;
    }

    boolean isDefined() {
      return symbol.section() != Symbol.UNDEFINED;
    }

    /** All files that define or declare it. */
    List<Input> mentions() {
      return mentions;
    }
  }

  Optional<Global> find(String name) {
    return Optional.ofNullable(all.get(name));
  }

  Collection<Global> all() {
    return all.values();
  }

  /**
   * Takes in a symbol that is not local.
   *
   * @throws LinkException if it contradicts those before
   */
  void add(Input input, int index) {
    Symbol symbol = input.symbols().get(index);
    int visibility = input.visibility(index);
    Global known = all.get(symbol.name());
    if (known == null) {
      all.put(symbol.name(), new Global(input, symbol, visibility));
      return;
    }
    boolean defines = symbol.section() != Symbol.UNDEFINED;
    boolean isWeak = symbol.binding() == Symbol.WEAK;
    if (defines && known.isDefined() && !isWeak && !known.isWeak) {
      throw twice(known, input);
    }
    check(known, input, defines);
    if (visibility != Symbol.DEFAULT
        && (known.visibility == Symbol.DEFAULT || visibility < known.visibility)) {
      known.visibility = visibility;
    }
    if (defines && (!known.isDefined() || known.isWeak && !isWeak)) {
      known.owner = input;
      known.symbol = symbol;
    }
    known.isWeak &= isWeak;
    known.mentions.add(input);
  }

  private static LinkException twice(Global known, Input input) {
    boolean isMap =
        known.owner.declaredIn(known.name).equals(MAPS)
            && input.declaredIn(known.name).equals(MAPS);
    String mend =
        isMap
            ? "; define the map in one file, and declare it extern in the others"
            : "; make one of them static or __weak, or declare it extern in one file";
    List<String> differences = isMap ? mapDifferences(known, input) : List.of();
    return problem(
        known.name,
        "it is defined in both "
            + known.owner.name()
            + " and "
            + input.name()
            + (differences.isEmpty()
                ? ""
                : ", differently (" + String.join("; ", differences) + ")")
            + mend);
  }

  private static void check(Global known, Input input, boolean defines) {
    int ours = known.owner.global(known.name);
    int theirs = input.global(known.name);
    if (ours == 0 || theirs == 0) {
      return;
    }
    String here = known.owner.declaredIn(known.name);
    String there = input.declaredIn(known.name);
    if (!said(here).equals(said(there))) {
      checkSections(known, input, here, there, defines);
    }
    if (here.equals(MAPS) && there.equals(MAPS)) {
      List<String> differences = mapDifferences(known, input);
      if (!differences.isEmpty()) {
        throw contradiction(known, input, String.join("; ", differences));
      }
      return;
    }
    TypeAgreement.difference(
            known.owner.types().orElseThrow(), ours, input.types().orElseThrow(), theirs)
        .ifPresent(
            difference -> {
              throw contradiction(known, input, difference);
            });
  }

  /** A declaration may leave the section unsaid; what it says must be so. */
  private static void checkSections(
      Global known, Input input, String here, String there, boolean defines) {
    if (known.isDefined() && defines) {
      return;
    }
    boolean isOneDefined = known.isDefined() || defines;
    if (!isOneDefined || !said(known.isDefined() ? there : here).isEmpty()) {
      throw contradiction(known, input, section(here) + " against " + section(there));
    }
  }

  private static String said(String section) {
    return section.equals(UNSAID) ? "" : section;
  }

  private static String section(String name) {
    return said(name).isEmpty() ? "no section" : "section " + name;
  }

  private static List<String> mapDifferences(Global known, Input input) {
    MapSpec ours = map(known.owner, known.name);
    return ours.differences(map(input, known.name));
  }

  private static MapSpec map(Input input, String name) {
    return MapSpec.declared(input.name(), input.types().orElseThrow(), input.global(name));
  }

  private static LinkException contradiction(Global known, Input input, String difference) {
    return problem(
        known.name,
        known.owner.name() + " and " + input.name() + " disagree about it: " + difference);
  }

  private static LinkException problem(String symbol, String what) {
    return new LinkException("symbol '" + symbol + "': " + what);
  }
}
