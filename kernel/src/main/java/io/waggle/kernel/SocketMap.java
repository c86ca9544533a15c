package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfAttachment;
import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.SystemCallException;
import java.util.Optional;

/**
 * What the sockets in a map of type SOCKMAP or SOCKHASH receive (sk_skb programs: stream parser,
 * stream verdict, verdict) or send (sk_msg).
 *
 * <p>A socket takes over the map's programs when it is put into the map: attach first. It keeps
 * them until it is taken out, even if the link is closed before.
 *
 * <p>Attached by a link where the kernel has them for such maps (Linux 6.10); before, the map holds
 * the program, until it is detached or the map freed.
 *
 * @param map the sockets
 * @param hook which; empty for what the program was loaded for
 */
public record SocketMap(LoadedMap map, Optional<AttachType> hook) implements AttachPoint {

  /** What the program was loaded for. */
  public SocketMap(LoadedMap map) {
    this(map, Optional.empty());
  }

  @Override
  public Link attach(LoadedProgram program) {
    MapType type = map.spec().type();
    if (type != MapType.SOCKMAP && type != MapType.SOCKHASH) {
      throw new AttachException(
          "cannot attach to map "
              + map.spec().name()
              + ": it is of type "
              + type
              + ", not SOCKMAP or SOCKHASH");
    }
    AttachType where = hook(program);
    return Attempt.at(this, () -> link(program, where), refused -> reason(program, where, refused));
  }

  private AttachType hook(LoadedProgram program) {
    ProgramKind.require(this, program, ProgramType.SK_SKB, ProgramType.SK_MSG);
    return hook.or(program::expectedAttach)
        .or(
            () ->
                program.spec().type() == ProgramType.SK_MSG
                    ? Optional.of(AttachType.SK_MSG_VERDICT)
                    : Optional.empty())
        .orElseThrow(
            () ->
                new AttachException(
                    "program "
                        + program.spec().name()
                        + " does not tell its hook; say which: SK_SKB_STREAM_PARSER,"
                        + " SK_SKB_STREAM_VERDICT or SK_SKB_VERDICT"));
  }

  private Link link(LoadedProgram program, AttachType where) {
    try {
      return new HookLink(BpfLink.create(program.fd(), map.fd().number(), where.id(), 0));
    } catch (SystemCallException refused) {
      if (refused.errno() != Errno.EINVAL || program.features().has(Feature.SOCKET_MAP_LINK)) {
        throw refused;
      }
      Fd open = map.fd().duplicate();
      try {
        BpfAttachment.attach(program.fd(), open.number(), where.id(), 0, 0);
        return new DirectLink(open, program, where);
      } catch (RuntimeException failure) {
        open.close();
        throw failure;
      }
    }
  }

  private static String reason(
      LoadedProgram program, AttachType where, SystemCallException refused) {
    return switch (refused.errno()) {
      case Errno.EBUSY ->
          where == AttachType.SK_SKB_VERDICT || where == AttachType.SK_SKB_STREAM_VERDICT
              ? "it has a program already; of verdict and stream verdict a map takes one"
              : "it has a program there already";
      case Errno.EOPNOTSUPP ->
          "this kernel was built without stream parsers (CONFIG_BPF_STREAM_PARSER)";
      case Errno.EINVAL -> Attempt.invalid(where, program, refused);
      default -> refused.getMessage();
    };
  }

  @Override
  public String toString() {
    return "the sockets of map " + map.spec().name() + hook.map(its -> ", " + its).orElse("");
  }
}
