package io.waggle.formats.btf;

import java.util.List;

/** A type as BTF describes it. Other types are referred to by number; 0 is {@code void}. */
public sealed interface BtfType {

  /** No type: number 0. */
  record Void() implements BtfType {}

  /**
   * An integer.
   *
   * @param size in bytes
   * @param bits in use; less than all only in old encodings of bit fields
   * @param bitOffset of the first bit in use
   */
  record Int(
      String name,
      int size,
      int bits,
      int bitOffset,
      boolean isSigned,
      boolean isChar,
      boolean isBool)
      implements BtfType {}

  /** A pointer. */
  record Pointer(int target) implements BtfType {}

  /** An array; of 0 elements if it is open at the end. */
  record Array(int element, int index, long count) implements BtfType {}

  /** A structure or union, nameless if {@code name} is empty; {@code size} in bytes. */
  record Struct(String name, boolean isUnion, long size, List<Member> members) implements BtfType {}

  /**
   * A member of a structure.
   *
   * @param bitOffset from the structure's start
   * @param bitSize of a bit field, else 0
   */
  record Member(String name, int type, long bitOffset, int bitSize) {}

  /** An enumeration, {@code size} in bytes. */
  record Enumeration(String name, int size, boolean isSigned, List<Enumerator> values)
      implements BtfType {}

  /** A name for a number; the number is sign- or zero-extended to 64 bits. */
  record Enumerator(String name, long value) {}

  /** A structure or union that is only named. */
  record Forward(String name, boolean isUnion) implements BtfType {}

  /** Another name for a type. */
  record Typedef(String name, int target) implements BtfType {}

  /** A type qualified by a word of C. */
  record Qualified(Qualifier qualifier, int target) implements BtfType {}

  /** The words of C that qualify types. */
  enum Qualifier {
    VOLATILE,
    CONST,
    RESTRICT
  }

  /** A function; its prototype is another type. {@code linkage}: 0 static, 1 global, 2 external. */
  record Function(String name, int prototype, int linkage) implements BtfType {}

  /** What a function takes and gives. */
  record Prototype(int result, List<Parameter> parameters) implements BtfType {}

  /** A parameter; one of type 0 without a name stands for {@code ...}. */
  record Parameter(String name, int type) {}

  /** A variable. {@code linkage}: 0 static, 1 global, 2 external. */
  record Variable(String name, int type, int linkage) implements BtfType {}

  /** The variables of a section; {@code size} in bytes. */
  record DataSection(String name, long size, List<Placed> variables) implements BtfType {}

  /** Where in its section a variable lies, in bytes. */
  record Placed(int variable, long offset, long size) {}

  /** A floating-point number, {@code size} in bytes. */
  record Floating(String name, int size) implements BtfType {}

  /**
   * A word attached to a declaration.
   *
   * @param component the member or parameter meant, or -1 for {@code target} itself
   * @param isAttribute whether the word is an attribute of C, not the argument of {@code
   *     btf_decl_tag}
   */
  record DeclarationTag(String word, int target, int component, boolean isAttribute)
      implements BtfType {}

  /**
   * A word attached to a type.
   *
   * @param isAttribute whether the word is an attribute of C, not the argument of {@code
   *     btf_type_tag}
   */
  record TypeTag(String word, int target, boolean isAttribute) implements BtfType {}
}
