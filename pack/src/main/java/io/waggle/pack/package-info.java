/**
 * Programs to give away: an object with what is needed to run it, in the format of eunomia-bpf.
 *
 * <p>{@link io.waggle.pack.BpfPackage} is what a {@code package.json} holds, {@link
 * io.waggle.pack.Meta} what it says of its object. {@link io.waggle.pack.PackageBuild} makes one of
 * a C file. {@link io.waggle.pack.Packaged} is one that is ready to run: it knows its options; and
 * {@link io.waggle.pack.PackageRun} is one alive, which prints what its buffers and maps hold.
 */
package io.waggle.pack;
