package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.AttachWay;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.SectionName;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every name of a section leads to something that the kernel can be asked. */
class NeedsCheckTest {
  /** Types that kernels either lack or can attach; their presence is what is asked. */
  private static final Set<ProgramType> BY_TYPE =
      EnumSet.of(
          ProgramType.TRACEPOINT,
          ProgramType.STRUCT_OPS,
          ProgramType.SOCKET_FILTER,
          ProgramType.SK_REUSEPORT,
          ProgramType.SCHED_CLS,
          ProgramType.SCHED_ACT,
          ProgramType.XDP,
          ProgramType.PERF_EVENT,
          ProgramType.LWT_IN,
          ProgramType.LWT_OUT,
          ProgramType.LWT_XMIT,
          ProgramType.LWT_SEG6LOCAL,
          ProgramType.SOCK_OPS,
          ProgramType.SK_SKB,
          ProgramType.SK_MSG,
          ProgramType.LIRC_MODE2,
          ProgramType.FLOW_DISSECTOR,
          ProgramType.CGROUP_SKB,
          ProgramType.CGROUP_SOCK,
          ProgramType.CGROUP_SOCK_ADDR,
          ProgramType.CGROUP_SYSCTL,
          ProgramType.CGROUP_SOCKOPT,
          ProgramType.CGROUP_DEVICE,
          ProgramType.SYSCALL);

  /** What is newer than all that is tried: versions tell. */
  private static final Set<AttachType> BY_VERSION =
      EnumSet.of(
          AttachType.TRACE_FSESSION,
          AttachType.TRACE_FENTRY_MULTI,
          AttachType.TRACE_FEXIT_MULTI,
          AttachType.TRACE_FSESSION_MULTI);

  @Test
  void everySectionIsTriedOrStandsForItsType() {
    for (SectionName section : SectionName.entries()) {
      if (section.expectedAttach().filter(BY_VERSION::contains).isPresent()) {
        assertThat(NeedsCheck.feature(section)).as(section.name()).isEmpty();
      } else if (!BY_TYPE.contains(section.type())) {
        assertThat(NeedsCheck.feature(section)).as(section.name()).isPresent();
      }
    }
  }

  @Test
  void linksThatOlderKernelsLackAreTried() {
    for (SectionName section : SectionName.entries()) {
      if (section.expectedAttach().filter(NeedsCheckTest::isOfLinks).isPresent()) {
        assertThat(NeedsCheck.feature(section)).as(section.name()).isPresent();
      }
      if (section.attachWay() == AttachWay.TRACEPOINT) {
        assertThat(NeedsCheck.feature(section)).as(section.name()).isEmpty();
      }
    }
  }

  private static boolean isOfLinks(AttachType type) {
    return !BY_VERSION.contains(type)
        && (type.name().startsWith("TRACE_") || type.name().startsWith("NETKIT_"));
  }

  @ParameterizedTest
  @CsvSource({
    "kprobe/vfs_read, KPROBES",
    "kretsyscall/openat, KPROBES",
    "kprobe.session/vfs_*, KPROBE_SESSION",
    "kretprobe.multi/vfs_*, KPROBE_MULTI",
    "usdt.s, UPROBES",
    "uretprobe.multi.s, UPROBE_MULTI",
    "uprobe.session, UPROBE_SESSION",
    "raw_tp.s/sys_enter, RAW_TRACEPOINT",
    "tp_btf/sched_switch, TYPED_TRACEPOINT",
    "fmod_ret/f, MODIFY_RETURN",
    "lsm.s/file_open, FENTRY",
    "lsm_cgroup/socket_create, FENTRY",
    "freplace/f, FENTRY",
    "iter.s/task, ITERATOR",
    "netfilter, NETFILTER_LINK",
    "sk_lookup, NAMESPACE_LINK"
  })
  void formsAreTriedByWhatTheyStandOn(String section, Feature feature) {
    assertThat(SectionName.of(section).flatMap(NeedsCheck::feature)).contains(feature);
  }
}
