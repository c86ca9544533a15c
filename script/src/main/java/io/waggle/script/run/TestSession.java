package io.waggle.script.run;

import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.script.output.Names;
import io.waggle.script.output.TextOutput;
import io.waggle.script.plan.Attachment;
import io.waggle.script.plan.Plan;
import io.waggle.script.plan.ProbePlan;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Runs the {@code test} probes of a script one after the other, between its {@code begin} and
 * {@code end} probes. A test passes if it returns 0, reports no error by {@code errorf} or {@code
 * assert}, and does not end with another code than 0.
 */
public final class TestSession {
  private final Plan plan;
  private final Kernel kernel;
  private final Target target;

  /** Of a plan that was compiled with its tests; kernel and target remain the caller's. */
  public TestSession(Plan plan, Kernel kernel, Target target) {
    this.plan = plan;
    this.kernel = kernel;
    this.target = target;
  }

  /**
   * How a test ended.
   *
   * @param failure why it failed, empty if it passed
   * @param nanos how long it took
   * @param output what it printed
   */
  public record Result(String name, String failure, long nanos, String output) {
    /** Whether it passed. */
    public boolean passed() {
      return failure.isEmpty();
    }
  }

  /**
   * Runs the tests whose names are wanted.
   *
   * @param results gets each result as soon as it is there
   * @throws RuntimeException as {@link Tracing#attach}
   */
  public void run(Predicate<String> wanted, Consumer<Result> results) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputFile file = OutputFile.to(bytes, BufferMode.FULL);
        Names names = Tracing.names(plan);
        Tracing tracing = Tracing.attach(plan, kernel, new TextOutput(file, file, names), target)) {
      target.release();
      for (ProbePlan probe : plan.probes()) {
        if (probe.attachment() instanceof Attachment.Test(String name) && wanted.test(name)) {
          bytes.reset();
          long start = System.nanoTime();
          String failure = tracing.test(probe);
          long nanos = System.nanoTime() - start;
          file.flush();
          results.accept(new Result(name, failure, nanos, bytes.toString(StandardCharsets.UTF_8)));
        }
      }
      tracing.finish(false);
    }
  }
}
