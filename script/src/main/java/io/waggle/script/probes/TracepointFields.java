package io.waggle.script.probes;

import io.waggle.script.check.ProbeField;
import io.waggle.script.check.ProbeField.Form;
import io.waggle.script.check.ProbeFields;
import io.waggle.script.plan.Attachment;
import io.waggle.script.types.CTypes;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.AddressSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What {@code args} holds at tracepoints, from the kernel's format files
 * (Documentation/trace/events.rst, "Event formats"). The fields that all records share are left
 * out, and so are arrays of anything but characters.
 */
public final class TracepointFields implements ProbeFields {
  private final Supplier<Path> tracefs;
  private final int textSize;
  private final CTypes types;

  /**
   * Fields as the tracefs at {@code tracefs} describes them.
   *
   * @param types what structures that fields point to are made of; asked when they are looked into
   * @param textSize room for text whose length only the record tells, the NUL included
   */
  public TracepointFields(Supplier<Path> tracefs, CTypes types, int textSize) {
    this.tracefs = tracefs;
    this.types = types;
    this.textSize = textSize;
  }

  @Override
  public List<ProbeField> of(Attachment attachment) {
    if (!(attachment instanceof Attachment.Tracepoint(String category, String name))) {
      return List.of();
    }
    Path format = new TraceEvents(tracefs.get()).format(category, name);
    // Arguments of system calls are what user space passed.
    AddressSpace space = category.equals("syscalls") ? AddressSpace.USER : AddressSpace.KERNEL;
    try {
      return fields(Files.readAllLines(format), space);
    } catch (IOException e) {
      throw new ProbeException("cannot read the fields of tracepoint " + category + ":" + name);
    }
  }

  List<ProbeField> fields(List<String> lines, AddressSpace space) {
    List<ProbeField> fields = new ArrayList<>();
    boolean own = false;
    for (String line : lines) {
      if (line.isEmpty()) {
        own = true;
      } else if (own && line.startsWith("\tfield:")) {
        field(line, space).ifPresent(fields::add);
      }
    }
    return fields;
  }

  /** One line such as {@code field:char comm[16]; offset:8; size:16; signed:0;}, tabs between. */
  private Optional<ProbeField> field(String line, AddressSpace space) {
    String declaration = between(line, "field:");
    int offset = Integer.parseInt(between(line, "offset:"));
    int size = Integer.parseInt(between(line, "size:"));
    boolean signed = between(line, "signed:").equals("1");
    int bracket = declaration.indexOf('[');
    boolean elsewhere = declaration.startsWith("__data_loc ");
    boolean relative = declaration.startsWith("__rel_loc ");
    // "char name[16]", but "__data_loc char[] name".
    int end = bracket > 0 && !elsewhere && !relative ? bracket : declaration.length();
    int space1 = declaration.lastIndexOf(' ', end - 1);
    String name = declaration.substring(space1 + 1, end);
    String type = declaration.substring(0, Math.max(0, space1)).strip();
    if (elsewhere || relative) {
      Form form = elsewhere ? Form.DATA_LOCATION : Form.RELATIVE_LOCATION;
      return type.endsWith("char[]")
          ? Optional.of(new ProbeField(name, new Type.Text(textSize), offset, form))
          : Optional.empty();
    }
    if (bracket > 0) {
      return type.endsWith("char") && size > 0
          ? Optional.of(new ProbeField(name, new Type.Text(size), offset, Form.TEXT))
          : Optional.empty();
    }
    return plain(type, size, signed, space)
        .map(plain -> new ProbeField(name, plain, offset, Form.VALUE));
  }

  private static String between(String line, String start) {
    int from = line.indexOf(start) + start.length();
    return line.substring(from, line.indexOf(';', from));
  }

  private Optional<Type.Plain> plain(String type, int size, boolean signed, AddressSpace space) {
    if (type.endsWith("*")) {
      return Optional.of(pointer(type, space));
    }
    if (size != 1 && size != 2 && size != 4 && size != 8) {
      return Optional.empty();
    }
    if (type.equals("bool") && size == 1) {
      return Optional.of(new Type.Bool());
    }
    // System call arguments are recorded as unsigned words of 8 bytes whatever their type.
    return Optional.of(new Type.Int(size, signed || type.equals("int") || type.equals("long")));
  }

  private Type.Plain pointer(String type, AddressSpace space) {
    String target = type.substring(0, type.length() - 1).replace("const", "").strip();
    if (target.endsWith("*")) {
      return new Type.Pointer(pointer(target, space), space);
    }
    if (target.startsWith("struct ") || target.startsWith("union ")) {
      return new Type.Pointer(types.structure(target), space);
    }
    return new Type.Pointer(target.equals("char") ? new Type.Int(1, true) : new Type.None(), space);
  }
}
