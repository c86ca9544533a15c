/**
 * Values in memory, typed by BTF, as text and as JSON: the one place where events, map entries and
 * variables are turned into something to read, and where what a user types is turned back.
 *
 * <p>{@link io.waggle.bpf.values.ValueType} is compiled from BTF once, which is when its errors
 * come; {@link io.waggle.bpf.values.ValueText} and {@link io.waggle.bpf.values.ValueJson} then
 * write values straight from memory, {@link io.waggle.bpf.values.Columns} as lines of a table.
 * {@link io.waggle.bpf.values.ValueParser} is the way back.
 */
package io.waggle.bpf.values;
