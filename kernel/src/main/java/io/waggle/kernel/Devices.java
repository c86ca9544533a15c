package io.waggle.kernel;

import io.waggle.bpf.Nearest;
import io.waggle.linux.NetworkDevice;
import io.waggle.linux.NetworkDevices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the network interface that an attach point names. */
final class Devices {
  private Devices() {}

  /**
   * The interface of that name in the calling thread's network namespace; where none has it, the
   * one of that number.
   *
   * @throws AttachException when there is neither, with the names that are near
   */
  static NetworkDevice find(String nameOrIndex) {
    Optional<NetworkDevice> device = NetworkDevices.named(nameOrIndex);
    if (device.isEmpty()) {
      device = number(nameOrIndex).flatMap(NetworkDevices::at);
    }
    if (device.isPresent()) {
      return device.get();
    }
    List<String> names = new ArrayList<>();
    for (NetworkDevice other : NetworkDevices.all()) {
      names.add(other.name());
    }
    String hint = Nearest.hint(nameOrIndex, names);
    throw new AttachException(
        "there is no network interface "
            + nameOrIndex
            + (hint.isEmpty() ? "; there are " + String.join(", ", names) : ", " + hint));
  }

  private static Optional<Integer> number(String text) {
    try {
      return Optional.of(Integer.parseInt(text));
    } catch (NumberFormatException name) {
      return Optional.empty();
    }
  }
}
