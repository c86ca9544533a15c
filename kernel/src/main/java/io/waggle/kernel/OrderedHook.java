package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfAttachment;
import io.waggle.linux.BpfLink;
import io.waggle.linux.Errno;
import io.waggle.linux.NetworkDevice;
import io.waggle.linux.PermissionDeniedException;
import io.waggle.linux.SystemCallException;

/** A hook of an interface that runs several programs in an order: tcx and netkit. */
record OrderedHook(String device, AttachType type, Feature feature) {

  HookLink attach(AttachPoint place, LoadedProgram program, Order order) {
    ProgramKind.require(place, program, ProgramType.SCHED_CLS);
    NetworkDevice found = Devices.find(device);
    try {
      return new HookLink(
          BpfLink.createOrdered(
              program.fd(),
              found.index(),
              type.id(),
              order.flags(),
              order.relative(),
              order.revision()));
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      throw new AttachException(
          "cannot attach to " + place + ": " + reason(refused, program, order), refused);
    }
  }

  private String reason(SystemCallException refused, LoadedProgram program, Order order) {
    return switch (refused.errno()) {
      case Errno.ESTALE -> "its programs have changed, it is not at revision " + order.revision();
      case Errno.EEXIST -> "program " + program.spec().name() + " is attached there already";
      case Errno.ENOENT ->
          order.beside().isPresent()
              ? order.beside().get() + " is not attached there"
              : refused.getMessage();
      case Errno.ERANGE -> "it has as many programs as the kernel runs";
      case Errno.EINVAL ->
          program.features().has(feature)
              ? "it does not take this program or order (" + refused.getMessage() + ")"
              : "this kernel lacks " + feature.requirement();
      default -> refused.getMessage();
    };
  }

  BpfAttachment.Attached attached() {
    NetworkDevice found = Devices.find(device);
    try {
      return BpfAttachment.query(found.index(), type.id(), false);
    } catch (PermissionDeniedException denied) {
      throw denied;
    } catch (SystemCallException refused) {
      throw new AttachException(
          "cannot ask what is attached to " + device + ": " + refused.getMessage(), refused);
    }
  }
}
