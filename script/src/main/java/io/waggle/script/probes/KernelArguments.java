package io.waggle.script.probes;

import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.kernel.KernelTypes;
import io.waggle.script.check.ProbeField;
import io.waggle.script.check.ProbeField.Form;
import io.waggle.script.check.ProbeFields;
import io.waggle.script.plan.Attachment;
import io.waggle.script.types.BtfTypes;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.AddressSpace;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code args} and {@code retval} hold at functions and raw tracepoints of the kernel, from
 * its types: a program's context has the arguments one after another, 8 bytes each, and at a return
 * the result behind them (kernel/bpf/btf.c, btf_ctx_access). What needs more than 8 bytes is left
 * out.
 */
public final class KernelArguments implements ProbeFields {
  /** Prefixes of functions that take what the tracepoint of the rest of the name does. */
  static final List<String> TRACEPOINT_FUNCTIONS = List.of("__probestub_", "__traceiter_");

  private final KernelTypes types;
  private final Map<Btf, BtfTypes> known = new IdentityHashMap<>();

  public KernelArguments(KernelTypes types) {
    this.types = types;
  }

  /** A prototype, and how many of its parameters no program sees. */
  private record Found(Btf btf, BtfType.Prototype prototype, int hidden) {}

  @Override
  public List<ProbeField> of(Attachment attachment) {
    List<ProbeField> fields = new ArrayList<>();
    find(attachment)
        .ifPresent(
            found -> {
              int offset = 0;
              for (int i = found.hidden; i < found.prototype.parameters().size(); i++) {
                BtfType.Parameter parameter = found.prototype.parameters().get(i);
                int size = (int) found.btf.size(parameter.type());
                if (size <= 8 && !parameter.name().isEmpty()) {
                  fields.add(
                      new ProbeField(
                          parameter.name(), type(found.btf, parameter.type()), offset, Form.WORD));
                }
                offset += Math.max(1, (size + 7) / 8) * 8;
              }
            });
    return fields;
  }

  @Override
  public Optional<ProbeField> result(Attachment attachment) {
    Optional<Found> found = find(attachment);
    if (found.isEmpty() || found.get().btf.strip(found.get().prototype.result()) == 0) {
      return Optional.empty();
    }
    Btf btf = found.get().btf;
    int offset = 0;
    for (BtfType.Parameter parameter : found.get().prototype.parameters()) {
      offset += Math.max(1, ((int) btf.size(parameter.type()) + 7) / 8) * 8;
    }
    Type.Plain type = type(btf, found.get().prototype.result());
    return Optional.of(new ProbeField("retval", type, offset, Form.WORD));
  }

  private Optional<Found> find(Attachment attachment) {
    return switch (attachment) {
      case Attachment.Fentry(boolean _, String module, String function) ->
          types
              .find(BtfKind.FUNC, function, module)
              .flatMap(place -> prototype(place.types(), place.type(), 0));
      case Attachment.RawTracepoint(String module, String name) -> tracepoint(module, name);
      default -> Optional.empty();
    };
  }

  /**
   * The functions that the kernel has for each tracepoint get the tracepoint's own data first
   * (include/linux/tracepoint.h). The typedef of the same arguments has no names for them.
   */
  private Optional<Found> tracepoint(String module, String name) {
    for (String prefix : TRACEPOINT_FUNCTIONS) {
      Optional<KernelTypes.Place> place = types.find(BtfKind.FUNC, prefix + name, module);
      if (place.isPresent()) {
        return prototype(place.get().types(), place.get().type(), 1);
      }
    }
    return Optional.empty();
  }

  private static Optional<Found> prototype(Btf btf, int type, int hidden) {
    return btf.type(type) instanceof BtfType.Function(String _, int number, int _)
            && btf.type(number) instanceof BtfType.Prototype prototype
        ? Optional.of(new Found(btf, prototype, hidden))
        : Optional.empty();
  }

  /** As scripts see it; what fills no register is left as the word it is in. */
  private Type.Plain type(Btf btf, int type) {
    Type.Plain plain = known.computeIfAbsent(btf, BtfTypes::new).of(type);
    return plain instanceof Type.Pointer(Type.Plain target, AddressSpace space)
            && space == AddressSpace.UNKNOWN
        ? new Type.Pointer(target, AddressSpace.KERNEL)
        : plain;
  }
}
