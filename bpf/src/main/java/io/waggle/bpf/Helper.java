package io.waggle.bpf;

/**
 * A function of the kernel that programs may call.
 *
 * @param id number in calls ({@code enum bpf_func_id})
 * @param name without the prefix {@code bpf_}
 * @param since first kernel version, such as {@code 5.8}
 * @param gplOnly whether only programs under a GPL-compatible licence may call it
 * @param prototype in C, with the prefix
 */
public record Helper(int id, String name, String since, boolean gplOnly, String prototype) {}
