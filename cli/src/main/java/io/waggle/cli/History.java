package io.waggle.cli;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.Helper;
import io.waggle.bpf.Helpers;
import io.waggle.bpf.KernelOption;
import io.waggle.bpf.Kfunc;
import io.waggle.bpf.MachineFeature;
import io.waggle.bpf.MapType;
import io.waggle.bpf.Milestone;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Release;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which kernel brought what, by the tables alone. */
final class History {
  private final List<String> words;
  private final boolean json;

  /**
   * What has all of some words in its name.
   *
   * @param words any case; none for all there is
   */
  History(List<String> words, boolean json) {
    this.words = words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    this.json = json;
  }

  private record Entry(Release since, String kind, String name) {}

  int print(PrintStream out) {
    List<Entry> found = found();
    if (json) {
      List<Map<String, Object>> entries = new ArrayList<>();
      for (Entry entry : found) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("since", entry.since());
        fields.put("kind", entry.kind());
        fields.put("name", entry.name());
        entries.add(fields);
      }
      out.print(JsonText.of(entries));
    } else {
      for (Entry entry : found) {
        out.print("%-5s %s (%s)%n".formatted(entry.since(), entry.name(), entry.kind()));
      }
      if (found.isEmpty()) {
        out.println("nothing known has '" + String.join(" ", words) + "' in its name");
      }
    }
    return found.isEmpty() ? 1 : Main.OK;
  }

  private List<Entry> found() {
    List<Entry> all = new ArrayList<>();
    for (ProgramType type : ProgramType.values()) {
      add(all, type.since(), "program type", type.name());
    }
    for (MapType type : MapType.values()) {
      add(all, type.since(), "map type", type.name());
    }
    for (AttachType type : AttachType.values()) {
      add(all, type.since(), "attach type", type.name());
    }
    for (Helper helper : Helpers.all()) {
      String gpl = helper.gplOnly() ? "helper, GPL only" : "helper";
      add(all, helper.since(), gpl, "bpf_" + helper.name());
    }
    for (Kfunc function : Kfunc.all()) {
      add(all, function.since(), "kernel function", function.name());
    }
    for (MachineFeature feature : MachineFeature.values()) {
      add(all, feature.since(), "machine", feature.meaning());
    }
    for (Milestone milestone : Milestone.all()) {
      String gone = milestone.until().map(until -> ", until " + until).orElse("");
      add(all, milestone.since(), milestone.group().meaning() + gone, milestone.name());
    }
    for (KernelOption option : KernelOption.all()) {
      if (!option.since().isEmpty()) {
        add(all, option.since(), "kernel option: " + option.meaning(), option.name());
      }
    }
    all.sort(Comparator.comparing(Entry::since));
    return all;
  }

  private void add(List<Entry> all, String since, String kind, String name) {
    String text = (kind + " " + name).toLowerCase(Locale.ROOT);
    for (String word : words) {
      if (!text.contains(word)) {
        return;
      }
    }
    if (!name.equals("UNSPEC")) {
      all.add(new Entry(Release.parse(since), kind, name));
    }
  }
}
