package io.waggle.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Does once what starts of the tool do, so that the JVM can put the classes they load into its AOT
 * cache. The launcher runs it after each build and shows nothing that it prints. It traces no other
 * process than itself.
 */
final class Rehearsal {
  private static final String MANY_VALUES =
      """
      BEGIN {
        $text = "text"; @count[pid, comm] = count(); @sum = sum(nsecs); @average = avg(3);
        @sizes = hist(17); @lines = lhist(17, 0, 100, 10); @last = $text; @most = max(1);
        if ($1 > 0) { printf("%d %s %-8x %s\\n", tid, $text, uid, str($2)); }
        print((1, "two")); time("%H:%M:%S\\n"); print(@sum); clear(@sum); delete(@last);
        exit();
      }
      END { printf("end\\n"); }
      """;
  private static final String PROBES =
      """
      uprobe:libc:malloc { @bytes = hist(arg0); @calls[tid] = count(); }
      uretprobe:libc:malloc /retval != 0/ { @results = count(); }
      tracepoint:syscalls:sys_enter_openat { printf("%s %s\\n", comm, str(args.filename)); }
      profile:hz:99 { @ = count(); }
      """;

  private Rehearsal() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    String self = Long.toString(ProcessHandle.current().pid());
    run("--version");
    run("trace", "-e", "BEGIN { exit(); }");
    run("trace", "-e", MANY_VALUES, "1", "two");
    run("trace", "-q", "-f", "json", "-B", "full", "-e", MANY_VALUES, "1", "two");
    run("trace", "--dry-run", "-p", self, "-e", PROBES);
    run("trace", "-e", "interval:ms:20 { exit(); }");
    run("trace", "-c", "true", "-e", "BEGIN { printf(\"%d\\n\", cpid); }");
    run("trace", "-l", "tracepoint:sched:*");
    run("trace", "-l", "uprobe:libc:str*");
    run("trace", "-e", "BEGIN { @ = no_such_function(); }");
    run("trace", "--no-such-option");
    run("features", "system");
    runPackage(self);
  }

  /** Sees no event: nobody asks for a parent. The resource tells how it is made. */
  private static void runPackage(String pid) {
    try (InputStream content = Rehearsal.class.getResourceAsStream("rehearsal.json")) {
      Path file = Files.createTempFile("waggle", ".json");
      try {
        Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
        run("run", "-d", "1", file.toString(), "--pid_target", pid);
        run("needs", file.toString());
      } finally {
        Files.delete(file);
      }
    } catch (IOException noSpace) {
      // As below: the cache lacks it then.
    }
  }

  private static void run(String... arguments) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    try {
      Main.run(arguments, nowhere, nowhere);
    } catch (RuntimeException unforeseen) {
      // The cache is the better for what has run; a command's user will see what has not.
    }
  }
}
