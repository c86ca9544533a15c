/**
 * BTF, the type information of the kernel and of BPF programs (Documentation/bpf/btf.rst). {@link
 * io.waggle.formats.btf.Btf} is the way in: types are numbers there, and become {@link
 * io.waggle.formats.btf.BtfType} records when asked for.
 */
package io.waggle.formats.btf;
