package io.waggle.script.plan;

import java.util.List;

/**
 * One program and where it is attached.
 *
 * @param program name of the program in {@link Plan#object}
 * @param attachment where
 * @param names the full probe names this stands for, as {@code probe} gives them and as {@code -l}
 *     prints them: one, or one per site of {@link Attachment.Uprobes}
 */
public record ProbePlan(String program, Attachment attachment, List<String> names) {
  public ProbePlan {
    names = List.copyOf(names);
  }
}
