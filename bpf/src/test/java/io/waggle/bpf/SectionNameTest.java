package io.waggle.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SectionNameTest {
  @ParameterizedTest
  @CsvSource({
    "kprobe/do_unlinkat, KPROBE, KPROBE",
    "?kretprobe.multi/do_*, KPROBE, KRETPROBE_MULTI",
    "uprobe.session.s//bin/bash:main, KPROBE, UPROBE",
    "usdt//bin/x:provider:name, KPROBE, USDT",
    "raw_tp.w/bpf_test_finish, RAW_TRACEPOINT_WRITABLE, RAW_TRACEPOINT",
    "fmod_ret.s/security_file_open, TRACING, TRACING",
    "iter/task, TRACING, ITERATOR",
    "struct_ops/init, STRUCT_OPS, STRUCT_OPS",
    "cgroup/getsockname_unix, CGROUP_SOCK_ADDR, BY_USER",
    "sk_skb/verdict, SK_SKB, BY_USER",
    "netkit/peer, SCHED_CLS, BY_USER"
  })
  void aSectionTellsTypeAndWay(String section, ProgramType type, AttachWay way) {
    SectionName name = SectionName.of(section).orElseThrow();
    assertThat(name.type()).isEqualTo(type);
    assertThat(name.attachWay()).isEqualTo(way);
    assertThat(name.place()).isNotBlank();
  }

  @Test
  void aTargetFollowsOnlyWhereOneIsTaken() {
    assertThat(SectionName.of("kprobe")).isPresent();
    assertThat(SectionName.of("xdp/eth0")).isEmpty();
    assertThat(SectionName.of("cgroup/bind")).isEmpty();
  }

  @Test
  void anAttachTypeTellsTheTypeOfProgram() {
    assertThat(SectionName.programType(AttachType.CGROUP_UNIX_SENDMSG))
        .contains(ProgramType.CGROUP_SOCK_ADDR);
    assertThat(SectionName.programType(AttachType.LSM_CGROUP)).contains(ProgramType.LSM);
    assertThat(SectionName.programType(AttachType.PERF_EVENT)).isEmpty();
  }
}
