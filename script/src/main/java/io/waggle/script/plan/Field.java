package io.waggle.script.plan;

import io.waggle.script.types.Type;

/**
 * A value inside an event, {@code offset} bytes from the event's start (the 8-byte id included).
 */
public record Field(Type.Plain type, int offset) {}
