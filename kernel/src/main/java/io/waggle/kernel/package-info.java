/**
 * The engine that is the running kernel: it takes a {@link io.waggle.bpf.BpfObject}, makes its
 * maps, loads its programs, attaches them and reads what they leave.
 *
 * <p>Start with {@link io.waggle.kernel.Kernel#load}, which gives a {@link
 * io.waggle.kernel.LoadedObject}: the owner of everything that was made. Attaching takes an {@link
 * io.waggle.kernel.AttachPoint}, one small record for each kind; events come through a {@link
 * io.waggle.kernel.RingBuffer}, state through a {@link io.waggle.kernel.LoadedMap}.
 */
package io.waggle.kernel;
