package io.waggle.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two network namespaces of a test's own and a cable between them: interface {@code near0} with
 * 10.77.0.1 and fd77::1 in the one, {@code far0} with 10.77.0.2 and fd77::2 in the other. Nothing
 * of the machine's own network is touched. Made with {@code ip} (package iproute2); closing it
 * removes everything.
 */
public final class VethPair implements AutoCloseable {
  public static final String NEAR_DEVICE = "near0";
  public static final String FAR_DEVICE = "far0";
  public static final String NEAR_ADDRESS = "10.77.0.1";
  public static final String FAR_ADDRESS = "10.77.0.2";

  private static final Path NAMED_NAMESPACES = Path.of("/run/netns");
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String near;
  private final String far;

  private VethPair(String name) {
    near = name + "-near";
    far = name + "-far";
  }

  /**
   * Makes the namespaces and the pair, with all interfaces up.
   *
   * @throws AssertionError with the messages of {@code ip} where it refuses
   */
  public static VethPair create() {
    String name = "waggle-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    VethPair pair = new VethPair(name);
    try {
      run("ip", "netns", "add", pair.near);
      run("ip", "netns", "add", pair.far);
      run(
          "ip",
          "-n",
          pair.near,
          "link",
          "add",
          NEAR_DEVICE,
          "type",
          "veth",
          "peer",
          "name",
          FAR_DEVICE,
          "netns",
          pair.far);
      up(pair.near, NEAR_DEVICE, NEAR_ADDRESS, "fd77::1");
      up(pair.far, FAR_DEVICE, FAR_ADDRESS, "fd77::2");
      return pair;
    } catch (Error failure) {
      pair.close();
      throw failure;
    }
  }

  private static void up(String namespace, String device, String address4, String address6) {
    // Without this the kernel sends neighbour discovery of its own at times nobody knows.
    run("ip", "-n", namespace, "link", "set", device, "addrgenmode", "none");
    run("ip", "-n", namespace, "addr", "add", address4 + "/24", "dev", device);
    run("ip", "-n", namespace, "addr", "add", address6 + "/64", "dev", device, "nodad");
    run("ip", "-n", namespace, "link", "set", device, "up");
    run("ip", "-n", namespace, "link", "set", "lo", "up");
  }

  /** The file that stands for the namespace of {@code near0}. */
  public Path near() {
    return NAMED_NAMESPACES.resolve(near);
  }

  /** The file that stands for the namespace of {@code far0}. */
  public Path far() {
    return NAMED_NAMESPACES.resolve(far);
  }

  /** Runs {@code ip} in the namespace of {@code near0}. */
  public void nearIp(String... arguments) {
    runIn(near, "ip", arguments);
  }

  /** Runs {@code ip} in the namespace of {@code far0}. */
  public void farIp(String... arguments) {
    runIn(far, "ip", arguments);
  }

  /** Runs {@code tc} in the namespace of {@code near0}; answers what it printed. */
  public String nearTc(String... arguments) {
    return runIn(near, "tc", arguments);
  }

  private static String runIn(String namespace, String program, String... arguments) {
    String[] command = new String[arguments.length + 3];
    command[0] = program;
    command[1] = "-n";
    command[2] = namespace;
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    return run(command);
  }

  /** Removes both namespaces, and with them the interfaces. */
  @Override
  public void close() {
    for (String namespace : List.of(near, far)) {
      if (NAMED_NAMESPACES.resolve(namespace).toFile().exists()) {
        run("ip", "netns", "del", namespace);
      }
    }
  }

  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String messages = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (NativeProgram.await(process) != 0) {
        throw new AssertionError(String.join(" ", command) + "\n" + messages);
      }
      return messages;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
