package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.Bytes;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.Nearest;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import io.waggle.formats.btf.BtfType;
import io.waggle.formats.btf.Flavour;
import io.waggle.linux.BpfLink;
import io.waggle.linux.BpfMap;
import io.waggle.linux.Fd;
import io.waggle.linux.MapAttributes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * A table of functions that programs stand in for, in the layout of the running kernel: the
 * object's structure, member by member under the same names, inside the kernel's {@code
 * bpf_struct_ops_NAME} (Documentation/bpf/libbpf/program_types.rst; kernel/bpf/bpf_struct_ops.c).
 */
final class StructOps {
  private static final String VALUE = "bpf_struct_ops_";
  private static final int LINKED = 1 << 13; // BPF_F_LINK
  private static final int MODULE_TYPES = 1 << 15; // BPF_F_VTYPE_BTF_OBJ_FD
  private static final int POINTER = 8;

  /**
   * Where a program goes.
   *
   * @param member number of the member in the kernel's structure
   * @param offset of the pointer in the map's value, bytes
   */
  record Slot(String program, int member, int offset) {}

  private final MapSpec declared;
  private final KernelTypes.Place valueType;
  private final int structure;
  private final byte[] value;
  private final List<Slot> slots;

  private StructOps(
      MapSpec declared,
      KernelTypes.Place valueType,
      int structure,
      byte[] value,
      List<Slot> slots) {
    this.declared = declared;
    this.valueType = valueType;
    this.structure = structure;
    this.value = value;
    this.slots = slots;
  }

  /**
   * Fits a declaration to the kernel.
   *
   * @param local the object's types
   * @throws AttachException if the kernel has no such table, or one without a member that is set
   */
  static StructOps of(MapSpec declared, Btf local, KernelTypes types) {
    BtfType.Struct ours = (BtfType.Struct) local.type(declared.traits().valueType());
    String name = Flavour.strip(ours.name());
    KernelTypes.Place place =
        types
            .find(BtfKind.STRUCT, VALUE + name, "")
            .orElseThrow(
                () ->
                    problem(
                        declared,
                        "the kernel lets no programs stand in for struct "
                            + name
                            + types.hint(BtfKind.STRUCT, VALUE, name)));
    BtfType.Struct whole = (BtfType.Struct) place.types().type(place.type());
    BtfType.Member content =
        member(whole, "data")
            .orElseThrow(() -> problem(declared, "struct " + VALUE + name + " has no data"));
    int structure = place.types().strip(content.type());
    if (!(place.types().type(structure) instanceof BtfType.Struct theirs)) {
      throw problem(declared, "struct " + VALUE + name + " holds no structure");
    }
    Layout layout = new Layout(declared, local, place.types(), theirs, whole, content);
    for (int i = 0; i < ours.members().size(); i++) {
      layout.put(i, ours.members().get(i));
    }
    return new StructOps(declared, place, structure, layout.value, List.copyOf(layout.slots));
  }

  private static Optional<BtfType.Member> member(BtfType.Struct struct, String name) {
    return struct.members().stream().filter(its -> its.name().equals(name)).findFirst();
  }

  private static AttachException problem(MapSpec map, String what) {
    return new AttachException("struct_ops '" + map.name() + "': " + what);
  }

  /** The kernel's value while members are put into it. */
  private static final class Layout {
    private final MapSpec declared;
    private final Btf local;
    private final Btf kernel;
    private final BtfType.Struct theirs;
    private final int start;
    private final byte[] value;
    private final List<Slot> slots = new ArrayList<>();

    Layout(
        MapSpec declared,
        Btf local,
        Btf kernel,
        BtfType.Struct theirs,
        BtfType.Struct whole,
        BtfType.Member content) {
      this.declared = declared;
      this.local = local;
      this.kernel = kernel;
      this.theirs = theirs;
      this.start = Math.toIntExact(content.bitOffset() / 8);
      this.value = new byte[Math.toIntExact(whole.size())];
    }

    void put(int number, BtfType.Member ours) {
      byte[] bytes = bytes(ours);
      Optional<String> program = Optional.ofNullable(declared.traits().slots().get(number));
      int index = index(ours.name());
      if (index < 0) {
        if (program.isPresent() || !isZero(bytes)) {
          List<String> names = theirs.members().stream().map(BtfType.Member::name).toList();
          String hint = Nearest.hint(ours.name(), names);
          throw problem(
              declared,
              "the kernel's struct "
                  + theirs.name()
                  + " has no member "
                  + ours.name()
                  + (hint.isEmpty() ? "" : " (" + hint + ")")
                  + "; leave it zero for this kernel");
        }
        return;
      }
      BtfType.Member kernels = theirs.members().get(index);
      boolean isBitField = ours.bitSize() + kernels.bitSize() > 0;
      int kind = local.kind(local.strip(ours.type()));
      int otherKind = kernel.kind(kernel.strip(kernels.type()));
      if (isBitField || kind != otherKind || bytes.length != kernel.size(kernels.type())) {
        throw problem(
            declared,
            "member "
                + ours.name()
                + " is of another type in the kernel's struct "
                + theirs.name());
      }
      int offset = start + Math.toIntExact(kernels.bitOffset() / 8);
      if (program.isPresent()) {
        slots.add(new Slot(program.get(), index, offset));
      } else if (kind == BtfKind.PTR && !isZero(bytes)) {
        throw problem(declared, "member " + ours.name() + " points to what is no program");
      } else {
        System.arraycopy(bytes, 0, value, offset, bytes.length);
      }
    }

    private byte[] bytes(BtfType.Member member) {
      int offset = Math.toIntExact(member.bitOffset() / 8);
      byte[] all = declared.contents().toArray();
      int size = Math.toIntExact(Math.min(local.size(member.type()), all.length - offset));
      byte[] bytes = new byte[size];
      System.arraycopy(all, offset, bytes, 0, size);
      return bytes;
    }

    private int index(String name) {
      for (int i = 0; i < theirs.members().size(); i++) {
        if (theirs.members().get(i).name().equals(name)) {
          return i;
        }
      }
      return -1;
    }

    private static boolean isZero(byte[] bytes) {
      for (byte one : bytes) {
        if (one != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /** Where a program goes; empty if it is not in this table. */
  Optional<Slot> slot(String program) {
    return slots.stream().filter(slot -> slot.program.equals(program)).findFirst();
  }

  /** What a program of this table is loaded for. The caller closes it. */
  AttachTarget target() {
    return valueType.module().isEmpty()
        ? new AttachTarget(structure, Optional.empty(), false)
        : new AttachTarget(structure, Optional.of(KernelTypes.open(valueType.module())), true);
  }

  /**
   * Makes the map that the table is handed to the kernel in.
   *
   * @param btf number of the descriptor of the object's types, which the kernel wants to see
   */
  LoadedMap create(int btf) {
    Optional<Fd> module =
        valueType.module().isEmpty()
            ? Optional.empty()
            : Optional.of(KernelTypes.open(valueType.module()));
    try {
      MapAttributes attributes =
          new MapAttributes(
              declared.type().id(),
              declared.name(),
              declared.keySize(),
              value.length,
              declared.maxEntries(),
              declared.flags() | (module.isPresent() ? MODULE_TYPES : 0),
              0,
              btf,
              0,
              0,
              0,
              0,
              valueType.type(),
              module.map(Fd::number).orElse(0));
      MapSpec spec =
          new MapSpec(
              declared.name(),
              declared.type(),
              declared.keySize(),
              value.length,
              declared.maxEntries(),
              declared.flags(),
              Bytes.EMPTY,
              declared.traits());
      return LoadedMap.of(spec, BpfMap.create(attributes));
    } finally {
      module.ifPresent(Fd::close);
    }
  }

  /**
   * Hands the table to the kernel, which uses its programs from now on until the link is closed.
   *
   * @throws io.waggle.linux.SystemCallException if the kernel does not take it, for example EEXIST
   *     if there is one of that name
   */
  Link attach(LoadedMap map, Function<String, LoadedProgram> programs) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment table = arena.allocate(value.length, POINTER);
      MemorySegment.copy(value, 0, table, ValueLayout.JAVA_BYTE, 0, value.length);
      for (Slot slot : slots) {
        int program = programs.apply(slot.program).fd().number();
        table.set(ValueLayout.JAVA_LONG_UNALIGNED, slot.offset, program);
      }
      map.update(key, table);
    }
    if ((declared.flags() & LINKED) != 0) {
      return Links.of(BpfLink.create(map.fd(), 0, AttachType.STRUCT_OPS.id(), 0));
    }
    // Without a link the entry is what holds the table in use.
    AtomicBoolean isAttached = new AtomicBoolean(true);
    return () -> {
      if (isAttached.getAndSet(false)) {
        try (Arena arena = Arena.ofConfined()) {
          map.delete(arena.allocate(ValueLayout.JAVA_INT));
        }
      }
    };
  }
}
