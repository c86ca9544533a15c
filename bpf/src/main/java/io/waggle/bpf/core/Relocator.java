package io.waggle.bpf.core;

import io.waggle.bpf.Instruction;
import io.waggle.bpf.Nearest;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Fits code to a kernel's types, by the rules of libbpf (relo_core.c): a type of the object is
 * looked for by its name without flavour, a field by its names, and what all types found answer
 * alike goes into the instruction.
 */
public final class Relocator {
  private final Btf local;
  private final ByteOrder order;
  private final Supplier<Btf> kernel;
  private final Supplier<List<Btf>> modules;
  private final Map<String, List<Candidate>> candidates = new HashMap<>();

  private record Candidate(Btf types, int type) {}

  /**
   * For the programs of one object.
   *
   * @param local the object's types
   * @param order the object's
   * @param kernel the kernel's types, asked for once, when needed
   * @param modules those of its modules, over the kernel's; asked for only when a name is not among
   *     the kernel's
   */
  public Relocator(Btf local, ByteOrder order, Supplier<Btf> kernel, Supplier<List<Btf>> modules) {
    this.local = local;
    this.order = order;
    this.kernel = kernel;
    this.modules = modules;
  }

  /**
   * Fits the code of a program.
   *
   * @throws CoreException if a relocation is damaged, candidates disagree, or the instruction is
   *     not one that the compiler makes for it
   */
  public Relocated relocate(List<Instruction> code, List<CoreRelocation> relocations) {
    if (relocations.isEmpty()) {
      return new Relocated(code, Map.of());
    }
    findCandidates(relocations);
    Map<Integer, CoreRelocation> bySlot = new HashMap<>();
    relocations.forEach(relocation -> bySlot.put(relocation.slot(), relocation));
    List<Instruction> fitted = new ArrayList<>(code.size());
    Map<Integer, String> poisoned = new LinkedHashMap<>();
    int slot = 0;
    for (Instruction instruction : code) {
      CoreRelocation relocation = bySlot.remove(slot);
      if (relocation == null) {
        fitted.add(instruction);
      } else {
        fit(instruction, relocation, fitted, poisoned);
      }
      slot += instruction.slots();
    }
    if (!bySlot.isEmpty()) {
      throw new CoreException("no instruction at slot " + bySlot.keySet().iterator().next());
    }
    return new Relocated(fitted, poisoned);
  }

  /** One pass over the kernel's types finds all names. */
  private void findCandidates(List<CoreRelocation> relocations) {
    Set<String> names = new HashSet<>();
    for (CoreRelocation relocation : relocations) {
      String name = name(relocation);
      if (relocation.kind() != CoreKind.TYPE_ID_LOCAL && !candidates.containsKey(name)) {
        names.add(name);
      }
    }
    if (names.isEmpty()) {
      return;
    }
    Btf types = kernel.get();
    types.flavours(names).forEach((name, found) -> candidates.put(name, of(types, found)));
    names.removeIf(name -> !candidates.get(name).isEmpty());
    if (!names.isEmpty()) {
      for (Btf module : modules.get()) {
        module
            .flavours(names)
            .forEach((name, found) -> candidates.get(name).addAll(of(module, found)));
      }
    }
  }

  private static List<Candidate> of(Btf types, List<Integer> found) {
    List<Candidate> candidates = new ArrayList<>();
    found.forEach(type -> candidates.add(new Candidate(types, type)));
    return candidates;
  }

  private String name(CoreRelocation relocation) {
    String name = Names.essential(local.name(relocation.type()));
    if (name.isEmpty() && relocation.kind() != CoreKind.TYPE_ID_LOCAL) {
      throw new CoreException(
          "slot " + relocation.slot() + ": a type without a name is in no kernel");
    }
    return name;
  }

  private void fit(
      Instruction instruction,
      CoreRelocation relocation,
      List<Instruction> fitted,
      Map<Integer, String> poisoned) {
    Question question = new Question(relocation, local, order);
    Answer expected = question.local();
    Optional<Question.Found> found =
        relocation.kind() == CoreKind.TYPE_ID_LOCAL
            ? Optional.of(new Question.Found(expected, local, 0))
            : agreed(question, relocation);
    if (found.isEmpty() && !relocation.kind().asksForExistence()) {
      poisoned.put(relocation.slot(), missing(question, relocation));
      fitted.addAll(Patch.poison(instruction));
      return;
    }
    Answer answer = found.map(Question.Found::answer).orElse(Answer.absent());
    if (found.isPresent()
        && Patch.isMemory(instruction)
        && !answer.fits(expected, local, found.get().types())) {
      poisoned.put(
          relocation.slot(),
          question.describe()
              + " has "
              + answer.size()
              + " bytes in this kernel, and cannot be read as a number of "
              + expected.size()
              + "; read it with BPF_CORE_READ_BITFIELD or bpf_core_read");
      fitted.addAll(Patch.poison(instruction));
      return;
    }
    long size = answer.size() == expected.size() ? 0 : answer.size();
    fitted.add(Patch.apply(instruction, relocation.slot(), expected, answer.value(), size));
  }

  /** What all candidates that know an answer say. */
  private Optional<Question.Found> agreed(Question question, CoreRelocation relocation) {
    Optional<Question.Found> agreed = Optional.empty();
    for (Candidate candidate : candidates.get(name(relocation))) {
      int kind = local.kind(relocation.type());
      if (!Types.sameKind(kind, candidate.types().kind(candidate.type()))) {
        continue;
      }
      Optional<Question.Found> found = question.ask(candidate.types(), candidate.type());
      if (found.isEmpty()) {
        continue;
      }
      if (agreed.isPresent() && !agreed.get().agrees(found.get())) {
        throw new CoreException(
            question.describe()
                + ": the kernel has several types of this name, and they differ in it ("
                + agreed.get().answer().value()
                + " and "
                + found.get().answer().value()
                + ")");
      }
      agreed = agreed.isPresent() ? agreed : found;
    }
    return agreed;
  }

  /** What the kernel lacks, in words. */
  private String missing(Question question, CoreRelocation relocation) {
    List<Candidate> named =
        candidates.get(name(relocation)).stream()
            .filter(
                candidate ->
                    Types.sameKind(
                        local.kind(relocation.type()), candidate.types().kind(candidate.type())))
            .toList();
    String type = Types.describe(local, relocation.type());
    if (named.isEmpty()) {
      return "the kernel has no " + type;
    }
    return switch (relocation.kind().subject()) {
      case TYPE -> "the kernel's " + type + " is another type than the program's";
      case ENUM_VALUE -> {
        String value = question.part();
        yield "the kernel's " + type + " has no value " + value + suggestion(value, values(named));
      }
      case FIELD -> {
        String field = question.part();
        yield "the kernel's "
            + type
            + " has no field "
            + field
            + (field.indexOf('.') < 0 ? suggestion(field, fields(named)) : "");
      }
    };
  }

  private static String suggestion(String name, List<String> names) {
    String hint = Nearest.hint(name, names);
    return hint.isEmpty() ? "" : " (" + hint + ")";
  }

  private static List<String> values(List<Candidate> candidates) {
    List<String> names = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (candidate.types().type(candidate.type()) instanceof BtfType.Enumeration enumeration) {
        enumeration.values().forEach(value -> names.add(value.name()));
      }
    }
    return names;
  }

  private static List<String> fields(List<Candidate> candidates) {
    List<String> names = new ArrayList<>();
    for (Candidate candidate : candidates) {
      addFields(candidate.types(), candidate.type(), names, 0);
    }
    return names;
  }

  private static void addFields(Btf types, int type, List<String> names, int depth) {
    if (depth < 8 && types.type(types.strip(type)) instanceof BtfType.Struct struct) {
      for (BtfType.Member member : struct.members()) {
        if (member.name().isEmpty()) {
          addFields(types, member.type(), names, depth + 1);
        } else {
          names.add(member.name());
        }
      }
    }
  }
}
