package io.waggle.bpf.core;

/**
 * An instruction that depends on a type of the kernel.
 *
 * @param slot of the instruction in the code, in units of 8 bytes
 * @param type where the access begins, a number in the object's BTF
 * @param access for a field the way from there, such as {@code 0:2:1} for the first element's third
 *     member's second; for a name of an enumeration its index; else {@code 0}
 * @param kind what to put into the instruction
 */
public record CoreRelocation(int slot, int type, String access, CoreKind kind) {}
