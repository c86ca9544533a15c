package io.waggle.pack;

import io.waggle.pack.Meta.Argument;
import io.waggle.pack.Meta.Export;
import io.waggle.pack.Meta.ExportMember;
import io.waggle.pack.Meta.ExportType;
import io.waggle.pack.Meta.Interpreter;
import io.waggle.pack.Meta.Literal;
import io.waggle.pack.Meta.MapMeta;
import io.waggle.pack.Meta.Member;
import io.waggle.pack.Meta.Network;
import io.waggle.pack.Meta.ProgramMeta;
import io.waggle.pack.Meta.Sample;
import io.waggle.pack.Meta.Skeleton;
import io.waggle.pack.Meta.StackFields;
import io.waggle.pack.Meta.Variable;
import java.math.BigDecimal;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@link Meta} to JSON. What has its default value is left out where eunomia-bpf leaves it out, and
 * written where other readers may want it.
 */
final class MetaWriter {
  private MetaWriter() {}

  static void write(ObjectNode out, Meta meta) {
    skeleton(out.putObject("bpf_skel"), meta.skeleton());
    ArrayNode types = out.putArray("export_types");
    for (ExportType type : meta.exportTypes()) {
      ObjectNode node = types.addObject();
      ArrayNode members = node.putArray("members");
      for (ExportMember member : type.members()) {
        members.addObject().put("name", member.name()).put("type", member.type());
      }
      node.put("name", type.name()).put("size", type.size()).put("type_id", type.typeId());
    }
    out.put("perf_buffer_pages", meta.perfBufferPages())
        .put("perf_buffer_time_ms", meta.perfBufferTimeMs())
        .put("poll_timeout_ms", meta.pollTimeoutMs())
        .put("debug_verbose", meta.debugVerbose())
        .put("print_header", meta.printHeader())
        .put("enable_multiple_export_types", meta.multipleExportTypes());
    put(out, "eunomia_version", meta.version());
  }

  private static void skeleton(ObjectNode out, Skeleton skeleton) {
    ArrayNode sections = out.putArray("data_sections");
    for (Meta.DataSection section : skeleton.dataSections()) {
      ObjectNode node = sections.addObject().put("name", section.name());
      ArrayNode variables = node.putArray("variables");
      section.variables().forEach(variable -> variable(variables.addObject(), variable));
    }
    ArrayNode maps = out.putArray("maps");
    skeleton.maps().forEach(map -> map(maps.addObject(), map));
    out.put("obj_name", skeleton.name());
    ArrayNode programs = out.putArray("progs");
    skeleton.programs().forEach(program -> program(programs.addObject(), program));
    skeleton
        .doc()
        .ifPresent(
            doc -> {
              ObjectNode node = out.putObject("doc");
              put(node, "version", doc.version());
              put(node, "brief", doc.brief());
              put(node, "details", doc.details());
              put(node, "description", doc.description());
            });
  }

  private static void variable(ObjectNode out, Variable variable) {
    out.put("name", variable.name()).put("type", variable.type());
    put(out, "description", variable.description());
    variable.value().ifPresent(value -> put(out, "value", value));
    Argument argument = variable.argument();
    if (!argument.equals(Argument.NONE)) {
      ObjectNode node = out.putObject("cmdarg");
      argument.initial().ifPresent(value -> put(node, "default", value));
      put(node, "long", argument.longName());
      put(node, "short", argument.shortName());
      put(node, "help", argument.help());
    }
  }

  private static void map(ObjectNode out, MapMeta map) {
    out.put("ident", map.ident());
    if (map.mapped()) {
      out.put("mmaped", true);
    }
    out.put("name", map.name());
    map.sample().ifPresent(sample -> sample(out.putObject("sample"), sample));
    switch (map.export()) {
      case Export.None _ -> {}
      case Export.Default _ -> out.put("export_config", "default");
      case Export.Type type -> out.putObject("export_config").put("btf_type_id", type.typeId());
      case Export.Members members -> {
        ArrayNode list = out.putObject("export_config").putArray("custom_members");
        for (Member member : members.members()) {
          list.addObject()
              .put("name", member.name())
              .put("offset", member.offset())
              .put("btf_type_id", member.typeId());
        }
      }
    }
    if (map.interpreter() instanceof Interpreter.StackTrace stack) {
      ObjectNode node = out.putObject("intepreter").putObject("stack_trace");
      stackFields(node.putObject("field_map"), stack.fields());
      node.put("with_symbols", stack.symbols());
    }
  }

  private static void sample(ObjectNode out, Sample sample) {
    out.put("interval", sample.interval()).put("type", sample.form().word());
    if (!sample.unit().equals(Sample.UNIT)) {
      out.put("unit", sample.unit());
    }
    if (sample.clear()) {
      out.put("clear_map", true);
    }
  }

  private static void stackFields(ObjectNode out, StackFields fields) {
    StackFields usual = StackFields.USUAL;
    unless(out, "pid", fields.pid(), usual.pid());
    unless(out, "cpu_id", fields.cpu(), usual.cpu());
    unless(out, "comm", fields.comm(), usual.comm());
    unless(out, "kstack_sz", fields.kernelBytes(), usual.kernelBytes());
    unless(out, "ustack_sz", fields.userBytes(), usual.userBytes());
    unless(out, "kstack", fields.kernelStack(), usual.kernelStack());
    unless(out, "ustack", fields.userStack(), usual.userStack());
  }

  private static void unless(ObjectNode out, String field, String value, String usual) {
    if (!value.equals(usual)) {
      out.put(field, value);
    }
  }

  private static void program(ObjectNode out, ProgramMeta program) {
    out.put("attach", program.attach()).put("link", program.link()).put("name", program.name());
    if (program.network().isEmpty()) {
      return;
    }
    switch (program.network().get()) {
      case Network.TrafficControl tc -> {
        out.putObject("tchook").put("ifindex", tc.interfaceIndex()).put("attach_point", tc.point());
        if (tc.handle().isPresent() || tc.priority().isPresent()) {
          out.putObject("tcopts")
              .put("handle", tc.handle().orElse(1))
              .put("priority", tc.priority().orElse(1));
        }
      }
      case Network.Xdp xdp -> {
        out.put("ifindex", xdp.interfaceIndex()).put("flags", xdp.flags());
        out.putObject("xdpopts").put("old_prog_fd", xdp.replacedProgram());
      }
    }
  }

  private static void put(ObjectNode out, String field, Optional<String> text) {
    text.ifPresent(value -> out.put(field, value));
  }

  private static void put(ObjectNode out, String field, Literal literal) {
    switch (literal) {
      case Literal.Flag flag -> out.put(field, flag.value());
      case Literal.Digits digits -> out.put(field, new BigDecimal(digits.text()));
      case Literal.Words words -> out.put(field, words.text());
    }
  }
}
