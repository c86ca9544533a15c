/**
 * Programs to give away: an object with what is needed to run it, in the format of eunomia-bpf.
 *
 * <p>{@link io.waggle.pack.BpfPackage} is what a {@code package.json} holds.
 */
package io.waggle.pack;
