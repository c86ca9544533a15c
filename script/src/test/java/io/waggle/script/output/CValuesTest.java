package io.waggle.script.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.text.ByteText;
import io.waggle.script.header.Declarations;
import io.waggle.script.types.CTypes;
import io.waggle.script.types.Type;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Structs, arrays, enumerations and records as text and as JSON. */
class CValuesTest {

  private static Type.Plain type(String definitions, String name) {
    Declarations declarations = new Declarations(CTypes.NONE);
    declarations.add(definitions);
    return declarations.named(name).orElseThrow();
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
  }

  private static void requireWritten(Type.Plain type, ByteBuffer value, String text, String json) {
    ValueFormat format = ValueFormat.of(type, 0, Names.none());
    MemorySegment memory = MemorySegment.ofArray(value.array());
    ByteText asText = new ByteText();
    format.text(asText, memory, 0);
    assertThat(asText.toString()).isEqualTo(text);
    ByteText asJson = new ByteText();
    format.json(asJson, memory, 0);
    assertThat(asJson.toString()).isEqualTo(json);
  }

  @Test
  void structs() {
    Type.Plain type =
        type(
            "enum e { OFF, ON }; struct t { int a; char s[3]; unsigned f:2, g:3; enum e how;"
                + " struct { short x[2]; } in; };",
            "struct t");
    ByteBuffer value = bytes(type.size());
    value.putInt(0, -5).put(4, (byte) 'x').put(5, (byte) 'y').put(6, (byte) 'z');
    // The bit fields fit the integer that the text ends in.
    value.put(7, (byte) 0b10111).putInt(8, 1).putShort(12, (short) 7).putShort(14, (short) -8);
    requireWritten(
        type,
        value,
        "{ .a = -5, .s = xyz, .f = 3, .g = 5, .how = ON, .in = { .x = [7,-8] } }",
        "{\"a\": -5, \"s\": \"xyz\", \"f\": 3, \"g\": 5, \"how\": \"ON\", \"in\": {\"x\": [7,-8]}}");
  }

  @Test
  void enumerationsWithoutAName() {
    Type.Plain type = type("enum e { A = -1 };", "enum e");
    requireWritten(type, bytes(4).putInt(0, -1), "A", "\"A\"");
    requireWritten(type, bytes(4).putInt(0, -7), "-7", "-7");
  }

  @Test
  void records() {
    Type.Tuple type =
        new Type.Tuple(List.of(Type.Int.INT32, new Type.Text(4)), List.of("size", "name"));
    requireWritten(
        type,
        bytes(8).putInt(0, 2).put(4, (byte) 'n'),
        "{ .size = 2, .name = n }",
        "{\"size\": 2, \"name\": \"n\"}");
  }
}
