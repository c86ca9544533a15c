package io.waggle.bpf.core;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfType;
import java.nio.ByteOrder;
import java.util.Optional;

/** What one relocation asks, read once from the object and put to each candidate of a kernel. */
final class Question {
  private final CoreKind kind;
  private final Btf local;
  private final int type;
  private final ByteOrder order;
  private final Optional<Path> path;
  private final Optional<BtfType.Enumerator> value;

  /** An answer, the BTF it speaks of, and where the field lies; 0 for what is no field. */
  record Found(Answer answer, Btf types, long bitOffset) {
    boolean agrees(Found other) {
      return bitOffset == other.bitOffset && answer.value() == other.answer().value();
    }
  }

  Question(CoreRelocation relocation, Btf local, ByteOrder order) {
    this.kind = relocation.kind();
    this.local = local;
    this.type = relocation.type();
    this.order = order;
    CoreKind.Subject subject = kind.subject();
    path =
        subject == CoreKind.Subject.FIELD
            ? Optional.of(Path.of(local, relocation))
            : Optional.empty();
    value =
        subject == CoreKind.Subject.ENUM_VALUE ? Optional.of(value(relocation)) : Optional.empty();
    if (subject == CoreKind.Subject.TYPE && Path.index(relocation) != 0) {
      throw new CoreException(
          "slot " + relocation.slot() + ": a type has no part '" + relocation.access() + "'");
    }
  }

  private BtfType.Enumerator value(CoreRelocation relocation) {
    int index = Path.index(relocation);
    if (!(local.type(local.strip(type)) instanceof BtfType.Enumeration enumeration)
        || index >= enumeration.values().size()) {
      throw new CoreException(
          "slot " + relocation.slot() + ": type " + type + " has no value " + index);
    }
    return enumeration.values().get(index);
  }

  /** The answer for the object's own types: what the compiler put into the instruction. */
  Answer local() {
    return switch (kind.subject()) {
      case FIELD -> Answer.field(kind, path.orElseThrow(), order);
      case TYPE -> Answer.type(kind, local, type);
      case ENUM_VALUE -> Answer.value(kind, value.orElseThrow());
    };
  }

  /** The answer of a type that has the right name; empty if it has no such part. */
  Optional<Found> ask(Btf target, int candidate) {
    return switch (kind.subject()) {
      case FIELD ->
          PathMatch.find(path.orElseThrow(), target, candidate)
              .map(its -> new Found(Answer.field(kind, its, order), target, its.bitOffset()));
      case TYPE -> {
        Types types = new Types(local, target);
        boolean there =
            kind == CoreKind.TYPE_MATCHES
                ? types.matches(type, candidate)
                : types.compatible(type, candidate);
        yield there
            ? Optional.of(new Found(Answer.type(kind, target, candidate), target, 0))
            : Optional.empty();
      }
      case ENUM_VALUE -> askForValue(target, candidate);
    };
  }

  private Optional<Found> askForValue(Btf target, int candidate) {
    if (target.type(target.strip(candidate)) instanceof BtfType.Enumeration enumeration) {
      for (BtfType.Enumerator its : enumeration.values()) {
        if (Names.agree(value.orElseThrow().name(), its.name())) {
          return Optional.of(new Found(Answer.value(kind, its), target, 0));
        }
      }
    }
    return Optional.empty();
  }

  /** What is asked for, as C would name it. */
  String describe() {
    return path.map(Path::describe)
        .orElseGet(
            () -> Types.describe(local, type) + value.map(its -> " " + its.name()).orElse(""));
  }

  /** The field or value alone, without its type. */
  String part() {
    if (value.isPresent()) {
      return Names.essential(value.get().name());
    }
    String whole = describe();
    return whole.substring(Types.describe(local, type).length() + 1);
  }
}
