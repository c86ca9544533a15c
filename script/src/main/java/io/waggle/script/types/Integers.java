package io.waggle.script.types;

import io.waggle.script.types.Type.Int;
import java.util.Optional;

/** Names of integers that need no declaration: the language's, those of C and of the kernel. */
public final class Integers {
  private Integers() {}

  /** What a name means, empty for others; {@link Type.None} for {@code void}. */
  public static Optional<Type.Plain> named(String name) {
    return switch (name) {
      case "bool", "_Bool" -> Optional.of(new Type.Bool());
      case "int8", "int8_t", "char", "signed char", "s8", "__s8" -> Optional.of(new Int(1, true));
      case "uint8", "uint8_t", "unsigned char", "u8", "__u8", "u_char" ->
          Optional.of(new Int(1, false));
      case "int16", "int16_t", "short", "short int", "s16", "__s16" ->
          Optional.of(new Int(2, true));
      case "uint16", "uint16_t", "unsigned short", "u16", "__u16", "u_short", "__le16", "__be16" ->
          Optional.of(new Int(2, false));
      case "int32", "int32_t", "int", "signed int", "signed", "s32", "__s32", "pid_t" ->
          Optional.of(Int.INT32);
      case "uint32",
          "uint32_t",
          "unsigned int",
          "unsigned",
          "u32",
          "__u32",
          "u_int",
          "uid_t",
          "gid_t",
          "__le32",
          "__be32" ->
          Optional.of(Int.UINT32);
      case "int64", "int64_t", "long", "long int", "long long", "s64", "__s64", "ssize_t" ->
          Optional.of(Int.INT64);
      case "uint64",
          "uint64_t",
          "unsigned long",
          "unsigned long long",
          "u64",
          "__u64",
          "size_t",
          "uintptr_t",
          "u_long",
          "__le64",
          "__be64" ->
          Optional.of(Int.UINT64);
      case "void" -> Optional.of(new Type.None());
      default -> Optional.empty();
    };
  }
}
