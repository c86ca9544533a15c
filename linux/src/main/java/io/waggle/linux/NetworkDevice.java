package io.waggle.linux;

/**
 * A network interface.
 *
 * @param index its number in its network namespace
 */
public record NetworkDevice(int index, String name) {}
