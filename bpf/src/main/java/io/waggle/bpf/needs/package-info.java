/**
 * What an object asks of a kernel, known before anything is loaded.
 *
 * <p>{@link io.waggle.bpf.needs.Needs} collects it from the object and the tables of {@code
 * io.waggle.bpf}; module {@code kernel} asks the running kernel for each {@link
 * io.waggle.bpf.needs.Need}.
 */
package io.waggle.bpf.needs;
