package io.waggle.cli;

import io.waggle.formats.text.ByteText;
import io.waggle.formats.text.Json;
import io.waggle.kernel.Kernel;
import io.waggle.script.Script;
import io.waggle.script.probes.Wildcard;
import io.waggle.script.run.Target;
import io.waggle.script.run.TestSession;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the tests of a script and reports each.
 *
 * @param name which tests, a pattern
 * @param json whether each result is an object on a line
 * @param all whether to show what passing tests printed
 */
record TestRun(
    TraceOptions.Source source,
    List<String> arguments,
    String name,
    boolean json,
    boolean all,
    boolean unsafe) {

  /** The exit status: 0 if there are tests and all pass. */
  int run(PrintStream out) {
    return Failures.told(() -> tests(out), false);
  }

  private int tests(PrintStream out) {
    Script script =
        ScriptSource.read(source).withParameters(arguments).withUnsafe(unsafe).withTests();
    List<TestSession.Result> results = new ArrayList<>();
    Wildcard pattern = new Wildcard(name);
    try (Kernel kernel = Kernel.host();
        Target target = Target.everything()) {
      Script.Compilation compiled = script.compile(kernel, target);
      new TestSession(compiled.plan(), kernel, target)
          .run(
              pattern::matches,
              result -> {
                results.add(result);
                out.print(json ? object(result) : lines(result));
              });
    }
    long failed = results.stream().filter(result -> !result.passed()).count();
    if (!json) {
      out.println(
          results.size()
              + (results.size() == 1 ? " test, " : " tests, ")
              + (results.size() - failed)
              + " passed, "
              + failed
              + " failed");
    }
    return failed > 0 || results.isEmpty() ? TraceRun.FAILED : Main.OK;
  }

  private String lines(TestSession.Result result) {
    StringBuilder text = new StringBuilder();
    text.append(result.passed() ? "ok    " : "FAIL  ").append(result.name());
    text.append(" (").append(result.nanos() / 1_000).append(" us)");
    if (!result.passed()) {
      text.append(": ").append(result.failure());
    }
    text.append('\n');
    if (all || !result.passed()) {
      result.output().lines().forEach(line -> text.append("      ").append(line).append('\n'));
    }
    return text.toString();
  }

  private static String object(TestSession.Result result) {
    ByteText text = new ByteText();
    text.put("{\"type\": \"test_result\", \"data\": {");
    Json.string(text, result.name());
    text.put(": {\"duration\": ").decimal(result.nanos());
    text.put(", \"passed\": ").put(result.passed() ? "true" : "false");
    text.put(", \"failure\": ");
    Json.string(text, result.failure());
    text.put(", \"output\": ");
    Json.string(text, result.output());
    return text.put("}}}\n").toString();
  }
}
