package io.waggle.formats.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.formats.FormatException;
import io.waggle.formats.btf.BtfType.Enumerator;
import io.waggle.formats.btf.BtfType.Member;
import io.waggle.formats.btf.BtfType.Parameter;
import io.waggle.formats.btf.BtfType.Placed;
import io.waggle.formats.btf.BtfType.Qualifier;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BtfBuilderTest {
  /** One of each of the 19 kinds, and what makes an encoding differ. */
  private static final List<BtfType> ALL =
      List.of(
          new BtfType.Int("int", 4, 32, 0, true, false, false),
          new BtfType.Int("old field", 4, 3, 5, false, true, true),
          new BtfType.Pointer(1),
          new BtfType.Array(1, 1, 0xffff_ffffL),
          new BtfType.Struct(
              "s", false, 16, List.of(new Member("a", 1, 0, 0), new Member("", 5, 32, 0))),
          new BtfType.Struct(
              "", false, 8, List.of(new Member("x", 1, 0, 3), new Member("y", 1, 3, 29))),
          new BtfType.Struct("u", true, 4, List.of(new Member("a", 1, 0, 0))),
          new BtfType.Enumeration("e", 4, true, List.of(new Enumerator("MINUS", -1))),
          new BtfType.Enumeration("e", 1, false, List.of(new Enumerator("ONE", 1))),
          new BtfType.Enumeration("e64", 8, false, List.of(new Enumerator("BIG", -2))),
          new BtfType.Forward("f", true),
          new BtfType.Typedef("t", 1),
          new BtfType.Qualified(Qualifier.VOLATILE, 1),
          new BtfType.Qualified(Qualifier.CONST, 0),
          new BtfType.Qualified(Qualifier.RESTRICT, 3),
          new BtfType.Prototype(0, List.of(new Parameter("p", 1), new Parameter("", 0))),
          new BtfType.Function("call", 16, 2),
          new BtfType.Variable("v", 1, 1),
          new BtfType.DataSection(".data", 12, List.of(new Placed(18, 8, 4))),
          new BtfType.Floating("double", 8),
          new BtfType.DeclarationTag("word", 5, 1, true),
          new BtfType.TypeTag("rcu", 1, false),
          new BtfType.TypeTag("address_space(1)", 1, true));

  static Stream<ByteOrder> orders() {
    return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
  }

  @ParameterizedTest
  @MethodSource("orders")
  void writesEveryKindAsItIsRead(ByteOrder order) {
    BtfBuilder builder = new BtfBuilder(order);
    ALL.forEach(builder::add);
    Btf read = builder.build("all");
    assertThat(read.order()).isEqualTo(order);
    assertThat(read.count()).isEqualTo(ALL.size() + 1);
    for (int type = 1; type < read.count(); type++) {
      assertThat(read.type(type)).isEqualTo(ALL.get(type - 1));
    }
  }

  @Test
  void continuesABase() {
    BtfBuilder below = new BtfBuilder(ByteOrder.BIG_ENDIAN);
    int number = below.add(new BtfType.Int("int", 4, 32, 0, true, false, false));
    Btf base = below.build("base");
    BtfBuilder builder = BtfBuilder.over(base);
    int typedef = builder.add(new BtfType.Typedef("int", number));
    int other = builder.add(new BtfType.Typedef("own", typedef));
    Btf split = builder.build("split");
    assertThat(typedef).isEqualTo(2).isEqualTo(split.firstOwn());
    assertThat(split.type(typedef)).isEqualTo(new BtfType.Typedef("int", number));
    assertThat(split.name(other)).isEqualTo("own");
    // The base has "int" already.
    assertThat(split.strings().remaining()).isEqualTo("own".length() + 1);
  }

  @Test
  void readsWhatItWroteOfClangsTypes() {
    Btf types =
        ClangTypes.types(
            "struct a { struct a *next; unsigned b : 3, c : 7; double d; };"
                + " enum e { X = -1, Y } e; struct a a; int f(struct a *p) { return p->b + e; }");
    BtfBuilder builder = new BtfBuilder(ByteOrder.BIG_ENDIAN);
    assertThat(builder.addAll(types)).isZero();
    Btf big = builder.build("big");
    for (int type = 0; type < types.count(); type++) {
      assertThat(big.type(type)).isEqualTo(types.type(type));
    }
  }

  @Property(tries = 300)
  void movesTypesWithTheirReferences(@ForAll long seed) {
    Btf types = RandomTypes.make(seed).build("x");
    BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    builder.add(new BtfType.Floating("first", 8));
    int shift = builder.addAll(types);
    assertThat(shift).isEqualTo(1);
    Btf moved = builder.build("moved");
    for (int type = 1; type < types.count(); type++) {
      assertThat(moved.type(type + shift))
          .isEqualTo(TypeReferences.map(types.type(type), its -> its == 0 ? 0 : its + shift));
    }
  }

  @Test
  void refusesWhatBtfCannotSay() {
    BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    Enumerator one = new Enumerator("X", 1);
    assertThatThrownBy(
            () ->
                builder.add(
                    new BtfType.Enumeration("e", 4, false, Collections.nCopies(1 << 16, one))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("over 65535 elements");
    Member far = new Member("far", 0, 1 << 24, 1);
    assertThatThrownBy(() -> builder.add(new BtfType.Struct("s", false, 1, List.of(far))))
        .hasMessageContaining("struct s: member far at bit 16777216");
    builder.add(new BtfType.Pointer(7));
    assertThatThrownBy(builder::bytes).hasMessageContaining("refers to type 7, not added");
  }

  @Test
  void refusesToTakeDanglingReferences() {
    BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    builder.add(new BtfType.Pointer(1));
    byte[] bytes = builder.bytes();
    bytes[24 + 8] = 9;
    assertThatThrownBy(() -> new BtfBuilder(ByteOrder.LITTLE_ENDIAN).addAll(Btf.of("x", bytes)))
        .isInstanceOf(FormatException.class)
        .hasMessage("x: BTF types at 0x18: expected a type below 2 in type 1, found type 9");
  }
}
