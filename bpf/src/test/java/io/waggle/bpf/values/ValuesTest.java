package io.waggle.bpf.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.formats.FormatException;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.elf.ElfFile;
import io.waggle.formats.text.ByteText;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ValuesTest {
  private static final String SOURCE =
      """
      typedef unsigned long long u64;
      typedef unsigned char u8;
      enum color { RED = 1, GREEN = 7, BELOW = -1 };
      struct inner { short x; short y; };
      struct event {
        int pid;
        unsigned char small;
        _Bool done;
        char letter;
        u64 nanos;
        enum color color;
        unsigned low : 3, high : 29;
        int sign : 4;
        struct inner *next;
        struct inner points[2];
        union { unsigned word; u8 bytes[4]; };
        double ratio;
        char comm[16];
        const volatile char lines[2][4];
        __int128 wide;
        u8 rest[];
      };
      struct event kept;
      struct inner one;
      const volatile int limit = 5;
      const volatile char name[8] = "abc";
      """;
  private static final byte[] TYPES = compile();
  private static final MemorySegment MEMORY = Arena.ofAuto().allocate(256, 8);

  private static byte[] compile() {
    try {
      Path folder = Files.createTempDirectory("values");
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
      }
      Files.delete(object);
      Files.delete(source);
      Files.delete(folder);
      return section;
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  private final Btf btf = Btf.of("types.o", TYPES);
  private final ValueType event = type(BtfKind.STRUCT, "event");
  private final MemorySegment memory = Arena.ofAuto().allocate(256, 8);

  private ValueType type(int kind, String name) {
    return ValueType.of(btf, btf.find(kind, name).orElseThrow());
  }

  private void fill() {
    memory.set(ValueLayout.JAVA_INT, 0, -3);
    memory.set(ValueLayout.JAVA_BYTE, 4, (byte) 200);
    memory.set(ValueLayout.JAVA_BYTE, 5, (byte) 1);
    memory.set(ValueLayout.JAVA_BYTE, 6, (byte) 'R');
    memory.set(ValueLayout.JAVA_LONG, 8, -1L);
    memory.set(ValueLayout.JAVA_INT, 16, 7);
    memory.set(ValueLayout.JAVA_INT, 20, 5 | 1000 << 3);
    memory.set(ValueLayout.JAVA_INT, 24, 0xe);
    memory.set(ValueLayout.JAVA_LONG, 32, 0xffff_8000_0000_1234L);
    memory.set(ValueLayout.JAVA_SHORT, 40, (short) -1);
    memory.set(ValueLayout.JAVA_INT, 48, 0x04030201);
    memory.set(ValueLayout.JAVA_DOUBLE, 56, 0.5);
    MemorySegment.copy(bytes("a\"ü\u0007\n"), 0, memory, ValueLayout.JAVA_BYTE, 64, 6);
    memory.set(ValueLayout.JAVA_BYTE, 70, (byte) 0xff);
    MemorySegment.copy(bytes("full"), 0, memory, ValueLayout.JAVA_BYTE, 80, 4);
    memory.set(ValueLayout.JAVA_LONG, 96, -2);
    memory.set(ValueLayout.JAVA_LONG, 104, -1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void writesAllKindsAsText() {
    fill();
    ByteText out = new ByteText();
    ValueText.write(out, event, memory, 0);
    assertThat(out.toString())
        .isEqualTo(
            "{ .pid = -3, .small = 200, .done = true, .letter = 'R', .nanos = 18446744073709551615"
                + ", .color = GREEN, .low = 5, .high = 1000, .sign = -2"
                + ", .next = 0xffff800000001234"
                + ", .points = [{ .x = -1, .y = 0 }, { .x = 0, .y = 0 }]"
                + ", .word = 67305985, .bytes = [1, 2, 3, 4], .ratio = 0.5"
                + ", .comm = a\"ü\\x07\\x0a\\xff, .lines = [full, ], .wide = -2, .rest = [] }");
  }

  @Test
  void writesAllKindsAsJson() {
    fill();
    ByteText out = new ByteText();
    ValueJson.write(out, event, memory, 0);
    assertThat(out.toString())
        .isEqualTo(
            "{\"pid\":-3,\"small\":200,\"done\":true,\"letter\":82,\"nanos\":18446744073709551615"
                + ",\"color\":\"GREEN\",\"low\":5,\"high\":1000,\"sign\":-2"
                + ",\"next\":\"0xffff800000001234\""
                + ",\"points\":[{\"x\":-1,\"y\":0},{\"x\":0,\"y\":0}]"
                + ",\"word\":67305985,\"bytes\":[1,2,3,4],\"ratio\":0.5"
                + ",\"comm\":\"a\\\"ü\\u0007\\n\ufffd\",\"lines\":[\"full\",\"\"],\"wide\":\"-2\""
                + ",\"rest\":[]}");
  }

  @Test
  void writesNumbersOfEnumerationsThatHaveNoName() {
    memory.set(ValueLayout.JAVA_INT, 0, -1);
    ValueType color = type(BtfKind.ENUM, "color");
    ByteText out = new ByteText();
    ValueText.write(out, color, memory, 0);
    memory.set(ValueLayout.JAVA_INT, 0, 12);
    ValueText.write(out.put(' '), color, memory, 0);
    ValueJson.write(out.put(' '), color, memory, 0);
    assertThat(out.toString()).isEqualTo("BELOW 12 12");
  }

  @Test
  void aSectionIsAStructureOfItsVariables() {
    // Where each lies, only the symbols of an object that is not linked know.
    assertThat(type(BtfKind.DATASEC, ".rodata"))
        .isInstanceOfSatisfying(
            ValueType.Structure.class,
            section ->
                assertThat(section.fields())
                    .extracting(ValueType.Field::name)
                    .containsExactly("limit", "name"));
  }

  @Test
  void refusesMemoryThatIsTooShort() {
    assertThatThrownBy(() -> ValueText.write(new ByteText(), event, memory, 200))
        .isInstanceOf(ValueException.class)
        .hasMessageContaining("bytes does not lie at byte 200 of 256");
  }

  @Test
  void refusesTypesWithoutValues() {
    assertThatThrownBy(() -> ValueType.of(btf, 0)).isInstanceOf(ValueException.class);
    assertThatThrownBy(() -> ValueType.of(btf, 9999)).isInstanceOf(FormatException.class);
  }

  @Test
  void parsesWhatAPersonTypes() {
    assertThat(parsed(new ValueType.Number(2, false), "0xffff")).isEqualTo("65535");
    assertThat(parsed(new ValueType.Number(8, true), "-9223372036854775808"))
        .isEqualTo("-9223372036854775808");
    assertThat(parsed(new ValueType.Bool(1), "yes")).isEqualTo("true");
    assertThat(parsed(new ValueType.Text(4), "abc")).isEqualTo("abc");
    assertThat(parsed(type(BtfKind.ENUM, "color"), "RED")).isEqualTo("RED");
    assertThat(parsed(type(BtfKind.ENUM, "color"), "7")).isEqualTo("GREEN");
    assertThat(parsed(new ValueType.Floating(4), "1.5")).isEqualTo("1.5");
    assertThatThrownBy(() -> parsed(new ValueType.Number(2, false), "65536"))
        .hasMessage("'65536' is no number from 0 to 65535");
    assertThatThrownBy(() -> parsed(new ValueType.Number(4, true), "--1"))
        .isInstanceOf(ValueException.class);
    assertThatThrownBy(() -> parsed(new ValueType.Text(4), "abcd"))
        .hasMessage("'abcd' is longer than 3 bytes");
    assertThatThrownBy(() -> parsed(type(BtfKind.ENUM, "color"), "BLUE"))
        .hasMessageContaining("'BLUE' is none of ")
        .hasMessageContaining("RED, GREEN");
    assertThatThrownBy(() -> parsed(event, "{}")).isInstanceOf(ValueException.class);
  }

  private String parsed(ValueType type, String text) {
    ValueParser.parse(type, text, memory, 1);
    ByteText out = new ByteText();
    ValueText.write(out, type, memory, 1);
    return out.toString();
  }

  @Test
  void damagedTypesGiveClearErrors() {
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = TYPES.clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        bytes[24 + random.nextInt(bytes.length - 24)] = (byte) random.nextInt();
      }
      print(bytes);
    }
  }

  @Property(tries = 500)
  void randomTypesGiveClearErrors(@ForAll byte[] types) {
    byte[] bytes = new byte[TYPES.length];
    System.arraycopy(TYPES, 0, bytes, 0, bytes.length);
    System.arraycopy(types, 0, bytes, 24, Math.min(types.length, bytes.length - 24));
    print(bytes);
  }

  private static void print(byte[] bytes) {
    try {
      Btf damaged = Btf.of("damaged", bytes);
      ByteText out = new ByteText();
      for (int type = 0; type < damaged.count(); type++) {
        print(damaged, type, out);
      }
    } catch (FormatException refused) {
      // Not even the list of types can be read.
    }
  }

  private static void print(Btf damaged, int type, ByteText out) {
    try {
      ValueType shape = ValueType.of(damaged, type);
      out.clear();
      ValueText.write(out, shape, MEMORY, 0);
      ValueJson.write(out, shape, MEMORY, 0);
      Columns.of(shape, 0).row(out, out.length(), MEMORY, 0, MEMORY.byteSize());
    } catch (FormatException | ValueException refused) {
      // These are the errors that are documented.
    }
  }
}
