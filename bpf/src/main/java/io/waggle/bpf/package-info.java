/**
 * What a BPF object is: instructions, programs and maps as plain values, the machine code they
 * become, its notation, and the tables of what each kernel knows.
 *
 * <p>Start with {@link io.waggle.bpf.BpfObject}, which front ends make and engines take. {@link
 * io.waggle.bpf.Encoder} and {@link io.waggle.bpf.Decoder} go to bytes and back, {@link
 * io.waggle.bpf.Disassembler} and {@link io.waggle.bpf.Assembler} to text and back. Nothing here
 * asks a kernel.
 */
package io.waggle.bpf;
