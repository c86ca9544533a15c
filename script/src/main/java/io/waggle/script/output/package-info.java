/**
 * What a running script shows, in the shapes bpftrace gives it: lines of {@code printf}, values,
 * maps, histograms; as text or as one JSON object a line.
 *
 * <p>{@link io.waggle.script.output.Output} is the way in, {@link io.waggle.formats.text.ByteText}
 * what everything is written to, {@link io.waggle.formats.text.OutputFile} where it ends. Formats
 * and types are compiled once ({@link io.waggle.script.output.PrintfFormat}, {@link
 * io.waggle.script.output.ValueFormat}) and write straight from an event's memory, so an event
 * costs no object.
 */
package io.waggle.script.output;
