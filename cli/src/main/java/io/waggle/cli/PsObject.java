package io.waggle.cli;

import io.waggle.bpf.values.ValueException;
import io.waggle.bpf.values.ValueJson;
import io.waggle.bpf.values.ValueType;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.TypeListing;
import io.waggle.formats.text.ByteText;
import io.waggle.kernel.Holders;
import io.waggle.linux.BpfIds;
import io.waggle.linux.BpfInspection;
import io.waggle.linux.BpfMap;
import io.waggle.linux.BpfTypes;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.SystemCallException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of {@code waggle ps} about one object. */
final class PsObject {
  private static final int FAILED = 1;

  private final String kind;
  private final int id;
  private final boolean dis;
  private final boolean json;

  PsObject(String kind, int id, boolean dis, boolean json) {
    this.kind = kind;
    this.id = id;
    this.dis = dis;
    this.json = json;
  }

  int run(PrintStream out, PrintStream err) {
    BpfIds ids =
        switch (kind) {
          case "prog" -> BpfIds.PROGRAMS;
          case "map" -> BpfIds.MAPS;
          case "link" -> BpfIds.LINKS;
          case "btf" -> BpfIds.BTFS;
          default ->
              throw new UsageException(
                  "unknown kind '" + kind + "'; there are prog, map, link, btf");
        };
    try (Fd fd = ids.open(id)) {
      print(fd, out);
      return Main.OK;
    } catch (SystemCallException refused) {
      boolean isGone = refused.errno() == Errno.ENOENT;
      err.println(
          "waggle ps: "
              + (isGone ? "there is no " + kind + " with id " + id : refused.getMessage()));
    } catch (IOException failure) {
      err.println("waggle ps: " + failure.getMessage());
    }
    return FAILED;
  }

  private void print(Fd fd, PrintStream out) throws IOException {
    if (dis) {
      out.print(new CodeListing(fd).text());
      return;
    }
    PsFacts facts = new PsFacts(Holders.find());
    switch (kind) {
      case "prog" -> facts(facts.program(id, fd), out);
      case "link" -> facts(facts.link(id, fd), out);
      case "map" -> {
        if (!json) {
          facts(facts.map(id, fd), out);
        }
        entries(fd, out);
      }
      default -> types(fd, facts, out);
    }
  }

  private void facts(Map<String, Object> facts, PrintStream out) {
    if (json) {
      out.print(JsonText.of(facts));
      return;
    }
    facts.forEach((name, fact) -> out.print(name + ": " + PsFacts.inWords(fact) + "\n"));
  }

  private void types(Fd fd, PsFacts facts, PrintStream out) throws IOException {
    facts(facts.types(id, fd), out);
    if (!json) {
      BpfTypes.Description description = BpfTypes.describe(fd);
      boolean isModules = description.isKernels() && !description.name().equals("vmlinux");
      byte[] content = BpfTypes.content(fd);
      String name = "BTF " + id;
      Btf btf = isModules ? Btf.of(name, content, Btf.ofKernel()) : Btf.of(name, content);
      out.println();
      Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
      for (int type = btf.firstOwn(); type < btf.count(); type++) {
        TypeListing.write(btf, type, writer);
      }
      writer.flush();
    }
  }

  /** The entries of a map, an object of JSON each; in {@code --json} all in one array. */
  private void entries(Fd fd, PrintStream out) {
    try (Arena arena = Arena.ofConfined()) {
      // It borrows the descriptor, whose owner closes it.
      BpfMap map = BpfMap.of(fd);
      Optional<Btf> btf = mapTypes(fd);
      BpfInspection.MapTypes types = BpfInspection.types(fd);
      MemorySegment key = arena.allocate(Math.max(map.keySize(), 4), 8);
      MemorySegment value = arena.allocate(Math.max(map.valueBytes(), 8), 8);
      List<Object> all = new ArrayList<>();
      boolean hasKeys = map.keySize() > 0;
      boolean isThere = hasKeys && map.firstKey(key);
      while (isThere) {
        ByteText entry = new ByteText();
        entry.put("{\"key\": ");
        value(entry, btf, types.key(), key, 0, map.keySize());
        if (lookup(map, key, value, entry)) {
          values(entry, btf, types.value(), map, value);
        }
        entry.put('}');
        if (json) {
          all.add(new JsonText.Raw(entry.toString()));
        } else {
          out.print(entry.put('\n'));
        }
        isThere = map.nextKey(key, key);
      }
      if (json) {
        out.print(JsonText.of(all));
      }
    }
  }

  private static Optional<Btf> mapTypes(Fd map) {
    int id = BpfInspection.types(map).btf();
    if (id == 0) {
      return Optional.empty();
    }
    try (Fd types = BpfIds.BTFS.open(id)) {
      return Optional.of(Btf.of("BTF " + id, BpfTypes.content(types)));
    }
  }

  /** False, with the reason in place of the value, for what cannot be read from here. */
  private static boolean lookup(
      BpfMap map, MemorySegment key, MemorySegment value, ByteText entry) {
    try {
      if (map.lookup(key, value)) {
        return true;
      }
      entry.put(", \"error\": \"empty\"");
    } catch (SystemCallException refused) {
      entry.put(", \"error\": \"").put(Errno.name(refused.errno())).put('"');
    }
    return false;
  }

  private static void values(
      ByteText entry, Optional<Btf> btf, int type, BpfMap map, MemorySegment value) {
    if (!map.isPerCpu()) {
      entry.put(", \"value\": ");
      value(entry, btf, type, value, 0, map.valueSize());
      return;
    }
    int stride = map.valueSize() + 7 & -8;
    entry.put(", \"values\": [");
    for (int cpu = 0; cpu < map.valueBytes() / stride; cpu++) {
      entry.put(cpu == 0 ? "" : ", ");
      value(entry, btf, type, value, (long) cpu * stride, map.valueSize());
    }
    entry.put(']');
  }

  /** By its type, or as bytes in hexadecimal where there is none. */
  private static void value(
      ByteText out, Optional<Btf> btf, int type, MemorySegment memory, long offset, int size) {
    if (btf.isPresent() && type != 0) {
      try {
        ValueType shape = ValueType.of(btf.get(), type);
        if (shape.size() <= size) {
          ValueJson.write(out, shape, memory, offset);
          return;
        }
      } catch (ValueException notPrintable) {
        // As bytes, below.
      }
    }
    byte[] bytes = memory.asSlice(offset, size).toArray(ValueLayout.JAVA_BYTE);
    out.put('"').put(HexFormat.of().formatHex(bytes)).put('"');
  }
}
