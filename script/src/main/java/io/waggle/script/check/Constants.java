package io.waggle.script.check;

import io.waggle.formats.text.ByteText;
import io.waggle.script.output.Names;
import io.waggle.script.output.PrintfFormat;
import io.waggle.script.plan.Field;
import io.waggle.script.syntax.Span;
import io.waggle.script.types.Type;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Values that are known when the script is compiled, laid out as a program would lay them out. */
final class Constants {
  private Constants() {}

  /** What {@code printf} would print, empty if a value is not known. */
  static Optional<String> format(String format, List<Term> arguments) {
    List<Field> fields = new ArrayList<>();
    int end = 0;
    for (Term argument : arguments) {
      int offset = Type.align(end, argument.type().alignment());
      fields.add(new Field(argument.type(), offset));
      end = offset + argument.type().size();
    }
    MemorySegment memory = MemorySegment.ofArray(new byte[end]);
    for (int i = 0; i < fields.size(); i++) {
      if (!store(arguments.get(i), memory, fields.get(i).offset())) {
        return Optional.empty();
      }
    }
    ByteText text = new ByteText();
    PrintfFormat.compile(format, fields, Names.none()).write(text, memory, 0);
    return Optional.of(text.toString());
  }

  private static boolean store(Term term, MemorySegment memory, int offset) {
    switch (term) {
      case Term.Number(Span _, Type.Plain type, long value) -> {
        for (int i = 0; i < type.size(); i++) {
          memory.set(ValueLayout.JAVA_BYTE, offset + i, (byte) (value >>> 8 * i));
        }
        return true;
      }
      case Term.Text(Span _, Type.Text type, String value) -> {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, type.size() - 1);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, length);
        return true;
      }
      default -> {
        return false;
      }
    }
  }
}
