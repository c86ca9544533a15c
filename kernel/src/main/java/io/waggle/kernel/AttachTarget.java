package io.waggle.kernel;

import io.waggle.bpf.Nearest;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.linux.BpfIds;
import io.waggle.linux.BpfProgram;
import io.waggle.linux.BpfTypes;
import io.waggle.linux.Fd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The type that a program is loaded for: a function or a tracepoint of the kernel, a hook of LSM,
 * an iterator's target, a function of another program (attach_btf_id of BPF_PROG_LOAD).
 *
 * @param type its number
 * @param fd of the module's types or the other program; none for the kernel itself
 * @param isOwned whether the descriptor is closed with this
 */
record AttachTarget(int type, Optional<Fd> fd, boolean isOwned) implements AutoCloseable {
  /** How sections are named, what their kernel type is called and of which kind it is. */
  private enum Kind {
    TP_BTF("tp_btf", "btf_trace_", BtfKind.TYPEDEF, "tracepoint"),
    FENTRY("fentry", "", BtfKind.FUNC, "function"),
    FEXIT("fexit", "", BtfKind.FUNC, "function"),
    FSESSION("fsession", "", BtfKind.FUNC, "function"),
    FMOD_RET("fmod_ret", "", BtfKind.FUNC, "function"),
    LSM("lsm", "bpf_lsm_", BtfKind.FUNC, "LSM hook"),
    LSM_CGROUP("lsm_cgroup", "bpf_lsm_", BtfKind.FUNC, "LSM hook"),
    ITER("iter", "bpf_iter_", BtfKind.FUNC, "iterator"),
    FREPLACE("freplace", "", BtfKind.FUNC, "function");

    private final String section;
    private final String prefix;
    private final int kind;
    private final String meaning;

    Kind(String section, String prefix, int kind, String meaning) {
      this.section = section;
      this.prefix = prefix;
      this.kind = kind;
      this.meaning = meaning;
    }
  }

  private static final Kind[] KINDS = Kind.values();

  /**
   * Finds what a program is for; empty if its kind needs none.
   *
   * @throws AttachException if there is no such function, tracepoint, hook or iterator
   */
  static Optional<AttachTarget> of(
      ProgramSpec spec, KernelTypes types, Optional<LoadOptions.Target> other) {
    if (other.isPresent()) {
      return Optional.of(ofProgram(spec, other.get()));
    }
    ProgramType type = spec.type();
    if (type != ProgramType.TRACING && type != ProgramType.LSM && type != ProgramType.EXT) {
      return Optional.empty();
    }
    String section = spec.section().startsWith("?") ? spec.section().substring(1) : spec.section();
    int slash = section.indexOf('/');
    String word = slash < 0 ? section : section.substring(0, slash);
    String plain = word.endsWith(".s") ? word.substring(0, word.length() - 2) : word;
    for (Kind kind : KINDS) {
      if (kind.section.equals(plain)) {
        return Optional.of(find(spec, kind, slash < 0 ? "" : section.substring(slash + 1), types));
      }
    }
    return Optional.empty();
  }

  private static AttachTarget find(ProgramSpec spec, Kind kind, String target, KernelTypes types) {
    if (target.isEmpty() || kind == Kind.FREPLACE) {
      throw new AttachException(
          "program '"
              + spec.name()
              + "' (section "
              + spec.section()
              + ") does not say what it attaches to; "
              + (kind == Kind.FREPLACE
                  ? "give the program whose function it replaces"
                  : "add a slash and the " + kind.meaning));
    }
    int colon = target.indexOf(':');
    String module = colon < 0 ? "" : target.substring(0, colon);
    String name = target.substring(colon + 1);
    KernelTypes.Place place =
        types
            .find(kind.kind, kind.prefix + name, module)
            .orElseThrow(
                () ->
                    new AttachException(
                        "program '"
                            + spec.name()
                            + "': the kernel has no "
                            + kind.meaning
                            + " '"
                            + name
                            + "'"
                            + (module.isEmpty() ? "" : " in module " + module)
                            + types.hint(kind.kind, kind.prefix, name)));
    return place.module().isEmpty()
        ? new AttachTarget(place.type(), Optional.empty(), false)
        : new AttachTarget(place.type(), Optional.of(KernelTypes.open(place.module())), true);
  }

  private static AttachTarget ofProgram(ProgramSpec spec, LoadOptions.Target target) {
    String function = target.function().isEmpty() ? spec.attachTarget() : target.function();
    Fd program = target.program().fd();
    int id = BpfProgram.describe(program).btfId();
    if (id == 0) {
      throw new AttachException(
          "program '"
              + target.program().spec().name()
              + "' was loaded without types (BTF), so nothing can attach to its functions");
    }
    try (Fd own = BpfIds.BTFS.open(id)) {
      Btf types = Btf.of("program " + target.program().spec().name(), BpfTypes.content(own));
      OptionalInt found = types.find(BtfKind.FUNC, function);
      if (found.isEmpty()) {
        throw new AttachException(
            "program '"
                + target.program().spec().name()
                + "' has no function '"
                + function
                + "'"
                + hint(types, function));
      }
      return new AttachTarget(found.getAsInt(), Optional.of(program), false);
    }
  }

  private static String hint(Btf types, String function) {
    List<String> names = new ArrayList<>();
    for (int type = 1; type < types.count(); type++) {
      if (types.kind(type) == BtfKind.FUNC) {
        names.add(types.name(type));
      }
    }
    String hint = Nearest.hint(function, names);
    return hint.isEmpty() ? "" : " (" + hint + ")";
  }

  @Override
  public void close() {
    if (isOwned) {
      fd.ifPresent(Fd::close);
    }
  }
}
