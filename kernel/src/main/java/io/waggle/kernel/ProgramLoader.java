package io.waggle.kernel;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Encoder;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.WideSource;
import io.waggle.bpf.core.CoreException;
import io.waggle.bpf.core.CoreTargets;
import io.waggle.bpf.core.Poison;
import io.waggle.bpf.core.Relocated;
import io.waggle.bpf.core.Relocator;
import io.waggle.formats.btf.Btf;
import io.waggle.linux.BpfProgram;
import io.waggle.linux.Fd;
import io.waggle.linux.ProgramLoad;
import io.waggle.linux.ProgramLoadException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Loads the programs of one object: fits their code to the kernel's types, names maps and symbols
 * by what the kernel calls them, and hands it all to the verifier.
 */
final class ProgramLoader {
  // The source register of a wide load says what the immediate is (include/uapi/linux/bpf.h).
  private static final int PSEUDO_MAP_FD = 1;
  private static final int PSEUDO_MAP_VALUE = 2;

  private static final int CALL = 0x85;

  private final BpfObject object;
  private final LoadOptions options;
  private final Features features;
  private final KernelTypes kernelTypes;
  private final ObjectTypes types;
  private final Map<String, LoadedMap> maps;
  private final Map<String, StructOps> tables;
  private final Optional<Relocator> relocator;
  private final UsdtSpecs usdtSpecs;

  ProgramLoader(
      BpfObject object,
      LoadOptions options,
      Features features,
      KernelTypes kernelTypes,
      ObjectTypes types,
      Map<String, LoadedMap> maps,
      Map<String, StructOps> tables) {
    this.object = object;
    this.options = options;
    this.features = features;
    this.kernelTypes = kernelTypes;
    this.types = types;
    this.maps = maps;
    this.tables = tables;
    this.usdtSpecs = new UsdtSpecs(maps);
    this.relocator =
        object
            .types()
            .map(
                local -> new Relocator(local, new CoreTargets(kernelTypes::kernel, this::modules)));
  }

  private List<Btf> modules() {
    return kernelTypes.modules().stream().map(KernelTypes.Module::types).toList();
  }

  /**
   * Loads a program.
   *
   * @throws VerifierException when the kernel rejects it
   * @throws AttachException when the kernel lacks what it is for, or what it names
   */
  LoadedProgram load(ProgramSpec spec) {
    Relocated fitted = fit(spec);
    try (Arena arena = Arena.ofConfined();
        FunctionTypes synthetic = FunctionTypes.of(untyped(spec), arena);
        KernelSymbolResolver symbols = new KernelSymbolResolver(spec.name(), kernelTypes)) {
      List<Instruction> code = symbols.resolve(fitted.code());
      Map<Integer, String> absent = new HashMap<>();
      ProgramLoad load =
          new ProgramLoad(spec.type().id(), spec.name(), encode(code, arena, absent))
              .license(object.license())
              .flags(spec.flags())
              .expectedAttachType(spec.expectedAttach().map(AttachType::id).orElse(0))
              .descriptors(descriptors(symbols, arena));
      synthetic.addTo(load);
      types.addTo(load, spec, arena);
      return load(
          spec,
          load,
          () -> {
            Map<Integer, String> missing = new HashMap<>(fitted.messages());
            missing.putAll(symbols.missing());
            missing.putAll(absent);
            return missing;
          });
    }
  }

  private LoadedProgram load(
      ProgramSpec spec, ProgramLoad load, Supplier<Map<Integer, String>> missing) {
    Optional<AttachTarget> target = target(spec, load);
    try {
      target.ifPresent(its -> load.attachTo(its.type(), its.fd().map(Fd::number).orElse(0)));
      return new LoadedProgram(spec, BpfProgram.load(load), features, usdtSpecs);
    } catch (ProgramLoadException refused) {
      throw VerifierException.of(spec, object.license(), refused, missing.get());
    } finally {
      target.ifPresent(AttachTarget::close);
    }
  }

  /** What the program is for; of a table's function also which of its members. */
  private Optional<AttachTarget> target(ProgramSpec spec, ProgramLoad load) {
    if (spec.type() != ProgramType.STRUCT_OPS) {
      return AttachTarget.of(spec, kernelTypes, options.target(spec.name()));
    }
    for (StructOps table : tables.values()) {
      Optional<StructOps.Slot> slot = table.slot(spec.name());
      if (slot.isPresent()) {
        load.expectedAttachType(slot.get().member());
        return Optional.of(table.target());
      }
    }
    throw new AttachException(
        "program '"
            + spec.name()
            + "' (section "
            + spec.section()
            + ") stands in no structure of section .struct_ops or .struct_ops.link");
  }

  private Relocated fit(ProgramSpec spec) {
    if (relocator.isEmpty() || spec.relocations().isEmpty()) {
      return new Relocated(spec.code(), List.of());
    }
    try {
      return relocator.get().apply(spec.code(), spec.relocations());
    } catch (CoreException damaged) {
      throw new IllegalArgumentException(
          "program '" + spec.name() + "': " + damaged.getMessage(), damaged);
    }
  }

  /** Functions that the object's types say nothing of. */
  private static List<io.waggle.bpf.FunctionStart> untyped(ProgramSpec spec) {
    boolean isTyped = !spec.functions().isEmpty() && spec.functions().getFirst().type() != 0;
    return isTyped ? List.of() : spec.functions();
  }

  private static MemorySegment descriptors(KernelSymbolResolver symbols, Arena arena) {
    List<Fd> modules = symbols.descriptors();
    if (modules.isEmpty()) {
      return MemorySegment.NULL;
    }
    // Number 0 stands for the kernel itself.
    MemorySegment numbers = arena.allocate(4L * (modules.size() + 1), 4);
    for (int i = 0; i < modules.size(); i++) {
      numbers.setAtIndex(ValueLayout.JAVA_INT, i + 1L, modules.get(i).number());
    }
    return numbers;
  }

  private MemorySegment encode(
      List<Instruction> instructions, Arena arena, Map<Integer, String> absent) {
    Encoder.Encoded encoded = Encoder.encode(instructions);
    MemorySegment code = arena.allocate(encoded.bytes().length, 8);
    MemorySegment.copy(encoded.bytes(), 0, code, ValueLayout.JAVA_BYTE, 0, encoded.bytes().length);
    for (Encoder.Fixup fixup : encoded.fixups()) {
      String name =
          switch (fixup.source()) {
            case WideSource.Map map -> map.name();
            case WideSource.MapValue value -> value.name();
            default -> throw new IllegalStateException("no map in " + fixup);
          };
      LoadedMap map = maps.get(name);
      if (map != null) {
        patch(code, fixup, map.fd());
      } else if (object.map(name).isPresent()) {
        // Of no matter where the verifier sees that it is never reached.
        absent.put(fixup.slot(), "map '" + name + "' is declared but left out (autocreate)");
        poison(code, fixup.slot());
        poison(code, fixup.slot() + 1);
      } else {
        throw new IllegalArgumentException("no map '" + name + "' among " + maps.keySet());
      }
    }
    return code;
  }

  private static void patch(MemorySegment code, Encoder.Fixup fixup, Fd map) {
    long at = fixup.slot() * 8L;
    boolean isValue = fixup.source() instanceof WideSource.MapValue;
    int pseudo = isValue ? PSEUDO_MAP_VALUE : PSEUDO_MAP_FD;
    byte registers = code.get(ValueLayout.JAVA_BYTE, at + 1);
    code.set(ValueLayout.JAVA_BYTE, at + 1, (byte) (registers & 0x0f | pseudo << 4));
    code.set(ValueLayout.JAVA_INT, at + 4, map.number());
    code.set(
        ValueLayout.JAVA_INT,
        at + 12,
        fixup.source() instanceof WideSource.MapValue value ? value.offset() : 0);
  }

  /**
   * Puts a call there that no kernel knows; the verifier refuses it only where it can be reached.
   */
  private static void poison(MemorySegment code, int slot) {
    code.set(ValueLayout.JAVA_INT, slot * 8L, CALL);
    code.set(ValueLayout.JAVA_INT, slot * 8L + 4, Poison.HELPER);
  }
}
