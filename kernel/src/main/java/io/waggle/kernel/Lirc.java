package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.Nearest;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfAttachment;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.SystemCallException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The pulses and spaces that an infrared receiver sees (Linux 4.18), to be decoded to key strokes.
 * The device holds the program, at most 64; a process that is killed leaves it behind.
 *
 * @param device such as {@code /dev/lirc0}
 */
public record Lirc(Path device) implements AttachPoint {

  @Override
  public Link attach(LoadedProgram program) {
    if (!Files.exists(device)) {
      throw new AttachException("there is no infrared receiver " + device + hint());
    }
    ProgramKind.require(this, program, ProgramType.LIRC_MODE2);
    Fd open = Fd.open(device);
    try {
      return Attempt.at(this, () -> attach(program, open), Lirc::reason);
    } catch (RuntimeException failure) {
      open.close();
      throw failure;
    }
  }

  private static Link attach(LoadedProgram program, Fd open) {
    AttachType type = AttachType.LIRC_MODE2;
    BpfAttachment.attach(program.fd(), open.number(), type.id(), 0, 0);
    return new DirectLink(open, program, type);
  }

  private static String reason(SystemCallException refused) {
    return switch (refused.errno()) {
      case Errno.EINVAL, Errno.ENODEV ->
          "it is no infrared receiver that gives raw pulses, or this kernel lacks programs for them"
              + " (CONFIG_BPF_LIRC_MODE2)";
      case Errno.EEXIST -> "the program is attached there already";
      case Errno.E2BIG -> "it has as many programs as the kernel runs";
      default -> refused.getMessage();
    };
  }

  private String hint() {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/dev"), "lirc*")) {
      all.forEach(its -> names.add(its.toString()));
    } catch (IOException unreadable) {
      return "";
    }
    String hint = Nearest.hint(device.toString(), names);
    return names.isEmpty()
        ? "; this machine has none"
        : hint.isEmpty() ? "; there are " + String.join(", ", names) : ", " + hint;
  }

  @Override
  public String toString() {
    return "infrared receiver " + device;
  }
}
