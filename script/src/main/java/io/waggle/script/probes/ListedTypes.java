package io.waggle.script.probes;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.btf.CHeader;
import io.waggle.kernel.KernelTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What listings tell of the kernel's types: structures and enumerations, and what functions take.
 */
final class ListedTypes {
  private static final Set<String> WORDS = Set.of("struct", "union", "enum");

  private final KernelTypes types;

  /** Functions by {@code module:name} and the numbers of their types; made when first asked. */
  private Map<String, KernelTypes.Place> functions = Map.of();

  ListedTypes(KernelTypes types) {
    this.types = types;
  }

  /** Whether a search is for types. */
  static boolean isType(String search) {
    int blank = search.indexOf(' ');
    return blank > 0 && WORDS.contains(search.substring(0, blank));
  }

  /** Names of types that match, sorted; with their definitions if {@code verbose}. */
  List<String> search(String search, boolean verbose) {
    Wildcard wildcard = new Wildcard(search);
    Map<String, String> found = new TreeMap<>();
    add(types.kernel(), KernelCode.KERNEL, wildcard, verbose, found);
    for (KernelTypes.Module module : types.modules()) {
      add(module.types(), module.name(), wildcard, verbose, found);
    }
    return List.copyOf(verbose ? found.values() : new TreeSet<>(found.keySet()));
  }

  private static void add(
      Btf btf, String owner, Wildcard wildcard, boolean verbose, Map<String, String> found) {
    for (int type = btf.firstOwn(); type < btf.count(); type++) {
      String word = word(btf.kind(type));
      if (word.isEmpty() || btf.name(type).isEmpty()) {
        continue;
      }
      String name = word + " " + btf.name(type);
      if (wildcard.matches(name) && !found.containsKey(name)) {
        found.put(name, verbose ? owner + ": " + CHeader.definition(btf, type) : "");
      }
    }
  }

  private static String word(int kind) {
    return switch (kind) {
      case BtfKind.STRUCT -> "struct";
      case BtfKind.UNION -> "union";
      case BtfKind.ENUM, BtfKind.ENUM64 -> "enum";
      default -> "";
    };
  }

  /** What can be iterated over: {@code task} for {@code struct bpf_iter__task}. */
  List<String> iterators() {
    List<String> found = new ArrayList<>();
    for (String structure : search("struct bpf_iter__*", false)) {
      String name = structure.substring("struct bpf_iter__".length());
      if (types.find(BtfKind.FUNC, "bpf_iter_" + name, "").isPresent()) {
        found.add(name);
      }
    }
    return found;
  }

  /**
   * What a function takes, a line for each argument; nothing if its type is not known.
   *
   * @param module empty for any
   * @param hidden how many of the first arguments are not shown
   * @param withResult whether what it returns is the last line
   */
  List<String> arguments(String module, String function, int hidden, boolean withResult) {
    if (functions.isEmpty()) {
      functions = index();
    }
    KernelTypes.Place place = functions.get(module + ":" + function);
    if (place == null
        || !(place.types().type(place.type()) instanceof BtfType.Function(_, int number, _))
        || !(place.types().type(number) instanceof BtfType.Prototype prototype)) {
      return List.of();
    }
    Btf btf = place.types();
    List<String> lines = new ArrayList<>();
    for (int i = hidden; i < prototype.parameters().size(); i++) {
      BtfType.Parameter parameter = prototype.parameters().get(i);
      lines.add("    " + declaration(btf, parameter.type(), parameter.name()));
    }
    if (withResult && btf.strip(prototype.result()) != 0) {
      lines.add("    " + declaration(btf, prototype.result(), "retval"));
    }
    return lines;
  }

  private static String declaration(Btf btf, int type, String name) {
    return type == 0 && name.isEmpty() ? "..." : CHeader.name(btf, type) + " " + name;
  }

  private Map<String, KernelTypes.Place> index() {
    Map<String, KernelTypes.Place> found = new HashMap<>(1 << 17);
    index(types.kernel(), "", found);
    for (KernelTypes.Module module : types.modules()) {
      index(module.types(), module.name(), found);
    }
    return found;
  }

  private static void index(Btf btf, String module, Map<String, KernelTypes.Place> found) {
    for (int type = btf.firstOwn(); type < btf.count(); type++) {
      if (btf.kind(type) == BtfKind.FUNC) {
        found.putIfAbsent(module + ":" + btf.name(type), new KernelTypes.Place(btf, type, module));
      }
    }
  }
}
