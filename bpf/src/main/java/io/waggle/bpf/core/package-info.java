/**
 * CO-RE, "compile once, run everywhere": code was compiled against one version of the kernel's
 * types and is patched for the kernel at hand. Start at {@link io.waggle.bpf.core.Relocator}; the
 * instructions to patch come from {@link io.waggle.formats.btf.BtfExtension}.
 *
 * <p>Names and types are compared by libbpf's rules, so that objects which libbpf loads are patched
 * alike here. Nothing in this package asks a kernel.
 */
package io.waggle.bpf.core;
