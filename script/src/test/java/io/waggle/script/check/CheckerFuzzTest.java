package io.waggle.script.check;

import io.waggle.script.syntax.ScriptException;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever parses is refused with a {@link ScriptException}, or becomes a tree of sound types. */
class CheckerFuzzTest {

  @Property(tries = 1000)
  void anyScript(@ForAll long seed) {
    String text = new ScriptGenerator(new Random(seed)).script();
    Optional<CheckedScript> checked = check(text);
    checked.ifPresent(script -> requireSound(script, text));
  }

  private static void requireSound(CheckedScript script, String text) {
    try {
      TypedTree.requireSound(script);
    } catch (AssertionError e) {
      throw new AssertionError("not sound: " + text, e);
    }
  }

  private static Optional<CheckedScript> check(String text) {
    try {
      return Optional.of(CheckerTest.check(text, "5", "two"));
    } catch (ScriptException e) {
      return Optional.empty();
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("for " + text, e);
    }
  }
}
