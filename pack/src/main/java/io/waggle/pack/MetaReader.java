package io.waggle.pack;

import io.waggle.pack.Meta.Argument;
import io.waggle.pack.Meta.DataSection;
import io.waggle.pack.Meta.Doc;
import io.waggle.pack.Meta.Export;
import io.waggle.pack.Meta.ExportMember;
import io.waggle.pack.Meta.ExportType;
import io.waggle.pack.Meta.Form;
import io.waggle.pack.Meta.Interpreter;
import io.waggle.pack.Meta.MapMeta;
import io.waggle.pack.Meta.Member;
import io.waggle.pack.Meta.Network;
import io.waggle.pack.Meta.ProgramMeta;
import io.waggle.pack.Meta.Sample;
import io.waggle.pack.Meta.Skeleton;
import io.waggle.pack.Meta.StackFields;
import io.waggle.pack.Meta.Variable;
import java.util.Optional;
import java.util.OptionalInt;

/** JSON to {@link Meta}. */
final class MetaReader {
  private static final StackFields USUAL = StackFields.USUAL;

  private MetaReader() {}

  static Meta read(Place meta) {
    return new Meta(
        meta.list("export_types").stream().map(MetaReader::exportType).toList(),
        skeleton(meta.required("bpf_skel")),
        meta.number("perf_buffer_pages", Meta.PERF_BUFFER_PAGES),
        meta.number("perf_buffer_time_ms", Meta.PERF_BUFFER_TIME_MS),
        meta.number("poll_timeout_ms", Meta.POLL_TIMEOUT_MS),
        meta.flag("debug_verbose", false),
        meta.flag("print_header", false),
        meta.flag("enable_multiple_export_types", false),
        meta.optionalText("eunomia_version"));
  }

  private static ExportType exportType(Place type) {
    return new ExportType(
        type.text("name"),
        type.list("members").stream()
            .map(member -> new ExportMember(member.text("name"), member.text("type")))
            .toList(),
        type.number("size"),
        type.number("type_id"));
  }

  private static Skeleton skeleton(Place skeleton) {
    return new Skeleton(
        skeleton.list("data_sections").stream().map(MetaReader::dataSection).toList(),
        skeleton.list("maps").stream().map(MetaReader::map).toList(),
        skeleton.list("progs").stream().map(MetaReader::program).toList(),
        skeleton.text("obj_name"),
        skeleton.optional("doc").map(MetaReader::doc));
  }

  private static Doc doc(Place doc) {
    return new Doc(
        doc.optionalText("version"),
        doc.optionalText("brief"),
        doc.optionalText("details"),
        doc.optionalText("description"));
  }

  private static DataSection dataSection(Place section) {
    return new DataSection(
        section.text("name"),
        section.list("variables").stream().map(MetaReader::variable).toList());
  }

  private static Variable variable(Place variable) {
    return new Variable(
        variable.text("name"),
        variable.text("type"),
        variable.literal("value"),
        variable.optionalText("description"),
        variable.optional("cmdarg").map(MetaReader::argument).orElse(Argument.NONE));
  }

  static Argument argument(Place argument) {
    return new Argument(
        argument.literal("default"),
        argument.optionalText("long"),
        argument.optionalText("short"),
        argument.optionalText("help"));
  }

  private static MapMeta map(Place map) {
    return new MapMeta(
        map.text("name"),
        map.text("ident"),
        map.flag("mmaped", false),
        map.optional("sample").map(MetaReader::sample),
        export(map),
        interpreter(map));
  }

  static Sample sample(Place sample) {
    int interval = sample.number("interval");
    if (interval < 1) {
      throw sample.problem("has an interval of " + interval + " ms");
    }
    return new Sample(
        interval,
        form(sample),
        sample.optionalText("unit").orElse(Sample.UNIT),
        sample.flag("clear_map", false));
  }

  private static Form form(Place sample) {
    Optional<String> word = sample.optionalText("type");
    if (word.isEmpty()) {
      return Form.DEFAULT_KV;
    }
    for (Form form : Form.values()) {
      if (form.word().equals(word.get())) {
        return form;
      }
    }
    throw sample.problem(
        "has type '" + word.get() + "', which is none of default_kv, log2_hist, linear_hist");
  }

  private static Export export(Place map) {
    if (!map.has("export_config")) {
      return new Export.None();
    }
    if (map.node().get("export_config").isString()) {
      String word = map.text("export_config");
      return switch (word) {
        case "no_export" -> new Export.None();
        case "default" -> new Export.Default();
        default -> throw map.problem("has an unknown export_config '" + word + "'");
      };
    }
    Place config = map.required("export_config");
    return config.has("custom_members")
        ? new Export.Members(
            config.list("custom_members").stream()
                .map(
                    member ->
                        new Member(
                            member.text("name"),
                            member.number("offset"),
                            member.number("btf_type_id")))
                .toList())
        : new Export.Type(config.number("btf_type_id"));
  }

  private static Interpreter interpreter(Place map) {
    if (!map.has("intepreter")) {
      return new Interpreter.Structure();
    }
    if (map.node().get("intepreter").isString()) {
      String word = map.text("intepreter");
      return switch (word) {
        case "default_struct" -> new Interpreter.Structure();
        case "stack_trace" -> new Interpreter.StackTrace(USUAL, true);
        default -> throw map.problem("has an unknown intepreter '" + word + "'");
      };
    }
    return interpreterOf(map.required("intepreter"));
  }

  static Interpreter interpreterOf(Place interpreter) {
    if (interpreter.has("default_struct")) {
      return new Interpreter.Structure();
    }
    Place stack = interpreter.required("stack_trace");
    return new Interpreter.StackTrace(
        stack.optional("field_map").map(MetaReader::stackFields).orElse(USUAL),
        stack.flag("with_symbols", true));
  }

  private static StackFields stackFields(Place fields) {
    return new StackFields(
        fields.optionalText("pid").orElse(USUAL.pid()),
        fields.optionalText("cpu_id").orElse(USUAL.cpu()),
        fields.optionalText("comm").orElse(USUAL.comm()),
        fields.optionalText("kstack_sz").orElse(USUAL.kernelBytes()),
        fields.optionalText("ustack_sz").orElse(USUAL.userBytes()),
        fields.optionalText("kstack").orElse(USUAL.kernelStack()),
        fields.optionalText("ustack").orElse(USUAL.userStack()));
  }

  private static ProgramMeta program(Place program) {
    return new ProgramMeta(
        program.text("name"),
        program.text("attach"),
        program.flag("link", true),
        network(program, program.text("attach")));
  }

  /** What a program's other fields say, if it is one of the network's. */
  static Optional<Network> network(Place program, String section) {
    if (section.equals("tc") || section.startsWith("tc/") || section.equals("classifier")) {
      Optional<Place> hook = program.optional("tchook");
      Optional<Place> options = program.optional("tcopts");
      Network.TrafficControl usual = Network.TrafficControl.USUAL;
      return Optional.of(
          new Network.TrafficControl(
              hook.map(at -> at.number("ifindex", 1)).orElse(usual.interfaceIndex()),
              hook.flatMap(at -> at.optionalText("attach_point")).orElse(usual.point()),
              options.isPresent()
                  ? OptionalInt.of(options.get().number("handle", 1))
                  : usual.handle(),
              options.isPresent()
                  ? OptionalInt.of(options.get().number("priority", 1))
                  : usual.priority()));
    }
    if (section.equals("xdp") || section.startsWith("xdp/") || section.startsWith("xdp.")) {
      Network.Xdp usual = Network.Xdp.USUAL;
      return Optional.of(
          new Network.Xdp(
              program.number("ifindex", usual.interfaceIndex()),
              program.number("flags", usual.flags()),
              program
                  .optional("xdpopts")
                  .map(at -> at.number("old_prog_fd", 0))
                  .orElse(usual.replacedProgram())));
    }
    return Optional.empty();
  }
}
