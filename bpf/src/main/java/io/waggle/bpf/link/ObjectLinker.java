package io.waggle.bpf.link;

import io.waggle.bpf.Bytes;
import io.waggle.bpf.link.Globals.Global;
import io.waggle.bpf.link.Input.Placement;
import io.waggle.formats.elf.ElfHeader;
import io.waggle.formats.elf.ElfWriter;
import io.waggle.formats.elf.Relocation;
import io.waggle.formats.elf.Section;
import io.waggle.formats.elf.Symbol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes one object file of several: sections of a name are put behind each other, what one file
 * declares {@code extern} is what another defines, and equal types are merged. What none defines
 * stays open, for the kernel or another linking.
 *
 * <pre>{@code
 * Bytes linked = new ObjectLinker().add(Path.of("a.bpf.o")).add(Path.of("b.bpf.o")).link();
 * BpfObject object = BpfObject.read("linked", linked);
 * }</pre>
 */
public final class ObjectLinker {
  private static final int FILE_NAME = 4; // STT_FILE

  // Kinds of relocations (llvm/include/llvm/BinaryFormat/ELFRelocs/BPF.def).
  private static final int WIDE_LOAD = 1; // R_BPF_64_64: the immediates of a wide load
  private static final int ADDRESS = 2; // R_BPF_64_ABS64
  private static final int SHORT_ADDRESS = 3; // R_BPF_64_ABS32
  private static final int SHORT_NUMBER = 4; // R_BPF_64_NODYLD32
  private static final int CALL = 10; // R_BPF_64_32: the immediate of a call, in slots

  private final List<Input> inputs = new ArrayList<>();
  private final Map<String, Output> outputs = new LinkedHashMap<>();
  private final Globals globals = new Globals();

  /**
   * Adds a file.
   *
   * @throws UncheckedIOException if it cannot be read
   * @throws io.waggle.formats.FormatException if it is damaged
   * @throws LinkException if it is no BPF object, or contradicts those before
   */
  public ObjectLinker add(Path file) {
    try {
      return add(file.toString(), Files.readAllBytes(file));
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + file, failure);
    }
  }

  /** As {@link #add(Path)}, of a file in memory that errors call {@code name}. */
  public ObjectLinker add(String name, Bytes content) {
    return add(name, content.toArray());
  }

  private ObjectLinker add(String name, byte[] content) {
    Input input = new Input(name, content);
    if (!inputs.isEmpty() && order() != input.elf().header().order()) {
      throw new LinkException(
          name
              + " is "
              + word(input.elf().header().order())
              + ", "
              + inputs.getFirst().name()
              + " is not; compile both for one target, bpfel or bpfeb");
    }
    inputs.add(input);
    for (Section section : input.elf().sections()) {
      place(input, section);
    }
    for (int i = 1; i < input.symbols().size(); i++) {
      Symbol symbol = input.symbols().get(i);
      boolean isThere =
          symbol.section() == Symbol.UNDEFINED || input.placement(symbol.section()).isPresent();
      if (symbol.binding() != Symbol.LOCAL && isThere) {
        globals.add(input, i);
      }
    }
    return this;
  }

  private ByteOrder order() {
    return inputs.getFirst().elf().header().order();
  }

  private static String word(ByteOrder order) {
    return order == ByteOrder.LITTLE_ENDIAN ? "little endian" : "big endian";
  }

  private void place(Input input, Section section) {
    boolean isLinked =
        (section.flags() & Output.ALLOCATED) != 0
            && section.size() != 0
            && (section.type() == Section.PROGBITS || section.type() == Section.NOBITS);
    if (!isLinked) {
      return;
    }
    Output known = outputs.get(section.name());
    byte[] content = input.content(section);
    boolean isSaidOnce = section.name().equals("license") || section.name().equals("version");
    if (known != null && isSaidOnce) {
      if (!Arrays.equals(known.content(), content)) {
        throw new LinkException(
            "section "
                + section.name()
                + ": another one in "
                + known.firstFile()
                + " than in "
                + input.name());
      }
      return;
    }
    Output output = outputs.computeIfAbsent(section.name(), name -> new Output(name, input.name()));
    long start = output.append(input.name(), section, content);
    input.place(section, new Placement(output, start));
  }

  /**
   * The linked file.
   *
   * @throws LinkException if a relocation cannot be moved
   * @throws IllegalStateException if no file was added
   */
  public Bytes link() {
    if (inputs.isEmpty()) {
      throw new IllegalStateException("no files to link");
    }
    Map<String, byte[]> contents = new HashMap<>();
    outputs.forEach((name, output) -> contents.put(name, output.content()));
    inputs.forEach(input -> shiftAddends(input, contents));
    ElfWriter writer = new ElfWriter(ElfHeader.BPF, order());
    Map<Output, Integer> sections = new HashMap<>();
    outputs.forEach(
        (name, output) ->
            sections.put(
                output,
                output.isZero()
                    ? writer.zeros(name, output.flags(), output.alignment(), output.size())
                    : writer.section(
                        name,
                        Section.PROGBITS,
                        output.flags(),
                        output.alignment(),
                        contents.get(name))));
    Optional<TypeMerge.Merged> types = TypeMerge.of(inputs, globals, order());
    types.ifPresent(
        merged -> {
          writer.section(".BTF", Section.PROGBITS, 0, 4, merged.types());
          writer.section(".BTF.ext", Section.PROGBITS, 0, 4, merged.extension());
        });
    relocate(writer, sections, symbols(writer, sections));
    return Bytes.of(writer.bytes());
  }

  /** Writes all symbols; of each input, the new number of each. */
  private Map<Input, int[]> symbols(ElfWriter writer, Map<Output, Integer> sections) {
    Map<Output, Integer> starts = new HashMap<>();
    for (Output output : outputs.values()) {
      Symbol start = new Symbol("", 0, 0, Symbol.SECTION, Symbol.LOCAL, sections.get(output));
      starts.put(output, writer.symbol(start, Symbol.DEFAULT));
    }
    Map<Input, int[]> numbers = new HashMap<>();
    for (Input input : inputs) {
      int[] own = new int[input.symbols().size()];
      numbers.put(input, own);
      for (int i = 1; i < own.length; i++) {
        Symbol symbol = input.symbols().get(i);
        Optional<Placement> to = input.placement(symbol.section());
        if (symbol.binding() == Symbol.LOCAL && symbol.type() != FILE_NAME && to.isPresent()) {
          Output output = to.get().output();
          own[i] =
              symbol.type() == Symbol.SECTION
                  ? starts.get(output)
                  : writer.symbol(moved(symbol, to.get(), sections), input.visibility(i));
        }
      }
    }
    globals.all().forEach(global -> share(global, writer, sections, numbers));
    return numbers;
  }

  private void share(
      Global global, ElfWriter writer, Map<Output, Integer> sections, Map<Input, int[]> numbers) {
    Symbol symbol = global.symbol();
    if (global.isDefined()) {
      Placement to = global.owner().placement(symbol.section()).orElseThrow();
      symbol = moved(symbol, to, sections);
    }
    int binding = global.isWeak() ? Symbol.WEAK : Symbol.GLOBAL;
    int number =
        writer.symbol(
            new Symbol(
                symbol.name(),
                symbol.value(),
                symbol.size(),
                symbol.type(),
                binding,
                symbol.section()),
            global.visibility());
    for (Input input : global.mentions()) {
      for (int i = 1; i < input.symbols().size(); i++) {
        Symbol its = input.symbols().get(i);
        if (its.binding() != Symbol.LOCAL && its.name().equals(global.name())) {
          numbers.get(input)[i] = number;
        }
      }
    }
  }

  private static Symbol moved(Symbol symbol, Placement to, Map<Output, Integer> sections) {
    return new Symbol(
        symbol.name(),
        symbol.value() + to.offset(),
        symbol.size(),
        symbol.type(),
        symbol.binding(),
        sections.get(to.output()));
  }

  private interface Place {
    void at(Relocation relocation, Symbol symbol, Placement of);
  }

  private static void forEachRelocation(Input input, Place place) {
    for (Section section : input.elf().sections()) {
      Optional<Placement> target = input.placement(section.info());
      if (target.isEmpty() || section.type() != Section.REL && section.type() != Section.RELA) {
        continue;
      }
      if (section.type() == Section.RELA) {
        throw new LinkException(
            input.name() + ": section " + section.name() + " is of a kind BPF objects have not");
      }
      for (Relocation relocation : input.elf().relocations(section)) {
        if (relocation.symbol() < 0 || relocation.symbol() >= input.symbols().size()) {
          throw problem(
              input, target.get(), relocation, "there is no symbol " + relocation.symbol());
        }
        place.at(relocation, input.symbols().get(relocation.symbol()), target.get());
      }
    }
  }

  private void relocate(
      ElfWriter writer, Map<Output, Integer> sections, Map<Input, int[]> numbers) {
    for (Input input : inputs) {
      forEachRelocation(
          input,
          (relocation, symbol, of) -> {
            int number = numbers.get(input)[relocation.symbol()];
            if (number == 0) {
              throw problem(
                  input, of, relocation, "its symbol '" + symbol.name() + "' is not linked");
            }
            writer.relocation(
                sections.get(of.output()),
                new Relocation(relocation.offset() + of.offset(), relocation.type(), number, 0));
          });
    }
  }

  /** What counts from a section's start lies further on now. */
  private void shiftAddends(Input input, Map<String, byte[]> contents) {
    forEachRelocation(
        input,
        (relocation, symbol, of) -> {
          Optional<Placement> to = input.placement(symbol.section());
          if (symbol.type() != Symbol.SECTION || to.isEmpty()) {
            return;
          }
          long by = to.get().offset();
          ByteBuffer bytes = ByteBuffer.wrap(contents.get(of.output().name())).order(order());
          long at = of.offset() + relocation.offset();
          boolean isShort = relocation.type() == SHORT_ADDRESS || relocation.type() == SHORT_NUMBER;
          if (relocation.offset() < 0 || at > bytes.limit() - (isShort ? 4 : 8)) {
            throw problem(input, of, relocation, "it is outside of its section");
          }
          int place = (int) at;
          switch (relocation.type()) {
            case WIDE_LOAD -> bytes.putInt(place + 4, bytes.getInt(place + 4) + (int) by);
            case CALL -> bytes.putInt(place + 4, bytes.getInt(place + 4) + (int) (by / 8));
            case ADDRESS -> bytes.putLong(place, bytes.getLong(place) + by);
            case SHORT_ADDRESS, SHORT_NUMBER -> bytes.putInt(place, bytes.getInt(place) + (int) by);
            default ->
                throw problem(
                    input, of, relocation, "its kind " + relocation.type() + " is unknown");
          }
        });
  }

  private static LinkException problem(
      Input input, Placement of, Relocation relocation, String what) {
    return new LinkException(
        input.name()
            + ": relocation at byte "
            + relocation.offset()
            + " of section "
            + of.output().name()
            + ": "
            + what);
  }
}
