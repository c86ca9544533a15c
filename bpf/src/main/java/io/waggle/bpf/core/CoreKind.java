package io.waggle.bpf.core;

import java.util.Optional;

/**
 * What an instruction wants to know, {@code enum bpf_core_relo_kind} of include/uapi/linux/bpf.h.
 */
public enum CoreKind {
  FIELD_BYTE_OFFSET(Subject.FIELD),
  FIELD_BYTE_SIZE(Subject.FIELD),
  FIELD_EXISTS(Subject.FIELD),
  FIELD_SIGNED(Subject.FIELD),
  FIELD_LEFT_SHIFT(Subject.FIELD),
  FIELD_RIGHT_SHIFT(Subject.FIELD),
  TYPE_ID_LOCAL(Subject.TYPE),
  TYPE_ID_TARGET(Subject.TYPE),
  TYPE_EXISTS(Subject.TYPE),
  TYPE_SIZE(Subject.TYPE),
  ENUM_VALUE_EXISTS(Subject.ENUM_VALUE),
  ENUM_VALUE(Subject.ENUM_VALUE),
  TYPE_MATCHES(Subject.TYPE);

  /** What the question is about. */
  enum Subject {
    FIELD,
    TYPE,
    ENUM_VALUE
  }

  private static final CoreKind[] ALL = values();

  private final Subject subject;

  CoreKind(Subject subject) {
    this.subject = subject;
  }

  /** The kind of that number. */
  public static Optional<CoreKind> of(int number) {
    return number < 0 || number >= ALL.length ? Optional.empty() : Optional.of(ALL[number]);
  }

  Subject subject() {
    return subject;
  }

  /** True if "no" is an answer, rather than a reason not to run the instruction. */
  boolean asksForExistence() {
    return this == FIELD_EXISTS
        || this == TYPE_EXISTS
        || this == ENUM_VALUE_EXISTS
        || this == TYPE_MATCHES;
  }
}
