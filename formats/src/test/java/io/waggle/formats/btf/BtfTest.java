package io.waggle.formats.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.formats.FormatException;
import io.waggle.formats.elf.ElfFile;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BtfTest {
  private static final String SOURCE =
      """
      typedef unsigned long long u64;
      enum color { RED = 1, GREEN = 7 };
      struct inner { char letters[5]; };
      struct outer {
        int number;
        union { u64 word; struct { short low; short high; }; };
        unsigned flag : 3, rest : 5;
        const volatile struct inner *inner;
        struct inner array[2][3];
        enum color color;
        double real;
        int (*call)(struct outer *, ...);
      };
      struct outer kept;
      __attribute__((section("used"))) int entry(struct outer *o) { return o->number; }
      """;
  private static final byte[] OBJECT = compile();

  private static byte[] compile() {
    try {
      Path folder = Files.createTempDirectory("btf");
      Path source = Files.writeString(folder.resolve("types.c"), SOURCE);
      Path object = folder.resolve("types.o");
      Process clang =
          new ProcessBuilder(
                  "clang", "-target", "bpf", "-g", "-O2", "-c", source + "", "-o", object + "")
              .inheritIO()
              .start();
      assertThat(clang.waitFor()).isZero();
      byte[] section;
      try (ElfFile elf = ElfFile.open(object)) {
        var bytes = elf.content(elf.section(".BTF").orElseThrow());
        section = bytes.copy(0, bytes.size());
        assertThat(Btf.of(elf)).isPresent();
      }
      Files.delete(object);
      Files.delete(source);
      Files.delete(folder);
      return section;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private final Btf btf = Btf.of("types.o", OBJECT);
  private final int outer = btf.find(BtfKind.STRUCT, "outer").orElseThrow();

  @Test
  void findsFieldsByTheirPaths() {
    assertThat(btf.field(outer, "number").orElseThrow().offset()).isZero();
    assertThat(btf.field(outer, "word").orElseThrow().offset()).isEqualTo(8);
    assertThat(btf.field(outer, "high").orElseThrow().offset()).isEqualTo(10);
    BtfField rest = btf.field(outer, "rest").orElseThrow();
    assertThat(rest.bitOffset()).isEqualTo(16 * 8 + 3);
    assertThat(rest.bitSize()).isEqualTo(5);
    assertThat(btf.field(outer, "none")).isEmpty();
    assertThat(btf.field(outer, "")).isEmpty();
    assertThat(btf.field(outer, "number.none")).isEmpty();
    BtfField array = btf.field(outer, "array").orElseThrow();
    assertThat(btf.size(array.type())).isEqualTo(30);
  }

  @Test
  void makesRecordsOfTypes() {
    assertThat(type("word")).isEqualTo(new BtfType.Typedef("u64", number("word")));
    assertThat(btf.type(btf.strip(field("word"))))
        .isEqualTo(new BtfType.Int("unsigned long long", 8, 64, 0, false, false, false));
    assertThat(type("color"))
        .isEqualTo(
            new BtfType.Enumeration(
                "color",
                4,
                false,
                List.of(new BtfType.Enumerator("RED", 1), new BtfType.Enumerator("GREEN", 7))));
    assertThat(type("real")).isEqualTo(new BtfType.Floating("double", 8));
    assertThat(type("inner")).isInstanceOf(BtfType.Pointer.class);
    int entry = btf.find(BtfKind.FUNC, "entry").orElseThrow();
    assertThat(btf.type(entry)).isInstanceOf(BtfType.Function.class);
    assertThat(btf.find(BtfKind.VAR, "kept")).isPresent();
    assertThat(btf.type(0)).isEqualTo(new BtfType.Void());
  }

  @Test
  void readsSignedAndWideEnumerations() {
    ByteBuffer content = ByteBuffer.allocate(24 + 20 + 24 + 6);
    content.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
    content.putInt(0).putInt(44).putInt(44).putInt(6);
    content.putInt(1).putInt(1 << 31 | 6 << 24 | 1).putInt(4).putInt(3).putInt(-5);
    content.putInt(1).putInt(19 << 24 | 1).putInt(8).putInt(3).putInt(2).putInt(1);
    content.put("\0e\0vw\0".getBytes(StandardCharsets.US_ASCII));
    Btf big = Btf.of("big endian", content.array());
    assertThat(big.type(1))
        .isEqualTo(
            new BtfType.Enumeration("e", 4, true, List.of(new BtfType.Enumerator("vw", -5))));
    assertThat(big.type(2))
        .isEqualTo(
            new BtfType.Enumeration(
                "e", 8, false, List.of(new BtfType.Enumerator("vw", 0x1_0000_0002L))));
    assertThat(big.find(BtfKind.ENUM64, "e")).hasValue(2);
  }

  @Test
  void continuesTheNumbersOfABase() {
    ByteBuffer content = ByteBuffer.allocate(24 + 12 + 4).order(ByteOrder.LITTLE_ENDIAN);
    content.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
    content.putInt(0).putInt(12).putInt(12).putInt(4);
    content.putInt(stringsSize()).putInt(BtfKind.TYPEDEF << 24).putInt(outer);
    content.put("own\0".getBytes(StandardCharsets.US_ASCII));
    Btf split = Btf.of("split", content.array(), btf);
    int own = split.find(BtfKind.TYPEDEF, "own").orElseThrow();
    assertThat(own).isEqualTo(btf.count()).isEqualTo(split.firstOwn());
    assertThat(split.strip(own)).isEqualTo(outer);
    assertThat(split.field(own, "number")).isPresent();
    assertThat(split.find(BtfKind.STRUCT, "outer")).hasValue(outer);
    assertThat(split.size(own)).isEqualTo(btf.size(outer));
  }

  private static int stringsSize() {
    return ByteBuffer.wrap(OBJECT).order(ByteOrder.LITTLE_ENDIAN).getInt(20);
  }

  private int field(String name) {
    return btf.field(outer, name).orElseThrow().type();
  }

  private BtfType type(String field) {
    return btf.type(field(field));
  }

  private int number(String field) {
    return btf.strip(field(field));
  }

  @Test
  @Requires(Feature.KERNEL_BTF)
  void readsTheRunningKernel() {
    Btf kernel = Btf.ofKernel();
    int task = kernel.find(BtfKind.STRUCT, "task_struct").orElseThrow();
    assertThat(kernel.name(task)).isEqualTo("task_struct");
    assertThat(kernel.size(kernel.field(task, "comm").orElseThrow().type())).isEqualTo(16);
    assertThat(kernel.field(task, "thread_info.flags")).isPresent();
    for (int type = 0; type < kernel.count(); type++) {
      BtfType read = kernel.type(type);
      if (read instanceof BtfType.Struct struct) {
        for (BtfType.Member member : struct.members()) {
          assertThat(member.bitOffset() / 8 + (member.bitSize() + 7) / 8)
              .isLessThanOrEqualTo(struct.size());
          assertThat(kernel.size(member.type())).isLessThanOrEqualTo(struct.size());
        }
      }
    }
  }

  @Test
  void saysWhatIsWrong() {
    byte[] bytes = OBJECT.clone();
    bytes[0] = 0;
    assertThatThrownBy(() -> Btf.of("types.o", bytes))
        .isInstanceOf(FormatException.class)
        .hasMessage("types.o: file at 0x0: expected BTF (magic eb9f), found eb00");
    assertThatThrownBy(() -> btf.type(btf.count()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("a mention of type " + btf.count());
    assertThatThrownBy(() -> btf.kind(-1)).isInstanceOf(FormatException.class);
  }

  @Property(tries = 2000)
  void survivesMutations(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = OBJECT.clone();
    for (int i = random.nextInt(10); i >= 0; i--) {
      bytes[random.nextInt(random.nextBoolean() ? 200 : bytes.length)] = (byte) random.nextInt();
    }
    try {
      Btf read = Btf.of("fuzz", bytes);
      for (int type = 0; type < read.count(); type++) {
        readAll(read, type);
      }
      CHeader.write(read, new StringBuilder());
    } catch (FormatException e) {
      // The clear error that damaged content is for.
    }
  }

  /** Types that lie about all they can: references, counts, sizes; circles among them. */
  @Property(tries = 1000)
  void survivesLies(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = RandomTypes.make(seed).bytes();
    ByteBuffer words = ByteBuffer.wrap(bytes);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int word = 24 / 4 + random.nextInt(Math.max(1, bytes.length / 4 - 24 / 4));
      int lie = random.nextBoolean() ? random.nextInt(16) : random.nextInt();
      if (word * 4 + 4 <= bytes.length) {
        words.putInt(word * 4, random.nextBoolean() ? lie : Integer.reverseBytes(lie));
      }
    }
    try {
      Btf read = Btf.of("fuzz", bytes);
      for (int type = 0; type < read.count(); type++) {
        readAll(read, type);
      }
      CHeader.write(read, new StringBuilder());
      BtfBuilder builder = new BtfBuilder(read.order());
      builder.addAll(read);
      BtfDedup.of(builder);
    } catch (FormatException e) {
      assertThat(e.part()).isNotEmpty();
    }
  }

  /** A search that went into each member anew would take 2^count steps. */
  @Test
  void searchesStructuresThatHoldThemselvesTwice() {
    BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    for (int i = 1; i <= 100; i++) {
      BtfType.Member next = new BtfType.Member("", i % 100 + 1, 0, 0);
      types.add(new BtfType.Struct("", false, 8, List.of(next, next)));
    }
    Btf circle = types.build("circle");
    assertThat(circle.field(1, "absent")).isEmpty();
    assertThatThrownBy(() -> CHeader.write(circle, new int[] {1}, new StringBuilder()))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void survivesTruncation() {
    for (int length = 0; length < OBJECT.length; length++) {
      byte[] start = Arrays.copyOf(OBJECT, length);
      assertThatThrownBy(() -> Btf.of("short", start)).isInstanceOf(FormatException.class);
    }
  }

  private static void readAll(Btf read, int type) {
    try {
      read.type(type);
      read.size(type);
      read.field(type, "high");
    } catch (FormatException e) {
      // One type can be damaged and others not.
    }
  }
}
