package io.waggle.bpf.core;

/**
 * An instruction whose number depends on the kernel's types.
 *
 * @param slot the instruction's first 8-byte slot in the program
 * @param type the object's own idea of the type, in the object's BTF
 * @param access which part is meant: numbers with colons between, the first an index as if the type
 *     were an array, the others of members or elements; of an enumeration its value's index
 */
public record CoreRelocation(int slot, int type, String access, CoreKind kind) {}
