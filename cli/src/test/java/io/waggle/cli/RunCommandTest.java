package io.waggle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.testing.BpfCompiler;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Help, and everything that {@code waggle run} refuses: one message each, nothing left behind. */
@Requires(Feature.CLANG)
class RunCommandTest {
  private static final String PRELUDE =
      """
      #define SEC(name) __attribute__((section(name), used))
      static long (*printk)(const char *, unsigned int, ...) = (void *)6;
      char LICENSE[] SEC("license") = "GPL";
      """;
  private static final String PROGRAM =
      PRELUDE
          + """
          const volatile unsigned short port = 80;
          const volatile _Bool loud = 0;
          SEC("tp/syscalls/sys_enter_getpgid") int entered(void *ctx) { return port + loud; }
          """;

  @TempDir Path folder;
  private String object;

  @BeforeEach
  void compile() {
    object = BpfCompiler.compile(folder, "program", PROGRAM).toString();
  }

  private record Run(int status, String out, String err) {}

  private static Run run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] words = new String[arguments.length + 1];
    words[0] = "run";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    int status =
        Main.run(
            words,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static void assertFails(String message, String... arguments) {
    Run run = run(arguments);
    assertThat(run.err()).startsWith("ERROR: ").contains(message);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run).returns(1, Run::status).returns("", Run::out);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void printsTheHelpOfAProgram() {
    assertThat(run(object, "-h"))
        .isEqualTo(
            new Run(
                0,
                """
                A simple eBPF program

                Usage: program.bpf.o [OPTIONS]

                Options:
                      --verbose      Whether to show libbpf debug information
                      --port <port>  Set value of `unsigned short` variable port [default: 80]
                      --loud         Set value of `bool` variable loud
                  -h, --help         Print help
                  -V, --version      Print version

                Built with eunomia-bpf framework.
                See https://github.com/eunomia-bpf/eunomia-bpf for more information.
                """,
                ""));
    assertThat(run(object, "--version")).isEqualTo(new Run(0, "program_bpf 0.1.0\n", ""));
  }

  @Test
  void refusesWrongOptions() {
    assertMisuse("invalid value 'http' for '--port <port>'", object, "--port", "http");
    assertMisuse("invalid value '65536' for '--port <port>'", object, "--port", "65536");
    assertMisuse("a value is required for '--port'", object, "--port");
    assertMisuse("unexpected argument '--prot'", object, "--prot", "1");
    assertMisuse("'soon' is no number of seconds", "-d", "soon", object);
    assertMisuse("no source;");
  }

  private static void assertMisuse(String message, String... arguments) {
    Run run = run(arguments);
    assertThat(run.err()).startsWith("waggle run: " + message);
    assertThat(run).returns(2, Run::status).returns("", Run::out);
  }

  @Test
  void refusesWhatIsNoProgram() throws IOException {
    String missing = folder.resolve("none.json").toString();
    assertFails("there is no file '" + missing + "'", missing);
    assertFails("is a folder", folder.toString());
    assertFails("empty.json: it is empty", write("empty.json", ""));
    assertFails("notes.txt: it is neither a package, which is JSON,", write("notes.txt", "hello"));
    assertFails("half.json: it is no JSON", write("half.json", "{\"bpf_object\": "));
    assertFails("no.json: bpf_object is missing", write("no.json", "{}"));
    assertFails(
        "no.json: bpf_object is not in base64",
        write("no.json", "{\"bpf_object\": \"*\", \"bpf_object_size\": 1}"));
    assertFails("x.wasm: WASM modules cannot be run", write("x.wasm", "\0asm\1\0\0\0"));
    byte[] bytes = Files.readAllBytes(Path.of(object));
    Path half = Files.write(folder.resolve("half.bpf.o"), Arrays.copyOf(bytes, bytes.length / 2));
    assertFails("half.bpf.o", half.toString());
    assertFails("java", ProcessHandle.current().info().command().orElseThrow());
  }

  @Test
  void refusesGarbageOnStandardInput() {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(new byte[] {1, 2, 3}));
      assertFails("standard input: it is neither a package", "-");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void refusesC() throws IOException {
    String wrong = write("wrong.bpf.c", PRELUDE + "int f(void)\n{\n  return nothing;\n}\n");
    Run run = run(wrong);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .startsWith(wrong + ":6:10: error: use of undeclared identifier 'nothing'\n")
        .endsWith("ERROR: clang does not take " + wrong + "\n");
    assertFails("there is no file '", folder.resolve("none.bpf.c").toString());
    assertFails("/bin/true is no clang; C programs need clang", "--clang", "/bin/true", wrong);
    assertFails("/no/clang cannot be started", "--clang", "/no/clang", wrong);
  }

  @Test
  void compilesC() throws IOException {
    String source = write("snoop.bpf.c", PROGRAM.replace("80", "PORT"));
    assertThat(run("-DPORT=443", source, "-h"))
        .returns(0, Run::status)
        .returns("", Run::err)
        .extracting(Run::out)
        .asString()
        .contains("Usage: snoop.bpf.c [OPTIONS]", "variable port [default: 443]");
  }

  @Test
  void refusesAnUnknownSection() {
    String unknown =
        BpfCompiler.compile(folder, "x", PROGRAM.replace("tp/syscalls/", "tqq/syscalls/"))
            .toString();
    assertFails("tqq/syscalls/sys_enter_getpgid", unknown);
  }

  /** Answers one request with that and closes. */
  private static String serve(ServerSocket server, byte[] answer) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket client = server.accept()) {
                assertThat(client.getInputStream().read(new byte[8192])).isPositive();
                client.getOutputStream().write(answer);
              } catch (IOException gone) {
                // The test sees that nothing came.
              }
            });
    return "http://"
        + InetAddress.getLoopbackAddress().getHostAddress()
        + ":"
        + server.getLocalPort();
  }

  private static byte[] answer(String status, byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(
        ("HTTP/1.1 "
                + status
                + "\r\nConnection: close\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    bytes.write(body);
    return bytes.toByteArray();
  }

  @Test
  void runsWhatAnAddressGives() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = serve(server, answer("200 OK", Files.readAllBytes(Path.of(object))));
      assertThat(run("--no-cache", url + "/a/program.bpf.o", "-h"))
          .returns(0, Run::status)
          .extracting(Run::out)
          .asString()
          .contains("Usage: program.bpf.o [OPTIONS]");
      String missing = serve(server, answer("404 Not Found", new byte[0])) + "/none.json";
      assertFails("cannot fetch '" + missing + "': status 404 Not Found", "--no-cache", missing);
      byte[] page = "<html>".getBytes(StandardCharsets.US_ASCII);
      assertFails(
          "index: it is neither a package, which is JSON,",
          serve(server, answer("200 OK", page)) + "/index");
      url = serve(server, new byte[0]);
      assertFails("cannot read '" + url + "/x", "--no-cache", url + "/x");
      server.close();
      assertFails("Connection refused", "--no-cache", url + "/x");
    }
    assertFails("is no address", "http://");
  }

  @Test
  @RequiresBpf
  void refusesPlacesThatAreNotThere() throws IOException {
    String xdp =
        BpfCompiler.compile(folder, "x", PRELUDE + "SEC(\"xdp\") int drop(void *c) { return 2; }")
            .toString();
    assertFails("there is no network interface nope", xdp, "--interface", "nope");
    assertFails("program 'drop': nothing says which interface it is for", xdp);
    String uprobe =
        BpfCompiler.compile(folder, "u", PRELUDE + "SEC(\"uprobe\") int u(void *c) { return 0; }")
            .toString();
    assertFails("program 'u': its section 'uprobe' does not say where to attach it", uprobe);
    String half =
        BpfCompiler.compile(
                folder,
                "h",
                PROGRAM
                    + """
                    SEC("tp/syscalls/sys_enter_nothing") int gone(void *ctx) {
                      static const char f[] = "gone";
                      printk(f, sizeof(f));
                      return 0;
                    }
                    """)
            .toString();
    assertFails("sys_enter_nothing", half);
    try (var instances = Files.list(Path.of("/sys/kernel/tracing/instances"))) {
      assertThat(instances)
          .noneMatch(its -> its.toString().contains("waggle-" + ProcessHandle.current().pid()));
    }
  }
}
