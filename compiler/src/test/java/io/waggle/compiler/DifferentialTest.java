package io.waggle.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Random programs give what they mean, on every target and after every pass. */
class DifferentialTest {
  private static final long PID_TGID = 0x1234_0000_5678L;

  @Property(tries = 1500)
  void v4(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int size) {
    check(seed, size, Target.V4);
  }

  /** Dozens of values in the frame at a time; those not needed together share its few bytes. */
  @Property(tries = 60)
  void large(@ForAll long seed, @ForAll @IntRange(min = 100, max = 200) int size) {
    check(seed, size, Target.V4);
  }

  @Property(tries = 1500)
  void v3(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int size) {
    check(seed, size, Target.V3);
  }

  @Property(tries = 300)
  void keepsInvariants(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int size) {
    for (Pass last : Pass.values()) {
      Program sample = new Sample(seed, size).write(Target.V4);
      Compiler.optimise(sample, last);
      Invariants.check(sample);
    }
  }

  private static void check(long seed, int size, Target target) {
    Sample sample = new Sample(seed, size);
    long[] context = new Random(seed).longs(Sample.WORDS).toArray();
    for (Pass last : Pass.values()) {
      var code = Compiler.compile(sample.write(target), last).code();
      long got = new Machine(code, context, (_, _) -> PID_TGID).run();
      assertThat(got).as("after %s", last).isEqualTo(sample.evaluate(context, PID_TGID));
    }
  }
}
