package io.waggle.pack;

import java.time.Duration;
import java.util.Optional;

/**
 * How to run a package.
 *
 * @param json whether to print JSON, an object a line
 * @param verbose whether to tell what loading does
 * @param timeout after which it ends by itself
 * @param networkInterface the interface that programs of the network are attached to, by name or
 *     number; the package's own without
 * @param cgroup the folder of the control group that its programs are attached to, and that maps of
 *     control groups hold
 */
public record RunOptions(
    boolean json,
    boolean verbose,
    Optional<Duration> timeout,
    Optional<String> networkInterface,
    Optional<String> cgroup) {}
