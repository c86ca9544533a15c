package io.waggle.formats.btf;

import io.waggle.formats.btf.BtfType.Enumerator;
import io.waggle.formats.btf.BtfType.Member;
import io.waggle.formats.btf.BtfType.Parameter;
import io.waggle.formats.btf.BtfType.Qualifier;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Types of all kinds but variables, that refer to each other at random, in circles, too. */
final class RandomTypes {
  private static final String[] NAMES = {"", "a", "b", "c", "name"};

  private final Random random;
  private final int count;

  private RandomTypes(Random random, int count) {
    this.random = random;
    this.count = count;
  }

  static BtfBuilder make(long seed) {
    Random random = new Random(seed);
    int count = 1 + random.nextInt(24);
    RandomTypes types = new RandomTypes(random, count);
    BtfBuilder builder =
        new BtfBuilder(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      builder.add(types.next());
    }
    return builder;
  }

  private BtfType next() {
    return switch (random.nextInt(16)) {
      case 0 -> new BtfType.Int(name(), 4, 32, 0, random.nextBoolean(), false, false);
      case 1, 2, 3 -> new BtfType.Pointer(reference());
      case 4 -> new BtfType.Array(reference(), reference(), random.nextInt(3));
      case 5, 6, 7 -> new BtfType.Struct(name(), random.nextInt(5) == 0, 8, members());
      case 8 -> enumeration();
      case 9 -> new BtfType.Forward("a", random.nextInt(5) == 0);
      case 10 -> new BtfType.Forward("b", false);
      case 11 -> new BtfType.Typedef("t", reference());
      case 12 -> new BtfType.Qualified(Qualifier.values()[random.nextInt(3)], reference());
      case 13 -> new BtfType.Prototype(reference(), parameters());
      case 14 -> new BtfType.Function(name(), reference(), random.nextInt(2));
      default ->
          random.nextBoolean()
              ? new BtfType.TypeTag("user", reference(), random.nextBoolean())
              : new BtfType.DeclarationTag("tag", reference(), -1, false);
    };
  }

  private List<Member> members() {
    List<Member> members = new ArrayList<>();
    boolean bitFields = random.nextInt(4) == 0;
    for (int i = random.nextInt(3); i > 0; i--) {
      members.add(new Member(name(), reference(), 32L * i, bitFields ? 3 : 0));
    }
    return members;
  }

  private BtfType enumeration() {
    List<Enumerator> values = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      values.add(new Enumerator("V" + i, i));
    }
    return new BtfType.Enumeration(name(), random.nextBoolean() ? 4 : 8, false, values);
  }

  private List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      parameters.add(new Parameter(name(), reference()));
    }
    return parameters;
  }

  private String name() {
    return NAMES[random.nextInt(NAMES.length)];
  }

  private int reference() {
    return random.nextInt(count + 1);
  }
}
