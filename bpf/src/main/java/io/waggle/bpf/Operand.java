package io.waggle.bpf;

/**
 * The second operand of an instruction: a register or a 32-bit immediate, sign-extended when used.
 */
public sealed interface Operand permits Register, Immediate {}
