package io.waggle.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text that is compared with a file in the test's resources, in the folder of the test's package.
 * {@code mvn test -Dgolden.update=true} writes what the tests produced in place of comparing it;
 * the difference is then reviewed like any other change.
 */
public final class Golden {
  private Golden() {}

  /**
   * Fails, showing both, where the text is not what {@code src/test/resources/PACKAGE/NAME} holds.
   */
  public static void assertMatches(Class<?> test, String name, String actual) {
    if (Boolean.getBoolean("golden.update")) {
      write(test, name, actual);
      return;
    }
    try (InputStream expected = test.getResourceAsStream(name)) {
      if (expected == null) {
        throw new AssertionError(
            "no golden file " + name + "; -Dgolden.update=true writes it:\n" + actual);
      }
      assertThat(actual)
          .as("golden file %s", name)
          .isEqualTo(new String(expected.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void write(Class<?> test, String name, String text) {
    // Surefire runs each module's tests in the module's folder.
    Path file =
        Path.of("src/test/resources", test.getPackageName().replace('.', '/')).resolve(name);
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
