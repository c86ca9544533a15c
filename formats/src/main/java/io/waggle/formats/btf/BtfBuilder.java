package io.waggle.formats.btf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Makes BTF: types are added, and get numbers in that order; they may refer to types that come
 * later. Not for use by several threads.
 *
 * <pre>{@code
 * BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
 * int number = types.add(new BtfType.Int("int", 4, 32, 0, true, false, false));
 * types.add(new BtfType.Typedef("pid_t", number));
 * byte[] section = types.bytes();
 * }</pre>
 */
public final class BtfBuilder {
  private static final int MAGIC = 0xeb9f;
  private static final int HEADER = 24;

  private final ByteOrder order;
  private final Optional<Btf> base;
  private final int firstType;
  private final List<BtfType> types = new ArrayList<>();

  /** Where each text starts, those of the base included. */
  private final Map<String, Integer> texts = new LinkedHashMap<>();

  /** The own texts, in order. */
  private final List<byte[]> own = new ArrayList<>();

  private int firstText;
  private int endOfTexts;

  /** Types of their own, for a machine of that byte order. */
  public BtfBuilder(ByteOrder order) {
    this(order, Optional.empty());
  }

  private BtfBuilder(ByteOrder order, Optional<Btf> base) {
    this.order = order;
    this.base = base;
    firstType = base.map(Btf::count).orElse(1);
    if (base.isPresent()) {
      shareTexts(base.get());
    } else {
      text("");
    }
  }

  /** Types that continue the numbers of {@code base} and may refer to its, as a module's do. */
  public static BtfBuilder over(Btf base) {
    return new BtfBuilder(base.order(), Optional.of(base));
  }

  private void shareTexts(Btf shared) {
    byte[] all = new byte[shared.strings().remaining()];
    shared.strings().get(all);
    int start = 0;
    for (int at = 0; at < all.length; at++) {
      if (all[at] == 0) {
        String text = new String(all, start, at - start, StandardCharsets.UTF_8);
        texts.putIfAbsent(text, (int) shared.firstString() + start);
        start = at + 1;
      }
    }
    firstText = (int) shared.firstString() + all.length;
    endOfTexts = firstText;
    // No text, whatever a base has there.
    texts.put("", 0);
  }

  /** Which byte of a number comes first. */
  public ByteOrder order() {
    return order;
  }

  /** The types that these continue. */
  public Optional<Btf> base() {
    return base;
  }

  /** One more than the greatest number of a type, the base's included. */
  public int count() {
    return firstType + types.size();
  }

  /** The number of the first type that is not the base's. */
  public int firstOwn() {
    return firstType;
  }

  /**
   * Adds a type.
   *
   * @return its number
   * @throws IllegalArgumentException if BTF cannot say it: more than 65535 elements, or a member of
   *     a structure with bit fields that lies beyond 2 MB
   */
  public int add(BtfType type) {
    if (type instanceof BtfType.Void) {
      return 0;
    }
    TypeWriter.check(type);
    types.add(type);
    return count() - 1;
  }

  /**
   * Adds all types of {@code other} that are its own. Those it has from a base must be the base's
   * here, too.
   *
   * @return what to add to a number there to have the number here; 0 stays 0
   * @throws io.waggle.formats.FormatException if {@code other} is damaged
   */
  public int addAll(Btf other) {
    int first = other.firstOwn();
    int shift = count() - first;
    for (int type = first; type < other.count(); type++) {
      int from = type;
      add(
          TypeReferences.map(
              other.type(type),
              reference -> {
                if (reference < 0 || reference >= other.count()) {
                  throw other.dangling(from, reference);
                }
                return reference < first ? reference : reference + shift;
              }));
    }
    return shift;
  }

  /**
   * Adds some types of {@code other}.
   *
   * @param wanted by number; what these refer to must be wanted, too
   * @return by number there the number here; 0 for those that were left out
   * @throws io.waggle.formats.FormatException if {@code other} is damaged
   */
  public int[] addAll(Btf other, IntPredicate wanted) {
    int[] numbers = new int[other.count()];
    int next = count();
    for (int type = 1; type < numbers.length; type++) {
      numbers[type] = wanted.test(type) ? next++ : 0;
    }
    for (int type = 1; type < numbers.length; type++) {
      if (numbers[type] != 0) {
        int from = type;
        add(
            TypeReferences.map(
                other.type(type),
                reference -> {
                  if (reference < 0
                      || reference >= numbers.length
                      || reference != 0 && numbers[reference] == 0) {
                    throw other.dangling(from, reference);
                  }
                  return numbers[reference];
                }));
      }
    }
    return numbers;
  }

  /** A type, the base's included. */
  public BtfType type(int number) {
    return number < firstType
        ? base.map(its -> its.type(number)).orElseGet(BtfType.Void::new)
        : types.get(number - firstType);
  }

  /** Puts another type in the place of one of the own. */
  public void set(int number, BtfType type) {
    TypeWriter.check(type);
    types.set(number - firstType, type);
  }

  /**
   * Adds a text that no type has, such as a line of source for {@code .BTF.ext}; the same text has
   * but one place.
   *
   * @return its place among the strings
   */
  public int text(String text) {
    Integer known = texts.get(text);
    if (known != null) {
      return known;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int place = endOfTexts;
    texts.put(text, place);
    own.add(bytes);
    endOfTexts += bytes.length + 1;
    return place;
  }

  /**
   * The content of a section {@code .BTF}.
   *
   * @throws IllegalArgumentException if a type refers to one that was not added
   */
  public byte[] bytes() {
    int size = 0;
    for (BtfType type : types) {
      size += TypeWriter.size(type);
    }
    ByteBuffer encoded = ByteBuffer.allocate(size).order(order);
    TypeWriter writer = new TypeWriter(encoded, this::text);
    for (BtfType type : types) {
      for (int reference : TypeReferences.of(type)) {
        if (reference < 0 || reference >= count()) {
          throw new IllegalArgumentException(type + " refers to type " + reference + ", not added");
        }
      }
      writer.write(type);
    }
    int strings = endOfTexts - firstText;
    ByteBuffer all = ByteBuffer.allocate(HEADER + size + strings).order(order);
    all.putShort((short) MAGIC).put((byte) 1).put((byte) 0).putInt(HEADER);
    all.putInt(0).putInt(size).putInt(size).putInt(strings);
    all.put(encoded.flip());
    own.forEach(text -> all.put(text).put((byte) 0));
    return all.array();
  }

  /**
   * The types, for reading.
   *
   * @param name of them, for messages
   */
  public Btf build(String name) {
    return base.map(its -> Btf.of(name, bytes(), its)).orElseGet(() -> Btf.of(name, bytes()));
  }
}
