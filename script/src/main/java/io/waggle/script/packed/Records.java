package io.waggle.script.packed;

import io.waggle.bpf.Bytes;
import io.waggle.script.types.Layout;
import io.waggle.script.types.Type;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Writes records as bytes, component by component: what {@link RecordReader} reads. Numbers are
 * big-endian; texts, bytes and lists are preceded by their length; of a sealed interface the name
 * of the record or enumeration comes first.
 */
final class Records {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  private Records() {}

  /** The bytes of a value of a type. */
  static byte[] write(Object value, Class<?> type) {
    Records records = new Records();
    try {
      records.value(value, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return records.bytes.toByteArray();
  }

  private void value(Object value, java.lang.reflect.Type type)
      throws IOException, ReflectiveOperationException {
    if (type instanceof ParameterizedType generic) {
      several(value, generic);
      return;
    }
    switch (value) {
      case Integer number -> out.writeInt(number);
      case Long number -> out.writeLong(number);
      case Boolean truth -> out.writeBoolean(truth);
      case String text -> text(text);
      case Enum<?> constant -> {
        if (type != constant.getDeclaringClass()) {
          text(constant.getDeclaringClass().getSimpleName());
        }
        text(constant.name());
      }
      case Bytes some -> {
        out.writeInt(some.size());
        out.write(some.toArray());
      }
      case OptionalInt number -> {
        out.writeBoolean(number.isPresent());
        out.writeInt(number.orElse(0));
      }
      // What a pointer leads to is of no use without the types that a package leaves behind.
      case Type.Pointer(Type.Plain _, Type.AddressSpace space) ->
          record(new Type.Pointer(new Type.None(), space), (Class<?>) type);
      case Layout layout ->
          record(
              new FixedLayout(layout.size(), layout.alignment(), layout.members()),
              FixedLayout.class);
      case Record record -> record(record, (Class<?>) type);
      default -> throw new IllegalArgumentException("cannot be packed: " + value.getClass());
    }
  }

  private void text(String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private void record(Record record, Class<?> declared)
      throws IOException, ReflectiveOperationException {
    if (declared != record.getClass()) {
      text(record.getClass().getSimpleName());
    }
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      component.getAccessor().setAccessible(true);
      value(component.getAccessor().invoke(record), component.getGenericType());
    }
  }

  private void several(Object value, ParameterizedType type)
      throws IOException, ReflectiveOperationException {
    java.lang.reflect.Type[] of = type.getActualTypeArguments();
    switch (value) {
      case List<?> list -> {
        out.writeInt(list.size());
        for (Object item : list) {
          value(item, of[0]);
        }
      }
      case Map<?, ?> map -> {
        out.writeInt(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          value(entry.getKey(), of[0]);
          value(entry.getValue(), of[1]);
        }
      }
      case Optional<?> optional -> {
        out.writeBoolean(optional.isPresent());
        if (optional.isPresent()) {
          value(optional.get(), of[0]);
        }
      }
      default -> throw new IllegalArgumentException("cannot be packed: " + type);
    }
  }
}
