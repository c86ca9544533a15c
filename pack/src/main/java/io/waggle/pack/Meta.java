package io.waggle.pack;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a package says of its object: {@code meta} of a {@code package.json}. Names and defaults are
 * those of eunomia-bpf (bpf-loader-lib, meta/mod.rs).
 *
 * @param exportTypes structures that the object's buffers and sampled maps hold
 * @param skeleton what is in the object
 * @param perfBufferPages pages of each CPU's perf buffer
 * @param perfBufferTimeMs how long samples may wait for others, in milliseconds
 * @param pollTimeoutMs longest wait for events, in milliseconds
 * @param debugVerbose whether to tell more while loading
 * @param printHeader whether to print names and types of the exported members first
 * @param multipleExportTypes whether each map says in {@link MapMeta#export} what it holds
 * @param version of the compiler that made the package
 */
public record Meta(
    List<ExportType> exportTypes,
    Skeleton skeleton,
    int perfBufferPages,
    int perfBufferTimeMs,
    int pollTimeoutMs,
    boolean debugVerbose,
    boolean printHeader,
    boolean multipleExportTypes,
    Optional<String> version) {
  static final int PERF_BUFFER_PAGES = 64;
  static final int PERF_BUFFER_TIME_MS = 10;
  static final int POLL_TIMEOUT_MS = 100;

  public Meta {
    exportTypes = List.copyOf(exportTypes);
  }

  /** With all that can be left out left out. */
  public Meta(List<ExportType> exportTypes, Skeleton skeleton, Optional<String> version) {
    this(
        exportTypes,
        skeleton,
        PERF_BUFFER_PAGES,
        PERF_BUFFER_TIME_MS,
        POLL_TIMEOUT_MS,
        false,
        false,
        false,
        version);
  }

  /**
   * A structure that the object hands out.
   *
   * @param size in bytes
   * @param typeId its number in the object's BTF
   */
  public record ExportType(String name, List<ExportMember> members, int size, int typeId) {
    public ExportType {
      members = List.copyOf(members);
    }
  }

  /** A member of such a structure, with its type as C writes it. */
  public record ExportMember(String name, String type) {}

  /**
   * What is in the object.
   *
   * @param name of the object, such as {@code opensnoop_bpf}
   */
  public record Skeleton(
      List<DataSection> dataSections,
      List<MapMeta> maps,
      List<ProgramMeta> programs,
      String name,
      Optional<Doc> doc) {
    public Skeleton {
      dataSections = List.copyOf(dataSections);
      maps = List.copyOf(maps);
      programs = List.copyOf(programs);
    }

    /** The map that the object calls so. */
    public Optional<MapMeta> map(String ident) {
      return maps.stream().filter(map -> map.ident().equals(ident)).findFirst();
    }
  }

  /** What the program is for. */
  public record Doc(
      Optional<String> version,
      Optional<String> brief,
      Optional<String> details,
      Optional<String> description) {}

  /** Variables of one section, {@code .rodata} and its like. */
  public record DataSection(String name, List<Variable> variables) {
    public DataSection {
      variables = List.copyOf(variables);
    }
  }

  /**
   * A variable.
   *
   * @param type as C writes it
   * @param value what it has unless the user says otherwise; the object's own without
   */
  public record Variable(
      String name,
      String type,
      Optional<Literal> value,
      Optional<String> description,
      Argument argument) {}

  /** A value in JSON. */
  public sealed interface Literal {
    /** As a person would type it. */
    String text();

    /** {@code true} or {@code false}. */
    record Flag(boolean value) implements Literal {
      @Override
      public String text() {
        return Boolean.toString(value);
      }
    }

    /** A number, in the digits of the file. */
    record Digits(String text) implements Literal {}

    /** A string. */
    record Words(String text) implements Literal {}
  }

  /** How a variable's option is to look; what is empty follows from the variable. */
  public record Argument(
      Optional<Literal> initial,
      Optional<String> longName,
      Optional<String> shortName,
      Optional<String> help) {
    /** Nothing said. */
    public static final Argument NONE =
        new Argument(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * A map.
   *
   * @param name as the kernel will know it; of sections of variables with the object's name before
   * @param ident as the program calls it
   * @param mapped whether it is a section of variables
   * @param sample how to read it while the program runs, if at all
   */
  public record MapMeta(
      String name,
      String ident,
      boolean mapped,
      Optional<Sample> sample,
      Export export,
      Interpreter interpreter) {}

  /**
   * Reading a map at regular times.
   *
   * @param interval milliseconds
   * @param unit over the histogram
   * @param clear whether to empty the map each time
   */
  public record Sample(int interval, Form form, String unit, boolean clear) {
    static final String UNIT = "(unit)";
  }

  /** How a sampled map is printed. */
  public enum Form {
    /** Key and value of each entry. */
    DEFAULT_KV("default_kv"),
    /** {@code slots} of each value as counts by powers of two. */
    LOG2_HIST("log2_hist"),
    /** {@code slots} of each value as counts by number. */
    LINEAR_HIST("linear_hist");

    private final String word;

    Form(String word) {
      this.word = word;
    }

    /** The word in the file. */
    public String word() {
      return word;
    }
  }

  /** What a map's values are, where {@link Meta#multipleExportTypes} is set. */
  public sealed interface Export {
    /** Nothing to print. */
    record None() implements Export {}

    /** A type of the object's BTF. */
    record Type(int typeId) implements Export {}

    /** Some members of it. */
    record Members(List<Member> members) implements Export {
      public Members {
        members = List.copyOf(members);
      }
    }

    /** The map's own type of value. */
    record Default() implements Export {}
  }

  /** A member at {@code offset} bytes. */
  public record Member(String name, int offset, int typeId) {}

  /** How the records of a buffer are printed. */
  public sealed interface Interpreter {
    /** Member by member. */
    record Structure() implements Interpreter {}

    /**
     * As stacks.
     *
     * @param fields the members that hold what is needed, where their names differ
     * @param symbols whether to name the frames
     */
    record StackTrace(StackFields fields, boolean symbols) implements Interpreter {}
  }

  /** The members of a stack's structure, by name. */
  public record StackFields(
      String pid,
      String cpu,
      String comm,
      String kernelBytes,
      String userBytes,
      String kernelStack,
      String userStack) {
    static final StackFields USUAL =
        new StackFields("pid", "cpu_id", "comm", "kstack_sz", "ustack_sz", "kstack", "ustack");
  }

  /**
   * A program.
   *
   * @param attach the name of its section
   * @param link whether to attach it
   */
  public record ProgramMeta(String name, String attach, boolean link, Optional<Network> network) {}

  /** Where a program of the network is attached. */
  public sealed interface Network {
    /** A queueing discipline's filter; {@code point} is {@code BPF_TC_INGRESS} and its like. */
    record TrafficControl(
        int interfaceIndex, String point, OptionalInt handle, OptionalInt priority)
        implements Network {
      /** Nothing said: what comes in on the loopback. */
      static final TrafficControl USUAL =
          new TrafficControl(1, "BPF_TC_INGRESS", OptionalInt.empty(), OptionalInt.empty());
    }

    /** An interface's driver; {@code flags} are XDP_FLAGS_* of include/uapi/linux/if_link.h. */
    record Xdp(int interfaceIndex, int flags, int replacedProgram) implements Network {
      /** Nothing said: the loopback. */
      static final Xdp USUAL = new Xdp(1, 0, 0);
    }
  }
}
