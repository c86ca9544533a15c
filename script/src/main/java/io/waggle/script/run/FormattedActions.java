package io.waggle.script.run;

import io.waggle.formats.text.ByteText;
import io.waggle.script.output.Output;
import io.waggle.script.output.PrintfFormat;
import io.waggle.script.plan.Action;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What is done with formatted texts beside printing them: messages, files, commands. */
final class FormattedActions {
  private final Output output;
  private final PrintfFormat[] formats;
  private final ByteText text = new ByteText();
  private int errors;

  FormattedActions(int actions, Output output) {
    this.output = output;
    this.formats = new PrintfFormat[actions];
  }

  int errors() {
    return errors;
  }

  void forgetErrors() {
    errors = 0;
  }

  void act(int index, Action.Formatted action, MemorySegment memory, long start) {
    if (formats[index] == null) {
      formats[index] = PrintfFormat.compile(action.format(), action.fields(), output.names());
    }
    text.clear();
    formats[index].write(text, memory, start);
    String words = text.toString();
    switch (action.channel()) {
      case ERROR -> {
        errors++;
        output.message(true, action.where(), words);
      }
      case WARNING -> output.message(false, action.where(), words);
      case CAT -> cat(words, action.most());
      case SYSTEM -> system(words);
    }
  }

  private void cat(String name, int most) {
    try (InputStream input = Files.newInputStream(Path.of(name))) {
      output.cat(input.readNBytes(most));
    } catch (NoSuchFileException e) {
      output.error("failed to open file '" + name + "' (No such file or directory)");
    } catch (IOException e) {
      output.error("failed to open file '" + name + "' (" + e.getMessage() + ")");
    }
  }

  /** The shell runs the command to its end; meanwhile events wait in the kernel. */
  private void system(String command) {
    output.flush();
    try {
      Process process =
          new ProcessBuilder("/bin/sh", "-c", command)
              .redirectInput(Redirect.INHERIT)
              .redirectError(Redirect.INHERIT)
              .start();
      byte[] printed = process.getInputStream().readAllBytes();
      process.waitFor();
      output.system(printed);
    } catch (IOException e) {
      output.error("cannot run '" + command + "': " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
