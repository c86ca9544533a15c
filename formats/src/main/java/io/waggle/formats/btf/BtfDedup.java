package io.waggle.formats.btf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Leaves one of each type where several mean the same, as in the concatenated types of many files.
 * Two types mean the same if all that can be said of them and of the types they refer to is equal,
 * however far one follows: the coarsest partition in which equal types refer to equal ones, which
 * also merges structures that point to themselves or to each other.
 *
 * <p>A structure, union or enumeration that is only named ({@code struct foo;}) becomes the one
 * that is described under its name, if all descriptions mean the same. Variables and sections of
 * variables are never merged: two of a name are two places in memory.
 */
public final class BtfDedup {
  /** How often mutually dependent names are tried; each time fewer of them. */
  private static final int MOST_ATTEMPTS = 8;

  private final BtfBuilder given;
  private final int count;
  private final BtfType[] types;
  private final int[][] references;

  /** For each type itself or, of one that is only named, the one that describes it. */
  private final int[] meant;

  /** The class of each type: equal where types mean the same. */
  private int[] classes;

  /**
   * The result.
   *
   * @param types each once; they continue the same base. Texts that no type has are gone
   * @param numbers the new number of each old one
   */
  public record Deduplicated(BtfBuilder types, int[] numbers) {}

  /** What a forward declaration and its description have in common. */
  private record Tag(int kind, String name) {}

  private BtfDedup(BtfBuilder given) {
    this.given = given;
    this.count = given.count();
    types = new BtfType[count];
    references = new int[count][];
    meant = new int[count];
    for (int type = 0; type < count; type++) {
      types[type] = given.type(type);
      references[type] = TypeReferences.of(types[type]);
      meant[type] = type;
    }
    classes = partition();
  }

  /** Merges equal types, and those that are equal to one of the base with that. */
  public static Deduplicated of(BtfBuilder types) {
    BtfDedup dedup = new BtfDedup(types);
    dedup.resolveForwards();
    return dedup.result();
  }

  /** Splits classes until all members of each refer to the same classes. */
  private int[] partition() {
    int[] current = new int[count];
    Map<Object, Integer> labels = new HashMap<>();
    for (int type = 0; type < count; type++) {
      boolean isPlace =
          types[type] instanceof BtfType.Variable || types[type] instanceof BtfType.DataSection;
      Object label = isPlace ? type : TypeReferences.map(types[type], _ -> 0);
      current[type] = labels.computeIfAbsent(label, _ -> labels.size());
    }
    int before = 0;
    for (int found = labels.size(); found != before; ) {
      before = found;
      Map<Row, Integer> rows = new HashMap<>();
      int[] next = new int[count];
      for (int type = 0; type < count; type++) {
        next[type] = rows.computeIfAbsent(row(type, current), _ -> rows.size());
      }
      current = next;
      found = rows.size();
    }
    return current;
  }

  private Row row(int type, int[] current) {
    int[] own = references[type];
    int[] row = new int[own.length + 1];
    row[0] = current[type];
    for (int i = 0; i < own.length; i++) {
      row[i + 1] = current[meant[own[i]]];
    }
    return new Row(row);
  }

  /** A class, and the classes that a member of it refers to. */
  private static final class Row {
    private final int[] classes;

    private Row(int[] classes) {
      this.classes = classes;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Row row && Arrays.equals(classes, row.classes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(classes);
    }
  }

  private void resolveForwards() {
    Map<Tag, List<Integer>> forwards = new LinkedHashMap<>();
    Map<Tag, List<Integer>> described = new HashMap<>();
    for (int type = 1; type < count; type++) {
      Tag tag = tag(types[type]);
      if (!tag.name.isEmpty()) {
        boolean isForward = isForward(types[type]);
        if (!isForward || type >= given.firstOwn()) {
          (isForward ? forwards : described).computeIfAbsent(tag, _ -> new ArrayList<>()).add(type);
        }
      }
    }
    forwards.keySet().retainAll(described.keySet());
    while (resolveUnique(forwards, described)) {
      classes = partition();
    }
    resolveTogether(forwards, described);
  }

  /** Takes out the names that have but one meaning; whether there were any. */
  private boolean resolveUnique(
      Map<Tag, List<Integer>> forwards, Map<Tag, List<Integer>> described) {
    return forwards
        .entrySet()
        .removeIf(
            entry -> {
              List<Integer> candidates = described.get(entry.getKey());
              if (!haveOneMeaning(candidates)) {
                return false;
              }
              entry.getValue().forEach(forward -> meant[forward] = candidates.getFirst());
              return true;
            });
  }

  /**
   * Descriptions may differ only because one of them names what the other describes, and that may
   * depend on these in turn. So all are taken to have one meaning until it shows that some have
   * not.
   */
  private void resolveTogether(
      Map<Tag, List<Integer>> forwards, Map<Tag, List<Integer>> described) {
    for (int attempt = 0; attempt < MOST_ATTEMPTS && !forwards.isEmpty(); attempt++) {
      forwards.forEach(
          (tag, its) -> its.forEach(forward -> meant[forward] = described.get(tag).getFirst()));
      classes = partition();
      Set<Tag> wrong = new HashSet<>();
      for (Tag tag : forwards.keySet()) {
        if (!haveOneMeaning(described.get(tag))) {
          wrong.add(tag);
        }
      }
      if (wrong.isEmpty()) {
        return;
      }
      forwards.values().forEach(its -> its.forEach(forward -> meant[forward] = forward));
      forwards.keySet().removeAll(wrong);
    }
    forwards.values().forEach(its -> its.forEach(forward -> meant[forward] = forward));
    classes = partition();
  }

  private boolean haveOneMeaning(List<Integer> candidates) {
    Set<Integer> meanings = new TreeSet<>();
    candidates.forEach(candidate -> meanings.add(classes[candidate]));
    return meanings.size() == 1;
  }

  private static Tag tag(BtfType type) {
    return switch (type) {
      case BtfType.Struct struct ->
          new Tag(struct.isUnion() ? BtfKind.UNION : BtfKind.STRUCT, struct.name());
      case BtfType.Forward forward ->
          new Tag(forward.isUnion() ? BtfKind.UNION : BtfKind.STRUCT, forward.name());
      case BtfType.Enumeration enumeration -> new Tag(BtfKind.ENUM, enumeration.name());
      default -> new Tag(BtfKind.VOID, "");
    };
  }

  /** An enumeration without values is one that is only named. */
  private static boolean isForward(BtfType type) {
    return type instanceof BtfType.Forward
        || type instanceof BtfType.Enumeration enumeration && enumeration.values().isEmpty();
  }

  private Deduplicated result() {
    int[] kept = new int[count];
    Arrays.fill(kept, -1);
    int[] numbers = new int[count];
    int next = given.firstOwn();
    for (int type = 0; type < count; type++) {
      if (meant[type] == type && kept[classes[type]] < 0) {
        kept[classes[type]] = type < given.firstOwn() ? type : next++;
      }
    }
    for (int type = 0; type < count; type++) {
      numbers[type] = type < given.firstOwn() ? type : kept[classes[meant[type]]];
    }
    BtfBuilder merged =
        given.base().isPresent()
            ? BtfBuilder.over(given.base().get())
            : new BtfBuilder(given.order());
    for (int type = given.firstOwn(); type < count; type++) {
      if (meant[type] == type && numbers[type] == merged.count()) {
        merged.add(TypeReferences.map(types[type], reference -> numbers[reference]));
      }
    }
    return new Deduplicated(merged, numbers);
  }
}
