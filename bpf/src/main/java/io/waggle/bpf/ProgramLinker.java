package io.waggle.bpf;

import io.waggle.bpf.core.CoreRelocation;
import io.waggle.formats.elf.Relocation;
import io.waggle.formats.elf.Symbol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts a program and all functions that it reaches into one piece of code. */
final class ProgramLinker {
  private final ObjectReader object;

  /** First slot of each function, in the order they stand in the code. */
  private final Map<Symbol, Integer> starts = new LinkedHashMap<>();

  private final List<Symbol> functions = new ArrayList<>();
  private int slots;

  ProgramLinker(ObjectReader object, Symbol entry) {
    this.object = object;
    start(entry);
    object.exceptionCallback(entry).ifPresent(this::start);
  }

  List<Instruction> link() {
    List<Instruction> code = new ArrayList<>();
    // Grows while functions are found.
    for (int i = 0; i < functions.size(); i++) {
      append(functions.get(i), code);
    }
    return code;
  }

  /** Where the linked code comes from. */
  List<SourceLine> lines() {
    List<SourceLine> lines = new ArrayList<>();
    starts.forEach((function, start) -> lines.addAll(object.lines(function, start)));
    return lines;
  }

  /** What the linked code wants to know of the kernel's types. */
  List<CoreRelocation> relocations() {
    List<CoreRelocation> relocations = new ArrayList<>();
    starts.forEach(
        (function, start) -> relocations.addAll(object.coreRelocations(function, start)));
    return relocations;
  }

  /** The linked functions; none if the object does not know the type of each. */
  List<FunctionStart> functions() {
    List<FunctionStart> found = new ArrayList<>();
    starts.forEach((function, start) -> object.start(function, start).ifPresent(found::add));
    return found.size() == starts.size() ? found : List.of();
  }

  private int start(Symbol function) {
    Integer known = starts.get(function);
    if (known != null) {
      return known;
    }
    int start = slots;
    starts.put(function, start);
    functions.add(function);
    slots += (int) (function.size() / 8);
    return start;
  }

  private void append(Symbol function, List<Instruction> code) {
    int slot = 0;
    int start = starts.get(function);
    for (Instruction instruction : object.code(function)) {
      long offset = function.value() + slot * 8L;
      Optional<Relocation> relocation = object.relocation(function.section(), offset);
      code.add(
          switch (instruction) {
            case Instruction.Call(CallTarget.Local(int distance)) ->
                call(function, offset, distance, start + slot, relocation);
            // What is undefined may be called as if it were a helper.
            case Instruction.Call(CallTarget.Helper _) when relocation.isPresent() ->
                call(function, offset, -1, start + slot, relocation);
            case Instruction.LoadWide load when relocation.isPresent() ->
                load(load, object.symbol(relocation.get()), start + slot);
            default -> {
              if (relocation.isPresent()) {
                throw object.problem(
                    "function " + function.name(),
                    "instruction "
                        + slot
                        + " refers to "
                        + object.symbol(relocation.get()).name()
                        + ", which is not supported");
              }
              yield instruction;
            }
          });
      slot += instruction.slots();
    }
  }

  private Instruction call(
      Symbol caller, long offset, int distance, int slot, Optional<Relocation> relocation) {
    Symbol target;
    if (relocation.isPresent()) {
      // The immediate is -1 plus the slots from the symbol, as the assembler left it.
      Symbol symbol = object.symbol(relocation.get());
      if (symbol.section() == Symbol.UNDEFINED && object.externs().isFunction(symbol)) {
        return new Instruction.Call(
            new CallTarget.KernelSymbol(symbol.name(), symbol.binding() == Symbol.WEAK));
      }
      object.section(symbol);
      target = object.function(symbol.section(), symbol.value() + (distance + 1) * 8L);
    } else {
      target = object.function(caller.section(), offset + 8 + distance * 8L);
    }
    return new Instruction.Call(new CallTarget.Local(start(target) - slot - 1));
  }

  private Instruction load(Instruction.LoadWide load, Symbol symbol, int slot) {
    if (!(load.source() instanceof WideSource.Constant(long addend))) {
      throw object.problem("symbol " + symbol.name(), "a relocated load that is no constant");
    }
    if (symbol.section() != Symbol.UNDEFINED && object.section(symbol).isExecutable()) {
      Symbol target = object.function(symbol.section(), symbol.value() + addend);
      int offset = start(target) - slot - 1;
      return new Instruction.LoadWide(load.dst(), new WideSource.Function(offset));
    }
    return new Instruction.LoadWide(load.dst(), object.source(symbol, (int) addend));
  }
}
