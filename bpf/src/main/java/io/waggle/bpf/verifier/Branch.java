package io.waggle.bpf.verifier;

/**
 * A decision on the way to an instruction.
 *
 * @param step the conditional jump
 * @param jumped whether its condition held
 */
public record Branch(Step step, boolean jumped) {}
