/**
 * From attach points as a script writes them to concrete attachments, and the lists of what can be
 * attached to.
 *
 * <p>Start with {@link io.waggle.script.probes.Probes}, which resolves one attach point; {@link
 * io.waggle.script.probes.Listing} is {@code -l}. The names of tracepoints come from tracefs, those
 * of functions from the ELF file, those of events from {@link
 * io.waggle.script.probes.PerfEventName}.
 */
package io.waggle.script.probes;
