package io.waggle.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of facts: complete, in order, and of one mind with each other. */
class TablesTest {
  @Test
  void knowsEveryHelperByNumberAndName() {
    assertThat(Helpers.all()).hasSize(211);
    for (int id = 1; id <= 211; id++) {
      Helper helper = Helpers.of(id).orElseThrow();
      assertThat(helper.id()).isEqualTo(id);
      assertThat(Helpers.named(helper.name())).contains(helper);
      assertThat(helper.prototype()).contains("bpf_" + helper.name() + "(");
    }
    assertThat(Helpers.all().stream().filter(Helper::gplOnly)).hasSize(29);
    assertThat(Helpers.named("bpf_probe_read_kernel").orElseThrow())
        .extracting(Helper::since, Helper::gplOnly)
        .containsExactly("5.5", true);
  }

  @Test
  void knowsWhichProgramsMayCallAKernelFunction() {
    Kfunc acquire = Kfunc.named("bpf_task_acquire").orElseThrow();
    assertThat(acquire.since()).isEqualTo("6.2");
    assertThat(acquire.since(ProgramType.TRACEPOINT)).isEqualTo("6.12");
    assertThat(Kfunc.all()).doesNotHaveDuplicates().hasSizeGreaterThan(250);
    assertThat(Kfunc.named("bpf_no_such")).isEmpty();
  }

  @Test
  void everyVersionIsOne() {
    Stream.of(
            Helpers.all().stream().map(Helper::since),
            Kfunc.all().stream().map(Kfunc::since),
            Kfunc.all().stream().flatMap(its -> its.callers().stream()).map(Kfunc.Caller::since),
            Milestone.all().stream().map(Milestone::since),
            Milestone.all().stream().flatMap(its -> its.until().stream()),
            KernelOption.all().stream().map(KernelOption::since).filter(its -> !its.isEmpty()),
            Stream.of(MapType.values()).map(MapType::since),
            Stream.of(ProgramType.values()).map(ProgramType::since),
            Stream.of(AttachType.values()).map(AttachType::since),
            Stream.of(MachineFeature.values()).map(MachineFeature::since))
        .flatMap(versions -> versions)
        .forEach(version -> assertThat(Release.parse(version)).isGreaterThan(Release.FIRST));
  }

  @Test
  void optionsNameWhatThereIs() {
    for (KernelOption option : KernelOption.all()) {
      for (String need : option.needs()) {
        String name = need.substring(need.indexOf(':') + 1);
        switch (need.substring(0, need.length() - name.length())) {
          case "type:" -> assertThat(ProgramType.valueOf(name).name()).isEqualTo(name);
          case "map:" -> assertThat(MapType.valueOf(name).name()).isEqualTo(name);
          case "attach:" -> assertThat(AttachType.valueOf(name).name()).isEqualTo(name);
          case "helper:" -> assertThat(Helpers.named(name)).as(name).isPresent();
          case "section:" -> assertThat(SectionName.of(name)).as(name).isPresent();
          case "target:" -> assertThat(name).isEqualTo("syscalls");
          default -> assertThat(need).isIn("every", "btf", "module-btf");
        }
      }
    }
    assertThat(KernelOption.of(ProgramType.LSM))
        .extracting(KernelOption::name)
        .contains("CONFIG_BPF_LSM");
    assertThat(KernelOption.ofSection("?tp/syscalls/sys_enter_openat"))
        .extracting(KernelOption::name)
        .containsExactly("CONFIG_FTRACE_SYSCALLS");
  }

  @Test
  void milestonesAnswerWhichKernelForWhat() {
    assertThat(Milestone.all())
        .contains(new Milestone(Milestone.Group.MAIN, "Tail calls", "4.2", Optional.empty()))
        .contains(new Milestone(Milestone.Group.JIT, "LoongArch", "6.1", Optional.empty()))
        .contains(
            new Milestone(
                Milestone.Group.MAIN, "Tracepoints to debug BPF", "4.11", Optional.of("4.18")));
  }

  @Test
  void comparesReleases() {
    List<Release> releases =
        Stream.of("6.1.0-49-amd64", "5.15", "4.9", "5.8").map(Release::parse).sorted().toList();
    assertThat(releases).hasToString("[4.9, 5.8, 5.15, 6.1]");
    for (String wrong : List.of("", "6", "six.one", ".1", "5.", "-5.1")) {
      assertThatThrownBy(() -> Release.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void tellsLicencesApartAsTheKernelDoes() {
    assertThat(License.isGplCompatible("Dual BSD/GPL")).isTrue();
    assertThat(License.isGplCompatible("GPLv2")).isFalse();
  }
}
