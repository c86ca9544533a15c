package io.waggle.linux;

/** What the kernel says about a link ({@code struct bpf_link_info}). */
public record LinkDescription(int id, int type, int program) {}
