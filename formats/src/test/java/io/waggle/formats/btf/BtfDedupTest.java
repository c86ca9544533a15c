package io.waggle.formats.btf;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.btf.BtfDedup.Deduplicated;
import io.waggle.formats.btf.BtfType.Member;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BtfDedupTest {
  @Property(tries = 1000)
  void twiceTheTypesAreTheTypesOnce(@ForAll long seed) {
    BtfBuilder once = RandomTypes.make(seed);
    Btf types = once.build("x");
    BtfBuilder twice = new BtfBuilder(once.order());
    twice.addAll(types);
    int shift = twice.addAll(types);
    Deduplicated single = BtfDedup.of(once);
    Deduplicated both = BtfDedup.of(twice);
    assertThat(both.types().bytes()).isEqualTo(single.types().bytes());
    for (int type = 1; type < types.count(); type++) {
      assertThat(both.numbers()[type]).isEqualTo(single.numbers()[type]);
      assertThat(both.numbers()[type + shift]).isEqualTo(single.numbers()[type]);
    }
  }

  @Property(tries = 1000)
  void keepsTheMeaningOfEachType(@ForAll long seed) {
    BtfBuilder given = RandomTypes.make(seed);
    Btf before = given.build("before");
    Deduplicated merged = BtfDedup.of(given);
    Btf after = merged.types().build("after");
    for (int type = 1; type < before.count(); type++) {
      assertThat(mean(before, type, after, merged.numbers()[type], new HashSet<>()))
          .as("type %d and %d", type, merged.numbers()[type])
          .isTrue();
    }
  }

  @Property(tries = 500)
  void leavesNothingToMerge(@ForAll long seed) {
    Deduplicated merged = BtfDedup.of(RandomTypes.make(seed));
    assertThat(BtfDedup.of(merged.types()).types().bytes()).isEqualTo(merged.types().bytes());
  }

  /** Whether two types say the same, as far as one can follow them. */
  private static boolean mean(Btf one, int a, Btf two, int b, Set<Long> asked) {
    if (!asked.add((long) a << 32 | b)) {
      return true;
    }
    BtfType left = one.type(a);
    BtfType right = two.type(b);
    if (left instanceof BtfType.Forward forward && right instanceof BtfType.Struct struct) {
      return forward.name().equals(struct.name()) && forward.isUnion() == struct.isUnion();
    }
    if (left instanceof BtfType.Enumeration named && named.values().isEmpty()) {
      return right instanceof BtfType.Enumeration whole && whole.name().equals(named.name());
    }
    if (!TypeReferences.map(left, _ -> 0).equals(TypeReferences.map(right, _ -> 0))) {
      return false;
    }
    int[] from = TypeReferences.of(left);
    int[] to = TypeReferences.of(right);
    for (int i = 0; i < from.length; i++) {
      if (!mean(one, from[i], two, to[i], asked)) {
        return false;
      }
    }
    return true;
  }

  private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);

  private int pointer(int target) {
    return types.add(new BtfType.Pointer(target));
  }

  private int struct(String name, int... members) {
    List<Member> list = new ArrayList<>();
    for (int member : members) {
      list.add(new Member("m" + list.size(), member, 64L * list.size(), 0));
    }
    return types.add(new BtfType.Struct(name, false, 8L * members.length, list));
  }

  private int forward(String name) {
    return types.add(new BtfType.Forward(name, false));
  }

  @Test
  void mergesListsThatPointToThemselves() {
    struct("list", 2);
    pointer(1);
    struct("list", 4);
    pointer(3);
    Deduplicated merged = BtfDedup.of(types);
    assertThat(merged.numbers()).containsExactly(0, 1, 2, 1, 2);
  }

  @Test
  void tellsStructuresOfOneNameApart() {
    struct("s", pointer(0));
    struct("s", pointer(pointer(0)));
    pointer(forward("s"));
    Deduplicated merged = BtfDedup.of(types);
    assertThat(merged.types().build("x").type(merged.numbers()[6]))
        .isEqualTo(new BtfType.Forward("s", false));
  }

  @Test
  void findsWhatIsOnlyNamed() {
    int named = forward("s");
    int user = struct("user", pointer(named));
    int whole = struct("s", pointer(0));
    int other = struct("user", pointer(whole));
    Deduplicated merged = BtfDedup.of(types);
    assertThat(merged.numbers()[named]).isEqualTo(merged.numbers()[whole]);
    assertThat(merged.numbers()[user]).isEqualTo(merged.numbers()[other]);
    assertThat(merged.types().count()).isEqualTo(1 + 4);
  }

  /** Three files: one describes t and names u, one the other way round, one describes both. */
  @Test
  void findsNamesThatDependOnEachOther() {
    int namedU = forward("u");
    int first = struct("t", pointer(namedU));
    int namedT = forward("t");
    int second = struct("u", pointer(namedT));
    int pointer = types.count();
    pointer(pointer + 1);
    int thirdU = struct("u", pointer + 2);
    pointer(pointer + 3);
    int thirdT = struct("t", pointer);
    Deduplicated merged = BtfDedup.of(types);
    int[] numbers = merged.numbers();
    assertThat(numbers[first]).isEqualTo(numbers[thirdT]).isEqualTo(numbers[namedT]);
    assertThat(numbers[second]).isEqualTo(numbers[thirdU]).isEqualTo(numbers[namedU]);
    assertThat(merged.types().count()).isEqualTo(1 + 4);
  }

  @Test
  void leavesVariablesApart() {
    int number = types.add(new BtfType.Int("int", 4, 32, 0, true, false, false));
    int one = types.add(new BtfType.Variable("counter", number, 0));
    int two = types.add(new BtfType.Variable("counter", number, 0));
    int[] numbers = BtfDedup.of(types).numbers();
    assertThat(numbers[one]).isNotEqualTo(numbers[two]);
  }

  @Test
  void findsTheTypesOfABase() {
    struct("list", 2);
    pointer(1);
    Btf base = types.build("base");
    BtfBuilder module = BtfBuilder.over(base);
    int own = module.add(new BtfType.Struct("list", false, 8, List.of(new Member("m0", 4, 0, 0))));
    module.add(new BtfType.Pointer(own));
    int typedef = module.add(new BtfType.Typedef("list_t", own));
    Deduplicated merged = BtfDedup.of(module);
    assertThat(merged.numbers()).containsExactly(0, 1, 2, 1, 2, 3);
    assertThat(merged.numbers()[typedef]).isEqualTo(merged.types().firstOwn());
    assertThat(merged.types().build("module").type(3)).isEqualTo(new BtfType.Typedef("list_t", 1));
  }

  /** The kernel's own build has left nothing to merge in its structures. */
  @Test
  @Requires(Feature.KERNEL_BTF)
  void mergesTheKernelWithItself() {
    Btf kernel = Btf.ofKernel();
    BtfBuilder twice = new BtfBuilder(kernel.order());
    twice.addAll(kernel);
    int shift = twice.addAll(kernel);
    Deduplicated merged = BtfDedup.of(twice);
    Map<String, Integer> structures = new HashMap<>();
    for (int type = 1; type < kernel.count(); type++) {
      boolean isPlace =
          kernel.kind(type) == BtfKind.VAR
              || kernel.kind(type) == BtfKind.DATASEC
              || kernel.kind(type) == BtfKind.DECL_TAG;
      assertThat(isPlace || merged.numbers()[type] == merged.numbers()[type + shift]).isTrue();
      if (kernel.kind(type) == BtfKind.STRUCT && !kernel.name(type).isEmpty()) {
        structures.merge(kernel.name(type), 1, Integer::sum);
      }
    }
    assertThat(structures).hasSizeGreaterThan(1000);
  }
}
