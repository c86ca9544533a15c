package io.waggle.formats.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.formats.FormatException;
import io.waggle.formats.btf.BtfExtension.CoreRecord;
import io.waggle.formats.btf.BtfExtension.FunctionRecord;
import io.waggle.formats.btf.BtfExtension.LineRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BtfExtensionTest {
  private static final String SOURCE =
      """
      struct task { int pid; struct { int a[4]; }; } __attribute__((preserve_access_index));
      enum color { RED, GREEN };
      __attribute__((section("raw_tp/first"), used)) int first(struct task *task) {
        return task->a[2];
      }
      __attribute__((section("raw_tp/second"), used)) int second(struct task *task) {
        return __builtin_preserve_enum_value(*(enum color *)GREEN, 1)
             + __builtin_preserve_field_info(task->pid, 2);
      }
      """;
  private static final byte[] LITTLE = ClangTypes.object("bpf", SOURCE);
  private static final byte[] TYPES = ClangTypes.section(LITTLE, ".BTF");
  private static final byte[] EXTENSION = ClangTypes.section(LITTLE, ".BTF.ext");

  @ParameterizedTest
  @ValueSource(strings = {"bpf", "bpfeb"})
  void readsWhatClangWrites(String target) {
    byte[] object = target.equals("bpf") ? LITTLE : ClangTypes.object(target, SOURCE);
    ByteOrder order = target.equals("bpf") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    Btf btf = Btf.of("types.o", ClangTypes.section(object, ".BTF"));
    byte[] content = ClangTypes.section(object, ".BTF.ext");
    BtfExtension extension = BtfExtension.of("types.o", content, order, btf);
    assertThat(extension.functions())
        .containsExactly(
            new FunctionRecord("raw_tp/first", 0, btf.find(BtfKind.FUNC, "first").orElseThrow()),
            new FunctionRecord("raw_tp/second", 0, btf.find(BtfKind.FUNC, "second").orElseThrow()));
    assertThat(extension.lines())
        .anySatisfy(
            line -> {
              assertThat(line.section()).isEqualTo("raw_tp/first");
              assertThat(line.file()).endsWith("types.c");
              assertThat(line.text()).isEqualTo("  return task->a[2];");
              assertThat(line.line()).isEqualTo(4);
              assertThat(line.column()).isPositive();
            })
        .extracting(LineRecord::section)
        .contains("raw_tp/second");
    int task = btf.find(BtfKind.STRUCT, "task").orElseThrow();
    assertThat(extension.relocations())
        .contains(new CoreRecord("raw_tp/first", 0, task, "0:1:0:2", 0))
        .extracting(CoreRecord::kind)
        .containsExactlyInAnyOrder(0, 11, 2);
  }

  @Test
  void knowsHeadersWithoutRelocations() {
    Btf btf = Btf.of("types.o", TYPES);
    ByteBuffer content = ByteBuffer.allocate(24);
    content.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
    assertThat(BtfExtension.of("x", content.array(), ByteOrder.BIG_ENDIAN, btf))
        .isEqualTo(BtfExtension.EMPTY);
  }

  @Test
  void saysWhatIsWrong() {
    refused(0, 0x12345678, "expected BTF.ext (magic eb9f), found bytes 5678");
    refused(4, 8, "expected a header of at least 24 bytes, found 8");
    refused(12, 1 << 30, "expected 1073741824 bytes, found the end");
    refused(32, 4, "expected records of 8 bytes or more, a multiple of 4, found 4 bytes");
    refused(40, 1000, "expected as many records as");
    refused(48, 1000, "expected a type below");
  }

  private static void refused(int at, int value, String message) {
    byte[] bytes = EXTENSION.clone();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    assertThatThrownBy(() -> read(bytes, TYPES))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(message);
  }

  @Property(tries = 2000)
  void survivesMutations(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = EXTENSION.clone();
    for (int i = random.nextInt(10); i >= 0; i--) {
      bytes[random.nextInt(random.nextBoolean() ? 60 : bytes.length)] = (byte) random.nextInt();
    }
    try {
      read(bytes, TYPES);
    } catch (FormatException e) {
      // The clear error that damaged content is for.
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writesWhatItReads(boolean big) {
    BtfExtension extension = read(EXTENSION, TYPES);
    BtfBuilder types = new BtfBuilder(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    types.addAll(Btf.of("types.o", TYPES));
    byte[] written = extension.write(types);
    assertThat(BtfExtension.of("x", written, types.order(), types.build("types.o")))
        .isEqualTo(extension);
    assertThat(
            BtfExtension.of("x", BtfExtension.EMPTY.write(types), types.order(), types.build("")))
        .isEqualTo(BtfExtension.EMPTY);
  }

  /** Truncated at every byte: an answer or a clear error. */
  @Test
  void survivesTruncation() {
    for (int length = 0; length < EXTENSION.length; length++) {
      byte[] start = Arrays.copyOf(EXTENSION, length);
      try {
        read(start, TYPES);
      } catch (FormatException e) {
        assertThat(e.expected()).isNotEmpty();
        assertThat(e.found()).isNotEmpty();
      }
    }
  }

  private static BtfExtension read(byte[] content, byte[] types) {
    return BtfExtension.of("x", content, ByteOrder.LITTLE_ENDIAN, Btf.of("types.o", types));
  }
}
