package io.waggle.bpf;

/** A 32-bit constant inside an instruction; the machine sign-extends it for 64-bit operations. */
public record Immediate(int value) implements Operand {}
