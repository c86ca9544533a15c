package io.waggle.pack;

import io.waggle.bpf.values.ValueException;
import io.waggle.bpf.values.ValueParser;
import io.waggle.bpf.values.ValueText;
import io.waggle.bpf.values.ValueType;
import io.waggle.formats.FormatException;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.text.ByteText;
import io.waggle.pack.ObjectContents.DeclaredVariable;
import io.waggle.pack.ObjectContents.VariableSection;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options that follow from a package's constants ({@code const volatile} in C): a switch for a
 * bool, else an option with a value; named, described and preset as the package says. Beside them
 * stand those that all programs have ({@link CommonOption}).
 */
public final class ProgramOptions {
  private static final String DUMMY = "__eunomia_dummy";

  private final Meta meta;
  private final List<ProgramOption> list;

  private ProgramOptions(Meta meta, List<ProgramOption> list) {
    this.meta = meta;
    this.list = List.copyOf(list);
  }

  static ProgramOptions of(Meta meta, ObjectContents object) {
    List<ProgramOption> list = new ArrayList<>();
    for (Meta.DataSection section : meta.skeleton().dataSections()) {
      // Programs write to other sections, and the verifier does not know what is in them.
      if (section.name().startsWith(".rodata")) {
        for (Meta.Variable variable : section.variables()) {
          option(object, section.name(), variable).ifPresent(list::add);
        }
      }
    }
    return new ProgramOptions(meta, list);
  }

  private static Optional<ProgramOption> option(
      ObjectContents object, String sectionName, Meta.Variable variable) {
    for (VariableSection section : object.sections()) {
      for (DeclaredVariable declared : section.variables()) {
        if (section.name().equals(sectionName)
            && declared.name().equals(variable.name())
            && !declared.name().startsWith(DUMMY)) {
          return type(object.types().orElseThrow(), declared)
              .map(type -> option(section, declared, type, variable));
        }
      }
    }
    return Optional.empty();
  }

  /** The type, if a person can type its values. */
  private static Optional<ValueType> type(Btf btf, DeclaredVariable variable) {
    try {
      ValueType type = ValueType.of(btf, variable.type());
      return switch (type) {
        case ValueType.Pointer _ -> Optional.empty();
        case ValueType.Scalar _, ValueType.Floating _, ValueType.Text _ -> Optional.of(type);
        default -> Optional.empty();
      };
    } catch (ValueException | FormatException refused) {
      return Optional.empty();
    }
  }

  private static ProgramOption option(
      VariableSection section, DeclaredVariable declared, ValueType type, Meta.Variable variable) {
    Meta.Argument argument = variable.argument();
    Optional<String> preset = argument.initial().or(variable::value).map(Meta.Literal::text);
    String longName = argument.longName().orElse(variable.name());
    Optional<String> switched = Optional.empty();
    if (type instanceof ValueType.Bool) {
      boolean on = preset.isPresent() && isTrue(preset.get());
      // eunomia-bpf's names for switches whose package tells the default.
      longName = preset.isEmpty() ? longName : (on ? "disable-" : "enable-") + longName;
      switched = Optional.of(Boolean.toString(!on));
    }
    return new ProgramOption(
        variable.name(),
        section.name(),
        declared.offset(),
        type,
        longName,
        argument.shortName().filter(name -> name.length() == 1),
        argument
            .help()
            .or(variable::description)
            .orElse("Set value of `" + variable.type() + "` variable " + variable.name()),
        switched.isPresent()
            ? Optional.empty()
            : preset.or(() -> initialiser(section, declared, type)),
        switched,
        preset);
  }

  private static boolean isTrue(String text) {
    return text.equals("true") || text.equals("1");
  }

  /** What the object itself holds, unless it is zero. */
  private static Optional<String> initialiser(
      VariableSection section, DeclaredVariable declared, ValueType type) {
    MemorySegment memory = MemorySegment.ofArray(section.contents());
    if (declared.offset() < 0 || declared.offset() + type.size() > memory.byteSize()) {
      return Optional.empty();
    }
    ByteText text = new ByteText();
    ValueText.write(text, type, memory, declared.offset());
    String shown = text.toString();
    return shown.isEmpty() || shown.equals("0") || shown.equals("0.0")
        ? Optional.empty()
        : Optional.of(shown);
  }

  List<ProgramOption> list() {
    return list;
  }

  Meta meta() {
    return meta;
  }

  /**
   * What a command line said.
   *
   * @param values texts of variables, by their names; what the package presets included
   * @param common of the options that all programs have
   */
  public record Parsed(Map<String, String> values, Map<CommonOption, String> common) {
    public Parsed {
      values = Map.copyOf(values);
      common = Map.copyOf(common);
    }

    /** With options that were given elsewhere; those here go first. */
    public Parsed and(Map<CommonOption, String> others) {
      Map<CommonOption, String> all = new LinkedHashMap<>(others);
      all.putAll(common);
      return new Parsed(values, all);
    }

    /** Whether an option was given. */
    public boolean has(CommonOption option) {
      return common.containsKey(option);
    }

    /** The value that was given. */
    public Optional<String> value(CommonOption option) {
      return Optional.ofNullable(common.get(option));
    }
  }

  /**
   * Reads a command line.
   *
   * @throws OptionException for an option that the program does not have, or a wrong value
   */
  public Parsed parse(List<String> arguments) {
    Map<String, String> values = new LinkedHashMap<>();
    Map<CommonOption, String> common = new LinkedHashMap<>();
    for (ProgramOption option : list) {
      option.initial().ifPresent(text -> set(values, option, text));
    }
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      int equals = word.startsWith("--") ? word.indexOf('=') : -1;
      String name = equals < 0 ? word : word.substring(0, equals);
      Optional<String> given =
          equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1));
      Optional<ProgramOption> own = find(name);
      Optional<CommonOption> shared = own.isPresent() ? Optional.empty() : CommonOption.find(name);
      if (own.isEmpty() && shared.isEmpty()) {
        throw new OptionException("unexpected argument '" + word + "'; see --help");
      }
      boolean takes = own.isPresent() ? own.get().switched().isEmpty() : shared.get().takesValue();
      if (takes && given.isEmpty()) {
        if (++i == arguments.size()) {
          throw new OptionException("a value is required for '" + word + "'");
        }
        given = Optional.of(arguments.get(i));
      }
      if (own.isPresent()) {
        set(values, own.get(), given.or(own.get()::switched).orElseThrow());
      } else {
        common.put(shared.get(), given.orElse(""));
      }
    }
    return new Parsed(values, common);
  }

  private Optional<ProgramOption> find(String word) {
    return list.stream()
        .filter(
            option ->
                word.equals("--" + option.longName())
                    || option.shortName().filter(name -> word.equals("-" + name)).isPresent())
        .findFirst();
  }

  private static void set(Map<String, String> values, ProgramOption option, String text) {
    String value = option.type() instanceof ValueType.Number ? number(text) : text;
    try {
      MemorySegment scratch = MemorySegment.ofArray(new byte[(int) option.type().size()]);
      ValueParser.parse(option.type(), value, scratch, 0);
    } catch (ValueException refused) {
      throw new OptionException(
          "invalid value '" + text + "' for '" + option.usage() + "': " + refused.getMessage());
    }
    values.put(option.variable(), value);
  }

  /** Packages may preset a number of a variable that C declares as one with true or false. */
  private static String number(String text) {
    return switch (text) {
      case "true" -> "1";
      case "false" -> "0";
      default -> text;
    };
  }
}
