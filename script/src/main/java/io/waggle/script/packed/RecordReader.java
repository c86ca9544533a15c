package io.waggle.script.packed;

import io.waggle.bpf.Bytes;
import io.waggle.script.types.Layout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads what {@link Records} wrote; no length is trusted, and only known records are made. */
final class RecordReader {
  /** Deeper than any type or plan is. */
  private static final int DEEPEST = 64;

  private final ByteBuffer bytes;
  private int depth;

  private RecordReader(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /**
   * The value of a type that the bytes hold.
   *
   * @throws DamagedPackageException if they do not, or hold more
   */
  static <T> T read(ByteBuffer bytes, Class<T> type) {
    RecordReader reader = new RecordReader(bytes);
    try {
      T value = type.cast(reader.value(type));
      if (bytes.hasRemaining()) {
        throw new DamagedPackageException(
            "damaged package: " + bytes.remaining() + " bytes too many");
      }
      return value;
    } catch (BufferUnderflowException e) {
      throw new DamagedPackageException("damaged package: it ends too early");
    } catch (InvocationTargetException e) {
      throw new DamagedPackageException("damaged package: " + e.getCause().getMessage());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object value(java.lang.reflect.Type type) throws ReflectiveOperationException {
    if (++depth > DEEPEST) {
      throw new DamagedPackageException("damaged package: nested too deeply");
    }
    try {
      return type instanceof ParameterizedType generic ? several(generic) : plain((Class<?>) type);
    } finally {
      depth--;
    }
  }

  private Object plain(Class<?> type) throws ReflectiveOperationException {
    if (type == int.class || type == Integer.class) {
      return bytes.getInt();
    } else if (type == long.class || type == Long.class) {
      return bytes.getLong();
    } else if (type == boolean.class) {
      return bytes.get() != 0;
    } else if (type == String.class) {
      return text();
    } else if (type == Bytes.class) {
      return Bytes.of(content());
    } else if (type == OptionalInt.class) {
      boolean present = bytes.get() != 0;
      int number = bytes.getInt();
      return present ? OptionalInt.of(number) : OptionalInt.empty();
    } else if (type == Layout.class) {
      return record(FixedLayout.class);
    } else if (type.isEnum()) {
      return constant(type, text());
    }
    Class<?> made = type.isRecord() ? type : permitted(type, text());
    return made.isEnum() ? constant(made, text()) : record(made);
  }

  private static Object constant(Class<?> type, String name) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new DamagedPackageException("damaged package: no " + type.getSimpleName() + " " + name);
  }

  private static Class<?> permitted(Class<?> type, String name) {
    return find(type, name)
        .orElseThrow(
            () ->
                new DamagedPackageException(
                    "damaged package: no " + type.getSimpleName() + " " + name));
  }

  private static Optional<Class<?>> find(Class<?> type, String name) {
    if (type.isSealed()) {
      for (Class<?> one : type.getPermittedSubclasses()) {
        if ((one.isRecord() || one.isEnum()) && one.getSimpleName().equals(name)) {
          return Optional.of(one);
        }
        Optional<Class<?>> inside = find(one, name);
        if (inside.isPresent()) {
          return inside;
        }
      }
    }
    return Optional.empty();
  }

  private Object record(Class<?> type) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = value(components[i].getGenericType());
    }
    var constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor.newInstance(values);
  }

  private Object several(ParameterizedType type) throws ReflectiveOperationException {
    java.lang.reflect.Type[] of = type.getActualTypeArguments();
    if (type.getRawType() == Optional.class) {
      return bytes.get() != 0 ? Optional.of(value(of[0])) : Optional.empty();
    }
    int count = bytes.getInt();
    // An item may take no byte at all, but nobody has as many of those.
    if (count < 0 || count > Math.max(1 << 16, bytes.remaining())) {
      throw new DamagedPackageException("damaged package: a list of " + count);
    }
    if (type.getRawType() == Map.class) {
      Map<Object, Object> map = new HashMap<>();
      for (int i = 0; i < count; i++) {
        Object key = value(of[0]);
        map.put(key, value(of[1]));
      }
      return map;
    }
    if (type.getRawType() != List.class) {
      throw new DamagedPackageException("damaged package: " + type);
    }
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(value(of[0]));
    }
    return list;
  }

  private byte[] content() {
    int length = bytes.getInt();
    if (length < 0 || length > bytes.remaining()) {
      throw new DamagedPackageException(
          "damaged package: " + length + " bytes where fewer are left");
    }
    byte[] content = new byte[length];
    bytes.get(content);
    return content;
  }

  private String text() {
    return new String(content(), StandardCharsets.UTF_8);
  }
}
