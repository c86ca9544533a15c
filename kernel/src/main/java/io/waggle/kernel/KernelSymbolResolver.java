package io.waggle.kernel;

import io.waggle.bpf.CallTarget;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.Nearest;
import io.waggle.bpf.WideSource;
import io.waggle.bpf.core.Poison;
import io.waggle.formats.btf.BtfKind;
import io.waggle.linux.Fd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the kernel's variables and functions that a program names ({@code __ksym}), and keeps the
 * descriptors of modules' types open that the program refers to until it is loaded.
 */
final class KernelSymbolResolver implements AutoCloseable {
  private static final int PSEUDO_BTF_ID = 3;

  private final String program;
  private final KernelTypes types;
  private final Map<String, Fd> modules = new LinkedHashMap<>();
  private final Map<Integer, String> missing = new HashMap<>();

  KernelSymbolResolver(String program, KernelTypes types) {
    this.program = program;
    this.types = types;
  }

  /**
   * The code with what it names filled in.
   *
   * @throws AttachException if the kernel lacks a name that is not weak
   */
  List<Instruction> resolve(List<Instruction> code) {
    List<Instruction> resolved = new ArrayList<>(code.size());
    int slot = 0;
    for (Instruction instruction : code) {
      resolved.add(
          switch (instruction) {
            case Instruction.LoadWide(var dst, WideSource.KernelSymbol symbol) ->
                new Instruction.LoadWide(dst, address(symbol));
            case Instruction.Call(CallTarget.KernelSymbol symbol) ->
                new Instruction.Call(function(symbol, slot));
            default -> instruction;
          });
      slot += instruction.slots();
    }
    return resolved;
  }

  /** What a call at a slot would need, were it not weak. */
  Map<Integer, String> missing() {
    return missing;
  }

  /** Descriptors of modules, in the order that calls count them, from 1. */
  List<Fd> descriptors() {
    return List.copyOf(modules.values());
  }

  private WideSource address(WideSource.KernelSymbol symbol) {
    if (symbol.isTyped()) {
      Optional<KernelTypes.Place> place = types.find(BtfKind.VAR, symbol.name(), "");
      if (place.isEmpty()) {
        place = types.find(BtfKind.FUNC, symbol.name(), "");
      }
      if (place.isPresent()) {
        String module = place.get().module();
        int descriptor = module.isEmpty() ? 0 : module(module).number();
        return new WideSource.Pseudo(PSEUDO_BTF_ID, place.get().type(), descriptor);
      }
    } else {
      Long address = KernelAddresses.find(Set.of(symbol.name())).get(symbol.name());
      if (address != null) {
        return new WideSource.Constant(address);
      }
    }
    if (symbol.isWeak()) {
      return new WideSource.Constant(0);
    }
    String hint =
        symbol.isTyped()
            ? types.hint(BtfKind.VAR, "", symbol.name())
            : inBrackets(Nearest.hint(symbol.name(), KernelAddresses.names()));
    throw new AttachException(
        "program '" + program + "': the kernel has no symbol '" + symbol.name() + "'" + hint);
  }

  private CallTarget function(CallTarget.KernelSymbol symbol, int slot) {
    Optional<KernelTypes.Place> place = types.find(BtfKind.FUNC, symbol.name(), "");
    if (place.isPresent()) {
      String module = place.get().module();
      return new CallTarget.KernelFunction(
          place.get().type(), module.isEmpty() ? 0 : index(module));
    }
    String message =
        "the kernel has no function '"
            + symbol.name()
            + "' for programs to call"
            + types.hint(BtfKind.FUNC, "", symbol.name());
    if (!symbol.isWeak()) {
      throw new AttachException("program '" + program + "': " + message);
    }
    missing.put(slot, message);
    return new CallTarget.Helper(Poison.HELPER);
  }

  private Fd module(String name) {
    return modules.computeIfAbsent(name, KernelTypes::open);
  }

  private int index(String module) {
    module(module);
    return List.copyOf(modules.keySet()).indexOf(module) + 1;
  }

  private static String inBrackets(String hint) {
    return hint.isEmpty() ? "" : " (" + hint + ")";
  }

  @Override
  public void close() {
    modules.values().forEach(Fd::close);
  }
}
