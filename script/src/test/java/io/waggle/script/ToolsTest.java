package io.waggle.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.script.output.TextOutput;
import io.waggle.script.run.Target;
import io.waggle.script.run.Tracing;
import io.waggle.testing.Feature;
import io.waggle.testing.Guest;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The scripts of the folder {@code tools}: each is attached, and shows what is made to happen. They
 * watch a whole system.
 */
@Guest
@RequiresBpf
@Requires(Feature.KPROBE)
class ToolsTest {

  /** Something done while a tool watches. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /**
   * A tool at work.
   *
   * @param seconds how long it runs after the work, for tools that tell something every second
   * @param expected each must be found in what it prints
   */
  record Use(String tool, Work work, int seconds, List<String> expected) {
    @Override
    public String toString() {
      return tool;
    }
  }

  private static Use use(String tool, String commands, String... expected) {
    return new Use(tool, () -> shell(commands), 0, List.of(expected));
  }

  /** Its event is not easily made to happen: that it can be attached has to do. */
  private static Use attached(String tool) {
    return new Use(tool, () -> {}, 0, List.of());
  }

  static List<Use> uses() {
    String only = System.getProperty("tools.only", "");
    return all().stream()
        .filter(use -> only.isEmpty() || List.of(only.split(",")).contains(use.tool()))
        .toList();
  }

  private static List<Use> all() {
    return List.of(
        use("bashreadline", "printf 'echo waggle\\nexit\\n' | bash -i 2>&1", "echo waggle"),
        use(
            "opensnoop",
            "cat /etc/hostname /nonexistent",
            "cat +[0-9]+ +0 /etc/hostname",
            "cat +-1 +2 /nonexistent"),
        use("execsnoop", "/bin/true one two", "[0-9]+ +[0-9]+ +/bin/true one two"),
        use("exitsnoop", "sh -c 'exit 3'; sh -c 'kill -9 $$'", "status 3 +sh", "signal 9 +sh"),
        use("gethostlatency", "getent ahosts localhost", "getent +[0-9]+\\.[0-9]{3} localhost"),
        use("killsnoop", "sleep 100 & kill -15 $!", " 15 [1-9][0-9]* +0"),
        use("runqlat", "for i in 1 2 3; do /bin/true; done", "@us:"),
        use("syscount", "/bin/true", "@total: [1-9]", "@by_program\\[sh\\]: [1-9]"),
        new Use(
            "tcpconnect",
            ToolsTest::connect,
            0,
            List.of("127\\.0\\.0\\.1 +(::ffff:)?127\\.0\\.0\\.1 [0-9]+")),
        new Use("tcpaccept", ToolsTest::connect, 0, List.of("127\\.0\\.0\\.1 +[0-9]+ +[0-9]+ +0/")),
        new Use(
            "tcplife",
            ToolsTest::connect,
            0,
            List.of(
                "127\\.0\\.0\\.1 +[0-9]+ +(::ffff:)?127\\.0\\.0\\.1 +[0-9]+ +[0-9]+ +20 [0-9]+")),
        use(
            "tcpretrans",
            """
            ip link add waggle0 type veth peer name waggle1
            ip address add 198.51.100.1/24 dev waggle0
            ip link set waggle0 up
            ip link set waggle1 up
            ip neighbour add 198.51.100.2 lladdr 02:00:00:00:00:99 dev waggle0
            timeout 4 bash -c 'exec 3<>/dev/tcp/198.51.100.2/80'
            ip link delete waggle0
            """,
            "198\\.51\\.100\\.1 +[0-9]+ +198\\.51\\.100\\.2 +80 +2"),
        attached("tcpdrop"),
        attached("biolatency"),
        attached("biosnoop"),
        attached("bitesize"),
        new Use("vfsstat", () -> shell("cat /etc/hostname"), 2, List.of("@\\[vfs_read\\]: [1-9]")),
        use("capable", "nice -n -5 true", "nice +23 SYS_NICE"),
        use(
            "oomkill",
            """
            grep -q ' /sys/fs/cgroup ' /proc/mounts || mount -t cgroup2 none /sys/fs/cgroup
            echo +memory > /sys/fs/cgroup/cgroup.subtree_control
            mkdir -p /sys/fs/cgroup/waggle
            echo 8M > /sys/fs/cgroup/waggle/memory.max
            sh -c 'echo $$ > /sys/fs/cgroup/waggle/cgroup.procs; exec tail /dev/zero'
            """,
            "tail \\(pid [0-9]+\\) asked, tail \\(pid [0-9]+\\) is killed; 2048 pages"),
        use(
            "statsnoop",
            "stat /etc/hostname /nonexistent",
            "stat +0 /etc/hostname",
            "stat +2 /nonexistent"),
        use("syncsnoop", "sync", "sync +tracepoint:syscalls:sys_enter_sync"),
        new Use("loads", () -> {}, 2, List.of("load averages: [0-9]+\\.[0-9]{3} ")),
        use("naptime", "sleep 0.25", "sleep .* sh +0\\.250"),
        new Use("pidpersec", () -> shell("true; true"), 2, List.of("@started: [1-9]")),
        use("cpuwalk", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done", "@cpu:"),
        new Use("threadsnoop", ToolsTest::thread, 0, List.of("thread_native_entry|0x[0-9a-f]+")),
        use("setuids", "setpriv --reuid 65534 true", "setpriv +0 +setresuid +65534 +0"),
        attached("swapin"),
        attached("writeback"),
        attached("xfsdist"));
  }

  private static void shell(String commands) throws Exception {
    // What hangs must not hang the guest: reading a pipe cannot be interrupted.
    Process process =
        new ProcessBuilder("timeout", "-s", "KILL", "60", "sh", "-c", commands)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .start();
    process.getInputStream().readAllBytes();
    process.waitFor();
  }

  private static void connect() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
        Socket accepted = server.accept()) {
      client.getOutputStream().write(new byte[20 * 1024]);
      client.shutdownOutput();
      assertThat(accepted.getInputStream().readAllBytes()).hasSize(20 * 1024);
      accepted.close();
      assertThat(client.getInputStream().read()).isNegative();
    }
  }

  private static void thread() throws InterruptedException {
    Thread thread = new Thread(() -> {});
    thread.start();
    thread.join();
  }

  @BeforeAll
  static void raiseTheLoopback() throws Exception {
    shell("ip link set lo up");
  }

  private static Path folder() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("tools/opensnoop.bt"))) {
      folder = folder.getParent();
    }
    return folder.resolve("tools");
  }

  @ParameterizedTest
  @MethodSource("uses")
  void showsWhatHappens(Use use) throws Exception {
    assumeTrue(!use.tool().equals("xfsdist") || Files.exists(Path.of("/sys/module/xfs")));
    Path file = folder().resolve(use.tool() + ".bt");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything();
        OutputFile out = OutputFile.to(bytes, BufferMode.FULL)) {
      Script.Compilation compiled =
          Script.parse(file.toString(), Files.readString(file)).compile(kernel, target);
      TextOutput output = new TextOutput(out, out, Tracing.names(compiled.plan()));
      try (Tracing tracing = Tracing.attach(compiled.plan(), kernel, output, target)) {
        use.work().run();
        tracing.runFor(Duration.ofSeconds(use.seconds()));
        tracing.finish(true);
      }
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    System.out.println("--- " + use.tool() + "\n" + text);
    for (String expected : use.expected()) {
      assertThat(text).containsPattern(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void isDescribed(Path file) throws IOException {
    String text = Files.readString(file);
    String name = file.getFileName().toString().replace(".bt", "");
    assertThat(text)
        .startsWith("#!/usr/bin/env -S waggle trace\n/*\n * " + name + ": ")
        .contains("usage: waggle trace tools/" + name + ".bt");
    assertThat(all()).extracting(Use::tool).contains(name);
    assertThat(Files.readString(folder().resolveSibling("docs/tools.md"))).contains("## " + name);
  }

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.filter(file -> file.toString().endsWith(".bt")).sorted().toList();
    }
  }
}
