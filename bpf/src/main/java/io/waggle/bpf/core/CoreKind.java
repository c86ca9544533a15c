package io.waggle.bpf.core;

import java.util.Optional;

/**
 * What a relocation wants to know of the kernel's types: enum bpf_core_relo_kind in
 * include/uapi/linux/bpf.h, in the order of its numbers.
 */
public enum CoreKind {
  /** Bytes from the start of the structure to a field. */
  FIELD_BYTE_OFFSET(Subject.FIELD),
  /** Bytes of a field. */
  FIELD_BYTE_SIZE(Subject.FIELD),
  /** 1 if there is such a field, else 0. */
  FIELD_EXISTS(Subject.FIELD),
  /** 1 if a field is a signed number, else 0. */
  FIELD_SIGNED(Subject.FIELD),
  /** How far to shift left a field that was loaded into 64 bits, so that no others remain. */
  FIELD_LSHIFT_U64(Subject.FIELD),
  /** How far to shift right thereafter. */
  FIELD_RSHIFT_U64(Subject.FIELD),
  /** The type's number in the object's own BTF. */
  TYPE_ID_LOCAL(Subject.TYPE),
  /** The type's number in the kernel's BTF; 0 if it has no such type. */
  TYPE_ID_TARGET(Subject.TYPE),
  /** 1 if there is such a type, else 0. */
  TYPE_EXISTS(Subject.TYPE),
  /** Bytes of a type; 0 if there is none. */
  TYPE_SIZE(Subject.TYPE),
  /** 1 if an enumeration has such a name, else 0. */
  ENUM_VALUE_EXISTS(Subject.ENUM_VALUE),
  /** The number that a name stands for. */
  ENUM_VALUE(Subject.ENUM_VALUE),
  /** 1 if there is such a type with all members that the program knows, else 0. */
  TYPE_MATCHES(Subject.TYPE);

  /** What a relocation is about. */
  enum Subject {
    FIELD,
    TYPE,
    ENUM_VALUE
  }

  private static final CoreKind[] KINDS = values();

  private final Subject subject;

  CoreKind(Subject subject) {
    this.subject = subject;
  }

  Subject subject() {
    return subject;
  }

  /** The kind of that number in the kernel's enumeration. */
  public static Optional<CoreKind> of(int number) {
    return number >= 0 && number < KINDS.length ? Optional.of(KINDS[number]) : Optional.empty();
  }
}
