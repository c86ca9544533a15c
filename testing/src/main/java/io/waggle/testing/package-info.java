/**
 * What the tests of every module share.
 *
 * <p>{@link io.waggle.testing.Requires} says what a test needs from the machine, and {@link
 * io.waggle.testing.RequiresBpf} is its most common case. {@link io.waggle.testing.Guest} marks a
 * test that probes a whole system and therefore runs in a virtual machine only. {@link
 * io.waggle.testing.NativeProgram} builds a C program to be traced, and {@link
 * io.waggle.testing.Golden} compares text with a file beside the test.
 */
package io.waggle.testing;
