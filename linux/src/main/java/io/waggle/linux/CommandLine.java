package io.waggle.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A command line split into words without a shell: quotes and backslashes, nothing else. */
public final class CommandLine {
  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  private CommandLine() {}

  /**
   * Splits at blanks. Single quotes keep everything; double quotes keep blanks, and a backslash in
   * them escapes {@code "} and {@code \}; elsewhere a backslash keeps the next character.
   *
   * @throws IllegalArgumentException for a quote that is not closed, or an empty line
   */
  public static List<String> split(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
        char next = line.charAt(++i);
        if (quote == '"' && next != '"' && next != '\\') {
          word.append(c);
        }
        word.append(next);
        inWord = true;
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        inWord = true;
      } else if (c == ' ' || c == '\t' || c == '\n') {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("the command has an unclosed " + quote + ": " + line);
    }
    if (inWord) {
      words.add(word.toString());
    }
    if (words.isEmpty()) {
      throw new IllegalArgumentException("the command is empty");
    }
    return words;
  }

  /**
   * The executable that a command's name stands for: itself when it holds a slash, else the first
   * of that name in the folders of {@code PATH}.
   *
   * @throws CommandNotFoundException when there is none, or it is not executable
   */
  public static Path find(String command) {
    if (command.indexOf('/') >= 0) {
      Path path = Path.of(command);
      return executable(path) ? path.toAbsolutePath() : notFound(command, path);
    }
    String folders = System.getenv().getOrDefault("PATH", DEFAULT_PATH);
    Path present = Path.of(command);
    for (String folder : folders.split(":")) {
      Path path = Path.of(folder, command);
      if (executable(path)) {
        return path.toAbsolutePath();
      }
      present = Files.isRegularFile(path) ? path : present;
    }
    return notFound(command, present);
  }

  private static boolean executable(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }

  private static Path notFound(String command, Path path) {
    if (Files.isDirectory(path) && command.indexOf('/') >= 0) {
      throw new CommandNotFoundException(command, "is a directory");
    }
    boolean there = Files.exists(path) && path.toString().indexOf('/') >= 0;
    throw new CommandNotFoundException(
        command, there ? "is not executable" : "was not found" + where(command));
  }

  private static String where(String command) {
    return command.indexOf('/') >= 0 ? "" : " in PATH";
  }
}
