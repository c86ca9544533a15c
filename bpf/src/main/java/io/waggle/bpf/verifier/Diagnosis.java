package io.waggle.bpf.verifier;

/**
 * The report that kernels from 7.3 on add to the log: {@code Verification failed: CATEGORY:
 * PROBLEM} with sections below it. Lines that the kernel has wrapped are joined again.
 *
 * @param category such as {@code Memory Safety}
 * @param problem in a few words
 * @param reason the section of that name, may be empty
 * @param suggestion the section of that name, may be empty
 */
public record Diagnosis(String category, String problem, String reason, String suggestion) {}
