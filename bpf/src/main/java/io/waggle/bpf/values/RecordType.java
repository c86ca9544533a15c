package io.waggle.bpf.values;

import io.waggle.bpf.values.ValueType.Field;
import io.waggle.bpf.values.ValueType.Structure;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A Java record as the reading of a C structure. Each component takes the member of its name
 * ({@code exitCode} that of {@code exit_code}): {@code byte}, {@code short}, {@code int} and {@code
 * long} a number that fits, {@code boolean} any number, {@code float} and {@code double} their
 * like, {@link String} an array of characters up to its first zero byte ({@link Text} gives its
 * size), an array of Java's numbers an array, another record a structure. Members that no component
 * asks for are left out.
 *
 * <p>All of that is checked when it is made, so that reading cannot fail for it.
 *
 * @param <T> the record
 */
public final class RecordType<T extends Record> {
  private final MethodHandle constructor;
  private final Part[] parts;
  private final long size;

  /** What one component reads. */
  @FunctionalInterface
  private interface Part {
    Object read(MemorySegment memory, long offset);
  }

  private RecordType(MethodHandle constructor, Part[] parts, long size) {
    this.constructor = constructor;
    this.parts = parts;
    this.size = size;
  }

  /**
   * The reading of a structure.
   *
   * @throws ValueException if a component has no member, or one of another shape
   * @throws IllegalArgumentException if the record's module does not let its constructor be called
   */
  public static <T extends Record> RecordType<T> of(Class<T> type, ValueType structure) {
    if (!(structure instanceof Structure found)) {
      throw new ValueException("record " + type.getSimpleName() + " reads structures only");
    }
    RecordComponent[] components = type.getRecordComponents();
    Part[] parts = new Part[components.length];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = part(components[i], member(type, components[i], found));
    }
    return new RecordType<>(constructor(type, components), parts, found.size());
  }

  private static MethodHandle constructor(Class<?> type, RecordComponent[] components) {
    try {
      Constructor<?> canonical =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      canonical.setAccessible(true);
      return MethodHandles.lookup()
          .unreflectConstructor(canonical)
          .asSpreader(Object[].class, components.length)
          .asType(MethodType.methodType(Object.class, Object[].class));
    } catch (NoSuchMethodException | IllegalAccessException | InaccessibleObjectException closed) {
      throw new IllegalArgumentException(
          "record "
              + type.getName()
              + " cannot be made: its module must open its package to io.waggle.bpf",
          closed);
    }
  }

  private static Field member(Class<?> type, RecordComponent component, Structure structure) {
    String name = component.getName();
    String snake = name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    for (Field field : structure.fields()) {
      if (field.name().equals(name) || field.name().equals(snake)) {
        return field;
      }
    }
    throw new ValueException(
        "record "
            + type.getSimpleName()
            + ": struct "
            + structure.name()
            + " has no member '"
            + snake
            + "' for its component; it has "
            + structure.fields().stream().map(Field::name).collect(Collectors.joining(", ")));
  }

  private static Part part(RecordComponent component, Field field) {
    Class<?> java = component.getType();
    ValueType type = field.type();
    long at = field.offset();
    if (java == String.class) {
      return text(component, field);
    }
    if (java.isRecord()) {
      RecordType<?> inner = of(java.asSubclass(Record.class), type);
      return (memory, offset) -> inner.read(memory, offset + at);
    }
    if (java.isArray() && type instanceof ValueType.Array array) {
      return array(component, field, array);
    }
    if (java == boolean.class && type instanceof ValueType.Scalar number) {
      return (memory, offset) -> Reads.scalar(number, memory, offset + at) != 0;
    }
    if (type instanceof ValueType.Floating real && (java == double.class || java == float.class)) {
      return real(component, field, real);
    }
    if (type instanceof ValueType.Bits bits && java == long.class) {
      return (memory, offset) -> Reads.bits(bits, memory, offset + at);
    }
    if (type instanceof ValueType.Scalar number && bytes(java) >= number.size()) {
      return number(java, number, at);
    }
    throw refusal(component, field);
  }

  private static Part text(RecordComponent component, Field field) {
    Text wanted = component.getAnnotation(Text.class);
    if (!(field.type() instanceof ValueType.Text text)) {
      throw refusal(component, field);
    }
    if (wanted != null && wanted.value() != text.size()) {
      throw new ValueException(
          "component '"
              + component.getName()
              + "' wants "
              + wanted.value()
              + " characters, and the member has "
              + text.size());
    }
    long at = field.offset();
    return (memory, offset) -> {
      int length = (int) Reads.textLength(memory, offset + at, text.size());
      byte[] bytes = memory.asSlice(offset + at, length).toArray(ValueLayout.JAVA_BYTE);
      return new String(bytes, StandardCharsets.UTF_8);
    };
  }

  private static Part number(Class<?> java, ValueType.Scalar number, long at) {
    if (java == byte.class) {
      return (memory, offset) -> (byte) Reads.scalar(number, memory, offset + at);
    }
    if (java == short.class) {
      return (memory, offset) -> (short) Reads.scalar(number, memory, offset + at);
    }
    if (java == int.class) {
      return (memory, offset) -> (int) Reads.scalar(number, memory, offset + at);
    }
    return (memory, offset) -> Reads.scalar(number, memory, offset + at);
  }

  private static Part real(RecordComponent component, Field field, ValueType.Floating real) {
    long at = field.offset();
    if (component.getType() == double.class) {
      return (memory, offset) -> Reads.floating(real, memory, offset + at);
    }
    if (real.size() > Float.BYTES) {
      throw refusal(component, field);
    }
    return (memory, offset) -> (float) Reads.floating(real, memory, offset + at);
  }

  private static Part array(RecordComponent component, Field field, ValueType.Array array) {
    Class<?> java = component.getType().getComponentType();
    if (!(array.element() instanceof ValueType.Scalar number) || bytes(java) < number.size()) {
      throw refusal(component, field);
    }
    int count = Math.toIntExact(array.count());
    Part element = number(java, number, 0);
    return (memory, offset) -> {
      Object made = Array.newInstance(java, count);
      for (int i = 0; i < count; i++) {
        long place = offset + field.offset() + i * number.size();
        Array.set(made, i, element.read(memory, place));
      }
      return made;
    };
  }

  /** Of Java's whole numbers; 0 for all else. */
  private static int bytes(Class<?> java) {
    if (java == byte.class) {
      return Byte.BYTES;
    }
    if (java == short.class) {
      return Short.BYTES;
    }
    if (java == int.class) {
      return Integer.BYTES;
    }
    return java == long.class ? Long.BYTES : 0;
  }

  private static ValueException refusal(RecordComponent component, Field field) {
    return new ValueException(
        "component '"
            + component.getName()
            + "' is "
            + component.getType().getSimpleName()
            + ", which does not read its member: "
            + field.type());
  }

  /** Bytes of the structure. */
  public long size() {
    return size;
  }

  /**
   * The record at {@code offset}.
   *
   * @param length bytes that belong to it, at least {@link #size}
   * @throws ValueException if the structure does not lie inside of them
   */
  public T read(MemorySegment memory, long offset, long length) {
    if (length < size) {
      throw new ValueException("there are " + length + " bytes, and the structure has " + size);
    }
    Objects.checkFromIndexSize(offset, size, memory.byteSize());
    return read(memory, offset);
  }

  private T read(MemorySegment memory, long offset) {
    Object[] values = new Object[parts.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = parts[i].read(memory, offset);
    }
    return make(values);
  }

  @SuppressWarnings("unchecked") // the constructor is T's
  private T make(Object[] values) {
    try {
      return (T) (Object) constructor.invokeExact(values);
    } catch (RuntimeException | Error own) {
      throw own; // of a constructor that checks its arguments
    } catch (Throwable checked) {
      throw new IllegalStateException("constructors of records throw nothing checked", checked);
    }
  }
}
