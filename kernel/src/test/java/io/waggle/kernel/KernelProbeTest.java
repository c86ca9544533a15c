package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waggle.bpf.Helper;
import io.waggle.bpf.Helpers;
import io.waggle.bpf.MachineFeature;
import io.waggle.bpf.MapType;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Release;
import io.waggle.linux.KernelVersion;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@RequiresBpf
@Tag("kernel")
class KernelProbeTest {
  private static final int NEWEST_OF_BPFTOOL = 209;
  private static final Pattern TYPE =
      Pattern.compile("\"have_(\\w+)_(prog|map)_type\":(true|false)");
  private static final Pattern HELPERS =
      Pattern.compile("\"(\\w+)_available_helpers\":\\[([^]]*)]");

  @Test
  void agreesWithTheTablesOnWhatIsOlderThanTheKernel() {
    try (KernelProbe probe = Kernel.host().probe()) {
      for (MachineFeature feature : MachineFeature.values()) {
        assertThat(probe.has(feature)).as(feature.meaning()).isEqualTo(isOld(feature.since()));
      }
      for (MapType type : MapType.values()) {
        if (!isOld(type.since())) {
          assertThat(probe.has(type)).as(type.name()).isFalse();
        }
      }
      for (ProgramType type : ProgramType.values()) {
        if (!isOld(type.since())) {
          assertThat(probe.has(type)).as(type.name()).isFalse();
        }
      }
      for (Helper helper : probe.helpers(ProgramType.XDP)) {
        // Base helpers have been opened to all programs later than they came.
        assertThat(isOld(helper.since())).as(helper.name()).isTrue();
      }
    }
  }

  private static boolean isOld(String since) {
    Release release = Release.parse(since);
    return KernelVersion.running().atLeast(release.major(), release.minor());
  }

  @Test
  void knowsWhatEveryKernelHas() {
    try (KernelProbe probe = Kernel.host().probe()) {
      Helper lookup = Helpers.named("map_lookup_elem").orElseThrow();
      assertThat(probe.has(ProgramType.TRACEPOINT, lookup)).isTrue();
      Helper redirect = Helpers.named("clone_redirect").orElseThrow();
      assertThat(probe.has(ProgramType.TRACEPOINT, redirect)).isFalse();
      assertThat(probe.has(ProgramType.SCHED_CLS, redirect)).isTrue();
      assertThat(probe.has(MapType.HASH)).isTrue();
      assertThat(probe.has(MapType.UNSPEC)).isFalse();
    }
  }

  @Test
  void saysTheSameAsBpftool() throws Exception {
    String report = bpftool();
    try (KernelProbe probe = Kernel.host().probe()) {
      Map<String, String> differences = new TreeMap<>();
      Matcher types = TYPE.matcher(report);
      while (types.find()) {
        String name = types.group(1).toUpperCase(Locale.ROOT);
        boolean theirs = Boolean.parseBoolean(types.group(3));
        boolean ours =
            types.group(2).equals("map")
                ? probe.has(MapType.valueOf(name))
                : probe.has(ProgramType.valueOf(name));
        if (ours != theirs) {
          differences.put(types.group(2) + " " + name, "here " + ours);
        }
      }
      // It tries these four without what they are for, and takes one wording of the refusal only.
      List.of("TRACING", "STRUCT_OPS", "EXT", "LSM")
          .forEach(name -> differences.remove("prog " + name));
      assertThat(differences).isEmpty();
    }
  }

  @Test
  void findsTheHelpersThatBpftoolFinds() throws Exception {
    Matcher lists = HELPERS.matcher(bpftool());
    try (KernelProbe probe = Kernel.host().probe()) {
      while (lists.find()) {
        ProgramType type = ProgramType.valueOf(lists.group(1).toUpperCase(Locale.ROOT));
        List<String> theirs = new ArrayList<>();
        for (String name : lists.group(2).split(",")) {
          if (!name.isBlank()) {
            theirs.add(name.strip().replace("\"", "").substring("bpf_".length()));
          }
        }
        if (theirs.isEmpty()) {
          continue; // it does not try
        }
        List<Helper> known =
            probe.helpers(type).stream()
                .filter(helper -> helper.id() <= NEWEST_OF_BPFTOOL)
                .toList();
        List<String> ours = known.stream().map(Helper::name).toList();
        // It tries one place only, and what hooks of control groups may call depends on the hook.
        if (!type.name().startsWith("CGROUP_")) {
          assertThat(theirs).as(type.name()).containsAll(ours);
        }
        if (theirs.contains("bind") && theirs.contains("xdp_adjust_head")) {
          continue; // it does not understand how this kernel refuses, and finds all of them
        }
        // It counts what may sleep and so cannot be called after all.
        List<String> sleeping = List.of("copy_from_user", "copy_from_user_task");
        List<String> missing = new ArrayList<>(theirs);
        missing.removeAll(ours);
        missing.removeAll(sleeping);
        assertThat(missing.stream().sorted(Comparator.naturalOrder())).as(type.name()).isEmpty();
      }
    }
  }

  private static String bpftool() throws IOException, InterruptedException {
    Path program = Path.of("/usr/sbin/bpftool");
    assumeTrue(Files.isExecutable(program), "bpftool is not installed");
    Process process =
        new ProcessBuilder(program.toString(), "-j", "feature", "probe", "full")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return report;
  }
}
