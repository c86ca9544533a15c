package io.waggle.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.c.Clang;
import io.waggle.c.Headers;
import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.kernel.Tc;
import io.waggle.kernel.TcFilter;
import io.waggle.linux.EventFd;
import io.waggle.testing.Feature;
import io.waggle.testing.Guest;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The lessons of the eunomia tutorial: each is built, run over something that makes it speak, and
 * its output compared with the shape that the lesson shows. They watch the whole machine.
 */
@Guest
@RequiresBpf
class LessonsTest {
  private static final Path LESSONS = Path.of("src/test/resources/io/waggle/pack/lessons");

  /** Something to see. */
  private interface Load {
    void run() throws Exception;
  }

  @TempDir private static Path folder;

  /** The kernel calls a task {@code <...>} in a trace until it has been switched to once. */
  private static String task(String name) {
    return " *(?:" + name + "|<\\.\\.\\.>)-";
  }

  private static Packaged build(String name) {
    Path source = LESSONS.resolve(name + ".bpf.c");
    BuildOptions options =
        new BuildOptions(
            source,
            List.of(),
            PackageBuild.headerOf(source),
            folder,
            BuildOptions.Form.JSON,
            false,
            List.of("-I" + LESSONS.resolve("small").toAbsolutePath()));
    Headers headers = new Headers(folder.resolve("headers"));
    BpfPackage made =
        new PackageBuild(options, Clang.find(), headers, _ -> {}, _ -> {}, "test").make();
    return Packaged.read("package.json", made.toJson());
  }

  /** Runs a lesson until the load is over and answers its lines. */
  private static List<String> run(String name, Load load, String... arguments) throws Exception {
    return run(name, Optional.empty(), load, arguments);
  }

  /** Runs a lesson until its maps have been sampled once. */
  private static List<String> sample(String name, Load load, String... arguments) throws Exception {
    return run(name, Optional.of(Duration.ofMillis(1500)), load, arguments);
  }

  private static List<String> run(
      String name, Optional<Duration> timeout, Load load, String... arguments) throws Exception {
    Packaged packaged = build(name);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    RunOptions options = new RunOptions(false, false, timeout, Optional.empty(), Optional.empty());
    try (Kernel kernel = Kernel.host();
        EventFd stop = new EventFd();
        OutputFile out = OutputFile.to(text, BufferMode.LINE);
        PackageRun run =
            PackageRun.start(
                kernel,
                packaged,
                packaged.options().parse(List.of(arguments)),
                options,
                out,
                out,
                FrameNames.NONE)) {
      load.run();
      if (timeout.isEmpty()) {
        stop.signal();
      }
      run.run(stop.fd());
    }
    return text.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static void shell(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", script).directory(folder.toFile()).inheritIO().start();
    assertThat(process.waitFor()).as(script).isZero();
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  /** Connects by IPv4, which is what the lessons look for: Java's plain sockets are of IPv6. */
  private static Socket connected(String address, int port) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
    try {
      channel.connect(new InetSocketAddress(address, port));
      return channel.socket();
    } catch (IOException refused) {
      channel.close();
      throw refused;
    }
  }

  private static void connect() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket client = connected("127.0.0.1", server.getLocalPort());
        Socket accepted = server.accept()) {
      for (int i = 0; i < 3; i++) {
        client.getOutputStream().write(i);
        assertThat(accepted.getInputStream().read()).isEqualTo(i);
        accepted.getOutputStream().write(i);
        assertThat(client.getInputStream().read()).isEqualTo(i);
      }
    }
  }

  private static void assertLine(List<String> lines, String pattern) {
    assertThat(lines).anyMatch(line -> line.matches(pattern));
  }

  @Test
  void minimal() throws Exception {
    List<String> lines =
        run("minimal", () -> System.err.write('\n'), "--pid_filter", Long.toString(pid()));
    assertLine(
        lines, ".*-\\d+ +\\[\\d+] .*: bpf_trace_printk: BPF triggered from PID " + pid() + "\\.");
  }

  @Test
  @Requires(Feature.KPROBE)
  void kprobeLink() throws Exception {
    List<String> lines = run("kprobe-link", () -> shell("touch test1 test2; rm test1; rm test2"));
    assertLine(lines, task("rm") + "\\d+ .*: KPROBE ENTRY pid = \\d+, filename = test1");
    assertLine(lines, task("rm") + "\\d+ .*: KPROBE ENTRY pid = \\d+, filename = test2");
    assertThat(lines.stream().filter(line -> line.matches(task("rm") + ".*KPROBE EXIT: .*ret = 0")))
        .hasSize(2);
  }

  @Test
  @Requires(Feature.FENTRY)
  void fentryLink() throws Exception {
    List<String> lines = run("fentry-link", () -> shell("touch test_file; rm test_file"));
    assertLine(lines, task("rm") + "\\d+ .*: fentry: pid = \\d+, filename = test_file");
    assertLine(lines, task("rm") + "\\d+ .*: fexit: pid = \\d+, filename = test_file, ret = 0");
  }

  @Test
  void opensnoop() throws Exception {
    assertThat(build("opensnoop").help())
        .startsWith("Trace open family syscalls.\n")
        .contains("--pid_target <pid_target>  Process ID to trace");
    List<String> lines = run("opensnoop", () -> shell(": < /dev/null"));
    assertLine(lines, task("sh") + "(\\d+) .*: bpf_trace_printk: Process ID: \\1 enter sys openat");
    List<String> none = run("opensnoop", () -> shell(": < /dev/null"), "--pid_target", "4000000");
    assertThat(none).isEmpty();
  }

  @Test
  void sigsnoop() throws Exception {
    List<String> lines = run("sigsnoop", () -> shell("kill -0 $$"));
    assertLine(lines, ".*: PID (\\d+) \\(sh\\) sent signal 0 to PID \\1, ret = 0");
  }

  @Test
  void execsnoop() throws Exception {
    List<String> lines = run("execsnoop", () -> shell("ls / > /dev/null; true"));
    assertThat(lines.getFirst()).matches("TIME +PID +PPID +UID +RETVAL +IS_EXIT +COMM");
    assertLine(lines, "\\d\\d:\\d\\d:\\d\\d \\d+ +\\d+ +0 +0 +false +sh");
  }

  @Test
  void exitsnoop() throws Exception {
    List<String> lines = run("exitsnoop", () -> shell("(exit 3); true"));
    assertThat(lines.getFirst()).matches("TIME +PID +PPID +EXIT_CODE +DURATION_NS +COMM");
    assertLine(lines, "\\d\\d:\\d\\d:\\d\\d \\d+ +" + pid() + " +0 +0 +sh");
    assertLine(lines, ".* \\d+ +\\d+ +3 +0 +sh");
  }

  @Test
  void bootstrap() throws Exception {
    List<String> lines = run("bootstrap", () -> shell("ls / > /dev/null"));
    assertThat(lines.getFirst())
        .matches("TIME +PID +PPID +EXIT_CODE +DURATION_NS +COMM +FILENAME +EXIT_EVENT");
    assertLine(lines, ".* \\d+ +\\d+ +0 +0 +ls +/.*/ls +false");
    assertLine(lines, ".* \\d+ +\\d+ +0 +[1-9]\\d+ +ls +true");
    assertThat(run("bootstrap", () -> shell("true"), "--min_duration_ns", "9000000000000"))
        .hasSize(1);
  }

  @Test
  void runqlat() throws Exception {
    List<String> lines = sample("runqlat", () -> shell("ls / > /dev/null"));
    assertThat(lines.get(0)).isEqualTo("key = 4294967295");
    assertThat(lines.get(1)).matches("comm = .+");
    assertThat(lines.get(2)).isEqualTo("     (unit)              : count    distribution");
    assertThat(lines.get(3)).matches(" +0 -> 1 +: \\d+ +\\|\\**\\s*\\|");
    List<String> each = sample("runqlat", () -> shell("true"), "--targ_per_process");
    assertThat(each.stream().filter(line -> line.matches("key = \\d+"))).hasSizeGreaterThan(1);
  }

  @Test
  @Requires(Feature.FENTRY)
  void hardirqs() throws Exception {
    List<String> lines = sample("hardirqs", () -> shell("true"), "--do_count");
    assertThat(lines.getFirst()).matches("TIME +NAME +COUNT +SLOTS");
    assertThat(lines).hasSizeGreaterThan(1);
    assertThat(lines.get(1)).matches("\\d\\d:\\d\\d:\\d\\d \\S.* +\\d+ +\\[0, .*]");
  }

  @Test
  @Requires(Feature.KPROBE)
  void tcpconnlat() throws Exception {
    List<String> lines = run("tcpconnlat", LessonsTest::connect, "--targ_tgid", "" + pid());
    assertThat(lines.getFirst())
        .matches("TIME +TGID +COMM +AF +SADDR_V4 +DADDR_V4 +LPORT +DPORT +DELTA_US");
    assertLine(lines, ".{8} " + pid() + " +.+ +2 +16777343 +16777343 +\\d+ +\\d+ +\\d+");
  }

  @Test
  void tcpstates() throws Exception {
    List<String> lines = run("tcpstates", LessonsTest::connect);
    assertThat(lines.getFirst())
        .matches("TIME +SKADDR +PID +COMM +LPORT +DPORT +OLDSTATE +NEWSTATE +DELTA_US");
    assertLine(lines, ".{8} 0x[0-9a-f]+ +" + pid() + " .* CLOSE +SYN_SENT +\\d+");
    assertLine(lines, ".* SYN_SENT +ESTABLISHED +\\d+");
  }

  @Test
  @Requires(Feature.FENTRY)
  void tcprtt() throws Exception {
    List<String> lines = sample("tcprtt", LessonsTest::connect);
    assertThat(lines.subList(0, 4))
        .containsExactly(
            "key = 0",
            "latency = 0",
            "cnt = 0",
            "     (unit)              : count    distribution");
  }

  @Test
  @Requires(Feature.BPF_LSM)
  void lsmConnect() throws Exception {
    List<String> lines =
        run(
            "lsm-connect",
            () ->
                assertThatThrownBy(() -> connected("1.1.1.1", 80))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ermitted"));
    assertLine(lines, ".*: lsm: found connect to 16843009");
    assertLine(lines, ".*: lsm: blocking 16843009");
  }

  @Test
  @Requires(Feature.NETWORK)
  void tc() throws Exception {
    List<String> lines =
        run(
            "tc",
            () -> {
              try (DatagramSocket socket = new DatagramSocket()) {
                byte[] message = new byte[51];
                socket.send(
                    new DatagramPacket(
                        message, message.length, InetAddress.getByName("127.0.0.1"), 9));
              }
            });
    // 51 bytes behind the headers of UDP and IP
    assertLine(lines, ".*: bpf_trace_printk: Got IP packet: tot_len: 79, ttl: 64");
    assertThat(TcFilter.attached("lo", TcFilter.parent(Tc.Direction.INGRESS))).isEmpty();
  }

  @Test
  void bashreadline() throws Exception {
    List<String> lines =
        run(
            "bashreadline",
            () ->
                shell(
                    "printf 'fff\\nexit\\n' | script -qec 'bash --norc -i' typed > seen || true"));
    assertLine(lines, task("bash") + "(\\d+) .*: bpf_trace_printk: PID \\1 \\(bash\\) read: fff ");
  }

  @Test
  @Requires(Feature.FENTRY)
  void hardirqsAsDistribution() throws Exception {
    List<String> lines = sample("hardirqs", () -> shell("true"), "--targ_dist", "--targ_ns");
    assertThat(lines.get(1)).matches("\\d\\d:\\d\\d:\\d\\d \\S.* +0 +\\[.*[1-9].*]");
  }
}
