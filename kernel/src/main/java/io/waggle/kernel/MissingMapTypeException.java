package io.waggle.kernel;

import io.waggle.bpf.MapSpec;
import io.waggle.linux.KernelVersion;

/** The kernel is older than the type of a map. */
public final class MissingMapTypeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MissingMapTypeException(MapSpec map, KernelVersion running, Throwable cause) {
    super(
        "map '%s' is a %s, which came with Linux %s; this is Linux %s"
            .formatted(map.name(), map.type(), map.type().since(), running),
        cause);
  }
}
