package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.SectionName;
import io.waggle.linux.Fd;
import io.waggle.linux.KernelVersion;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.ControlGroup;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RequiresBpf
@Requires({Feature.CONTROL_GROUPS, Feature.GCC})
class CgroupTest {
  private static final String EPERM = "1";
  private static final AttachType CREATE = AttachType.CGROUP_INET_SOCK_CREATE;

  @TempDir static Path folder;
  private static SocketUser user;

  private final ControlGroup group = ControlGroup.create();
  private final Kernel kernel = Kernel.host();

  @BeforeAll
  static void compile() {
    user = SocketUser.compile(folder);
  }

  @AfterEach
  void remove() {
    group.close();
  }

  static BpfObject program(AttachType hook, int returned) {
    return Network.counter(SectionName.programType(hook).orElseThrow(), hook, returned);
  }

  private LoadedObject creation(int returned) {
    return kernel.load(program(CREATE, returned));
  }

  /** Each hook, a call that it watches, and what the call answers when the program returns 0. */
  @ParameterizedTest
  @CsvSource({
    "CGROUP_INET_EGRESS, send, 2, 1",
    "CGROUP_INET_INGRESS, receive, 2, -",
    "CGROUP_INET_SOCK_CREATE, socket, 2, 1",
    "CGROUP_INET_SOCK_RELEASE, socket, 2, ok",
    "CGROUP_INET4_POST_BIND, bind, 2, 1",
    "CGROUP_INET6_POST_BIND, bind, 10, 1",
    "CGROUP_INET4_BIND, bind, 2, 1",
    "CGROUP_INET6_BIND, bind, 10, 1",
    "CGROUP_INET4_CONNECT, connect, 2, 1",
    "CGROUP_INET6_CONNECT, connect, 10, 1",
    "CGROUP_UNIX_CONNECT, connect, 1, 1",
    "CGROUP_UDP4_SENDMSG, send, 2, 1",
    "CGROUP_UDP6_SENDMSG, send, 10, 1",
    "CGROUP_UNIX_SENDMSG, send, 1, 1",
    "CGROUP_UDP4_RECVMSG, receive, 2, -",
    "CGROUP_UDP6_RECVMSG, receive, 10, -",
    "CGROUP_UNIX_RECVMSG, receive, 1, -",
    "CGROUP_INET4_GETPEERNAME, peer, 2, -",
    "CGROUP_INET6_GETPEERNAME, peer, 10, -",
    "CGROUP_UNIX_GETPEERNAME, peer, 1, -",
    "CGROUP_INET4_GETSOCKNAME, own, 2, -",
    "CGROUP_INET6_GETSOCKNAME, own, 10, -",
    "CGROUP_UNIX_GETSOCKNAME, own, 1, -",
    "CGROUP_SOCK_OPS, connect, 2, ok",
    "CGROUP_DEVICE, device, 2, 1",
    "CGROUP_SYSCTL, sysctl, 2, 1",
    "CGROUP_GETSOCKOPT, get, 2, 1",
    "CGROUP_SETSOCKOPT, set, 2, 1"
  })
  void eachHookMeetsItsCall(AttachType hook, String call, int family, String denied) {
    Assumptions.assumeTrue(
        hook.id() < AttachType.CGROUP_UNIX_CONNECT.id() || KernelVersion.running().atLeast(6, 7),
        "hooks for UNIX sockets (Linux 6.7)");
    try (SocketUser.Running process = user.start(group);
        LoadedObject allowing = kernel.load(program(hook, 1))) {
      assertThat(process.call(call, family)).isEqualTo("ok");
      Link link = allowing.attach("counter", new Cgroup(group.folder()));
      assertThat(process.call(call, family)).isEqualTo("ok");
      assertThat(Code.hits(allowing)).isPositive();
      assertThat(link.isAttached()).isTrue();
      int id = allowing.program("counter").describe().id();
      assertThat(CgroupDirect.attached(group(), hook, false).programs()).containsExactly(id);
      link.close();
      long before = Code.hits(allowing);
      assertThat(process.call(call, family)).isEqualTo("ok");
      assertThat(Code.hits(allowing)).isEqualTo(before);
      if (!denied.equals("-")) { // these must return 1, or make the caller wait for ever
        deny(hook, process, call, family, denied);
      }
    }
  }

  private void deny(
      AttachType hook, SocketUser.Running process, String call, int family, String answer) {
    try (LoadedObject denying = kernel.load(program(hook, 0))) {
      denying.attach("counter", new Cgroup(group.folder()));
      assertThat(process.call(call, family)).isEqualTo(answer);
    }
    assertThat(process.call(call, family)).isEqualTo("ok");
  }

  private Cgroup.Group group() {
    return new Cgroup.Group.Folder(group.folder());
  }

  @Test
  void anOpenDescriptorWillDo() {
    try (SocketUser.Running process = user.start(group);
        Fd open = Fd.open(group.folder());
        LoadedObject object = creation(0)) {
      object.attach(
          "counter", new Cgroup(new Cgroup.Group.Open(open), Optional.empty(), Order.LAST));
      assertThat(open.isOpen()).isTrue();
      assertThat(process.call("socket", SocketUser.INET)).isEqualTo(EPERM);
    }
  }

  @Test
  void onlyProcessesInTheGroupAndBelowAreMet() {
    try (ControlGroup below = group.child("below");
        ControlGroup beside = ControlGroup.create();
        SocketUser.Running inside = user.start(below);
        SocketUser.Running outside = user.start(beside);
        LoadedObject object = creation(0)) {
      object.attach("counter", new Cgroup(group.folder()));
      assertThat(inside.call("socket", SocketUser.INET)).isEqualTo(EPERM);
      assertThat(outside.call("socket", SocketUser.INET)).isEqualTo("ok");
      Cgroup.Group lower = new Cgroup.Group.Folder(below.folder());
      assertThat(CgroupDirect.attached(lower, CREATE, false).programs()).isEmpty();
      assertThat(CgroupDirect.attached(lower, CREATE, true).programs()).hasSize(1);
    }
  }

  @Test
  void theDirectionOfPacketsIsChosenWhereTheSectionLeavesItOpen() {
    BpfObject either = Network.counter(ProgramType.CGROUP_SKB, Optional.empty(), 1);
    try (SocketUser.Running process = user.start(group);
        LoadedObject object = kernel.load(either)) {
      assertThatThrownBy(() -> object.attach("counter", new Cgroup(group.folder())))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("does not tell its hook; say which, such as CGROUP_INET_INGRESS");
      Link link =
          object.attach("counter", new Cgroup(group.folder(), AttachType.CGROUP_INET_EGRESS));
      process.call("send", SocketUser.INET);
      assertThat(Code.hits(object)).isEqualTo(1);
      link.close();
      object.attach("counter", new Cgroup(group.folder(), AttachType.CGROUP_INET_INGRESS));
      process.call("receive", SocketUser.INET);
      assertThat(Code.hits(object)).isEqualTo(2);
    }
  }

  @Test
  void linksTellWhenTheGroupHasGone() {
    try (LoadedObject object = creation(1);
        LoadedObject other = creation(1)) {
      Link link = object.attach("counter", new Cgroup(group.folder()));
      Link direct = other.attach("counter", direct(CgroupDirect.Sharing.MULTIPLE));
      assertThat(direct.isAttached()).isTrue();
      group.close();
      while (link.isAttached() || direct.isAttached()) {
        Thread.onSpinWait(); // the kernel detaches when it gets round to it
      }
      assertThat(link.toString()).contains("defunct");
      link.close();
      direct.close();
    }
  }

  private CgroupDirect direct(CgroupDirect.Sharing sharing) {
    return new CgroupDirect(group(), Optional.empty(), sharing);
  }

  @Test
  void aGroupCanKeepItsHookForOneProgram() {
    try (ControlGroup below = group.child("below");
        LoadedObject first = creation(1);
        LoadedObject second = creation(1)) {
      Link link = first.attach("counter", direct(CgroupDirect.Sharing.NONE));
      assertThatThrownBy(() -> second.attach("counter", new Cgroup(below.folder())))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("has a program there that does not share the hook");
      second.attach("counter", direct(CgroupDirect.Sharing.NONE)); // in its place
      assertThat(link.isAttached()).isFalse();
      link.close(); // and must not take the other away
      int id = second.program("counter").describe().id();
      assertThat(CgroupDirect.attached(group(), CREATE, false).programs()).containsExactly(id);
    }
    assertThat(CgroupDirect.attached(group(), CREATE, false).programs()).isEmpty();
  }

  @Test
  void aGroupBelowCanOverride() {
    try (ControlGroup below = group.child("below");
        SocketUser.Running process = user.start(below);
        LoadedObject above = creation(0);
        LoadedObject under = creation(1)) {
      above.attach("counter", direct(CgroupDirect.Sharing.OVERRIDABLE));
      assertThat(process.call("socket", SocketUser.INET)).isEqualTo(EPERM);
      Cgroup.Group lower = new Cgroup.Group.Folder(below.folder());
      under.attach(
          "counter", new CgroupDirect(lower, Optional.empty(), CgroupDirect.Sharing.OVERRIDABLE));
      assertThat(process.call("socket", SocketUser.INET)).isEqualTo("ok");
      assertThat(Code.hits(under)).isEqualTo(1);
    }
  }

  @Test
  void programsShareAHookAndReplaceEachOther() {
    try (SocketUser.Running process = user.start(group);
        LoadedObject first = creation(1);
        LoadedObject second = creation(1);
        LoadedObject third = creation(1)) {
      first.attach("counter", direct(CgroupDirect.Sharing.MULTIPLE));
      second.attach("counter", direct(CgroupDirect.Sharing.MULTIPLE));
      process.call("socket", SocketUser.INET);
      assertThat(List.of(Code.hits(first), Code.hits(second))).containsExactly(1L, 1L);
      third.attach(
          "counter",
          new CgroupDirect(
              group(),
              Optional.empty(),
              CgroupDirect.Sharing.MULTIPLE,
              Optional.of(first.program("counter")),
              Order.LAST));
      process.call("socket", SocketUser.INET);
      assertThat(List.of(Code.hits(first), Code.hits(second), Code.hits(third)))
          .containsExactly(1L, 2L, 1L);
      assertThatThrownBy(() -> second.attach("counter", direct(CgroupDirect.Sharing.MULTIPLE)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("program counter is attached there already");
    }
  }

  @Test
  void programsStandInTheOrderAskedFor() {
    Assumptions.assumeTrue(kernel.has(io.waggle.kernel.Feature.CGROUP_ORDER));
    try (LoadedObject first = creation(1);
        LoadedObject second = creation(1);
        LoadedObject third = creation(1);
        LoadedObject fourth = creation(1)) {
      Cgroup.Group here = group();
      HookLink link = (HookLink) first.attach("counter", new Cgroup(group.folder()));
      second.attach("counter", new Cgroup(here, Optional.empty(), Order.FIRST));
      third.attach(
          "counter",
          new CgroupDirect(
              here,
              Optional.empty(),
              CgroupDirect.Sharing.MULTIPLE,
              Optional.empty(),
              Order.FIRST));
      fourth.attach("counter", new Cgroup(here, Optional.empty(), Order.before(link)));
      assertThat(CgroupDirect.attached(here, CREATE, false).programs())
          .containsExactly(id(third), id(second), id(fourth), id(first));
      Order beside = Order.after(third.program("counter"));
      assertThatThrownBy(() -> first.attach("counter", new Cgroup(here, Optional.empty(), beside)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("a link stands beside a link")
          .hasMessageContaining("program counter does not fit");
    }
  }

  private static int id(LoadedObject object) {
    return object.program("counter").describe().id();
  }

  @Test
  void anOrderOnAnOlderKernelIsRefusedInWords() {
    Assumptions.assumeFalse(kernel.has(io.waggle.kernel.Feature.CGROUP_ORDER));
    try (LoadedObject object = creation(1)) {
      Cgroup first = new Cgroup(group(), Optional.empty(), Order.FIRST);
      assertThatThrownBy(() -> object.attach("counter", first))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("this kernel lacks an order of a control group's programs")
          .hasMessageContaining("Linux 6.17 or newer");
    }
  }

  @Test
  void whatIsNoControlGroupIsSaid() {
    try (LoadedObject object = creation(1)) {
      Path misspelt = Path.of(group.folder() + "x");
      assertThatThrownBy(() -> object.attach("counter", new Cgroup(misspelt)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("there is no control group " + misspelt)
          .hasMessageContaining("did you mean " + group.folder().getFileName());
      assertThatThrownBy(() -> object.attach("counter", new Cgroup(folder)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("it is no control group of version 2; those lie below /sys");
    }
  }

  @Test
  void programsOfAnotherKindAreRefused() {
    BpfObject filter = Network.counter(ProgramType.SOCKET_FILTER, Optional.empty(), 0);
    try (LoadedObject object = kernel.load(filter);
        LoadedObject creation = creation(1)) {
      assertThatThrownBy(() -> object.attach("counter", new Cgroup(group.folder(), CREATE)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("program counter is of type SOCKET_FILTER, not CGROUP_SOCK");
      Cgroup release = new Cgroup(group.folder(), AttachType.CGROUP_INET_SOCK_RELEASE);
      assertThatThrownBy(() -> creation.attach("counter", release))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("program counter was loaded for CGROUP_INET_SOCK_CREATE");
      assertThatThrownBy(
              () -> creation.attach("counter", new Cgroup(group.folder(), AttachType.XDP)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("XDP is no hook of control groups");
    }
  }

  @Test
  @Requires({Feature.BPF_LSM, Feature.FENTRY, Feature.KERNEL_BTF, Feature.CLANG})
  void aSecurityHookMeetsTheGroupAlone() {
    String source =
        """
        #define SEC(name) __attribute__((section(name), used))
        SEC("lsm_cgroup/socket_create") int deny(unsigned long long *context) { return 0; }
        char _license[] SEC("license") = "GPL";
        """;
    BpfObject object = BpfObject.read(BpfCompiler.compile(folder, "lsm", source, "-mcpu=v3"));
    try (ControlGroup beside = ControlGroup.create();
        SocketUser.Running inside = user.start(group);
        SocketUser.Running outside = user.start(beside);
        LoadedObject loaded = kernel.load(object)) {
      assertThat(loaded.attachAll()).containsExactly(loaded.program("deny"));
      loaded.attach("deny", new Cgroup(group.folder()));
      assertThat(inside.call("socket", SocketUser.INET)).isEqualTo(EPERM);
      assertThat(outside.call("socket", SocketUser.INET)).isEqualTo("ok");
      loaded.detach();
      assertThat(inside.call("socket", SocketUser.INET)).isEqualTo("ok");
    }
  }
}
