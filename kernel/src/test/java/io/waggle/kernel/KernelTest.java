package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.ProgramType;
import io.waggle.linux.BpfIds;
import io.waggle.linux.BpfProgram;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.KernelVersion;
import io.waggle.linux.SystemCallException;
import io.waggle.testing.RequiresBpf;
import io.waggle.testing.RunningProgram;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@RequiresBpf
class KernelTest {
  /**
   * Those that a kernel can be built without, or that a stable kernel took over from a later one.
   */
  private static final Set<Feature> OPTIONAL =
      EnumSet.of(
          Feature.KPROBES,
          Feature.UPROBES,
          Feature.SYSCALL_WRAPPER,
          Feature.KPROBE_MULTI,
          Feature.KPROBE_SESSION,
          Feature.CGROUP_ORDER,
          Feature.FENTRY,
          Feature.MODIFY_RETURN,
          Feature.NETFILTER_LINK,
          Feature.NETKIT);

  @ParameterizedTest
  @EnumSource
  void everyFeatureHasAnAnswer(Feature feature) {
    try (Kernel kernel = Kernel.host()) {
      boolean has = kernel.has(feature);
      assertThat(kernel.has(feature)).isEqualTo(has);
      if (!OPTIONAL.contains(
          feature)) { // upstream always has it from that version on; older ones may by a backport
        assertThat(has).isEqualTo(KernelVersion.running().compareTo(feature.since()) >= 0);
      }
      assertThat(feature.requirement()).contains("Linux " + feature.since());
    }
  }

  @Test
  void countsRunsWhileAsked() {
    try (Kernel kernel = Kernel.host();
        LoadedObject object =
            kernel.load(
                Code.object(
                    Code.program("run", ProgramType.RAW_TRACEPOINT, new Code().returnZero())))) {
      LoadedProgram program = object.program("run");
      try (Fd counting = kernel.enableStats()) {
        assertThat(counting.isOpen()).isTrue();
        for (int i = 0; i < 10; i++) {
          program.runOnce();
        }
      }
      program.runOnce();
      assertThat(program.describe().runCount()).isEqualTo(10);
      assertThat(program.describe().runTimeNs()).isPositive();
    }
  }

  @Test
  void aKilledProcessLeavesNothingBehind() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String path = System.getProperty("java.class.path");
    String name = "left" + ProcessHandle.current().pid();
    String nativeAccess = "--enable-native-access=ALL-UNNAMED";
    try (RunningProgram jvm =
        RunningProgram.start(
            List.of(java, nativeAccess, "-cp", path, Abandoning.class.getName(), name))) {
      assertThat(jvm.readLine()).isEqualTo("attached");
      assertThat(exists(name)).isTrue();
    } // SIGKILL
    while (exists(name)) { // the kernel frees after a grace period
      Thread.onSpinWait();
    }
  }

  /** Attaches and never detaches. */
  static final class Abandoning {
    public static void main(String[] arguments) throws Exception {
      LoadedObject object =
          Kernel.host()
              .load(
                  Code.object(
                      Code.program(
                          arguments[0],
                          ProgramType.RAW_TRACEPOINT,
                          new Code()
                              .onlyIn((int) ProcessHandle.current().pid())
                              .count()
                              .returnZero()),
                      Code.HITS));
      object.attach(arguments[0], new RawTracepoint("sched_process_exit"));
      System.out.println("attached");
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  private static boolean exists(String name) {
    for (int id = BpfIds.PROGRAMS.after(0); id != 0; id = BpfIds.PROGRAMS.after(id)) {
      try (Fd program = BpfIds.PROGRAMS.open(id)) {
        if (BpfProgram.describe(program).name().equals(name)) {
          return true;
        }
      } catch (SystemCallException gone) {
        assertThat(gone.errno()).isEqualTo(Errno.ENOENT);
      }
    }
    return false;
  }
}
