package io.waggle.bpf.core;

import io.waggle.formats.btf.Btf;

/** A type of the kernel that may be the one a program means. */
record Candidate(Btf btf, int type) {}
