/**
 * What the kernel's verifier says, understood: {@link io.waggle.bpf.verifier.VerifierLog} reads its
 * log, {@link io.waggle.bpf.verifier.Rule} is the table of the rules that programs break, and
 * {@link io.waggle.bpf.verifier.Rejection} puts both together for the author of a program. Nothing
 * here asks a kernel.
 */
package io.waggle.bpf.verifier;
