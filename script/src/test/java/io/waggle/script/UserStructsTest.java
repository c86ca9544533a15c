package io.waggle.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.text.BufferMode;
import io.waggle.formats.text.OutputFile;
import io.waggle.kernel.Kernel;
import io.waggle.script.output.TextOutput;
import io.waggle.script.plan.Plan;
import io.waggle.script.run.Target;
import io.waggle.script.run.Tracing;
import io.waggle.testing.NativeProgram;
import io.waggle.testing.RequiresBpf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Structs that a script defines, read from the memory of a traced program. */
@RequiresBpf
class UserStructsTest {
  /** As the program and the scripts define it. */
  private static final String TYPES =
      """
      enum kind { LEAF, TWIG = 7 };
      struct point { short x, y; };
      struct node {
        struct node *next;
        enum kind kind;
        unsigned low:3, high:13;
        struct point at[3];
        union { long number; char name[6]; };
        const char *text;
        int *numbers[2];
      };
      """;

  @TempDir static Path folder;
  private static String file;

  @BeforeAll
  static void build() {
    file =
        NativeProgram.compile(
                folder,
                "nodes",
                TYPES
                    + """
                    #define PROBED __attribute__((noipa, patchable_function_entry(1)))
                    PROBED long visit(struct node *node, struct node **link, int index) {
                      return node->number + (*link)->low + index;
                    }
                    int main(void) {
                      int one[] = {1, 2}, two[] = {3, 4};
                      struct node second = {0, TWIG, 5, 4000, {{1, 2}, {3, 4}, {5, -6}},
                                            {.name = "birch"}, "second", {one, two}};
                      struct node first = {&second, LEAF, 1, 2, {{0, 0}}, {.number = 42}, "first"};
                      struct node *link = &second;
                      // A probe reads no page that the program has not touched.
                      (void)*(volatile const char *)second.text;
                      return visit(&first, &link, 2) == 0;
                    }
                    """)
            .file()
            .toString();
  }

  private static List<String> trace(String body) {
    String script = TYPES + "uprobe:" + file + ":visit { " + body + " }";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Kernel kernel = Kernel.host();
        Target target = Target.command(List.of(file));
        OutputFile out = OutputFile.to(bytes, BufferMode.FULL)) {
      Plan plan = Script.parse(script).compile(kernel, target).plan();
      TextOutput output = new TextOutput(out, out, Tracing.names(plan));
      try (Tracing tracing = Tracing.attach(plan, kernel, output, target)) {
        target.release();
        tracing.runFor(Duration.ofMinutes(1));
        tracing.finish(true);
      }
    }
    return RuntimeCase.lines(bytes.toString(StandardCharsets.UTF_8));
  }

  @Test
  void fieldsBehindPointers() {
    assertThat(
            trace(
                "$n = (struct node *)arg0; print(($n.number, $n.kind, $n.next.kind));"
                    + " print(($n.next.low, $n->next->high, str($n.next.text), $n.next.name));"
                    + " print($n.next.next.number);"))
        .containsExactly("(42, LEAF, TWIG)", "(5, 4000, second, birch)", "0");
  }

  @Test
  void pointersToPointersAndArraysOfPointers() {
    assertThat(
            trace(
                "$l = (struct node **)arg1; print((*$l).kind); print($l[0].low);"
                    + " print(*(*$l).numbers[1]); print((*$l).numbers[0][1]);"))
        .containsExactly("TWIG", "5", "3", "2");
  }

  @Test
  void wholeStructsAndArraysAreValues() {
    assertThat(
            trace(
                "$n = *((struct node *)arg0).next; print($n.at[1]); @a = $n.at; @s[$n.at[0]] = $n.low;"
                    + " @t = (1, $n.at[2]); print($n.at[0] == $n.at[1]); print(str($n.text));"))
        .containsExactly(
            "{ .x = 3, .y = 4 }",
            "false",
            "second",
            "@a: [{ .x = 1, .y = 2 },{ .x = 3, .y = 4 },{ .x = 5, .y = -6 }]",
            "@s[{ .x = 1, .y = 2 }]: 5",
            "@t: (1, { .x = 5, .y = -6 })");
  }

  @Test
  void indexesThatOnlyTheRunShows() {
    assertThat(
            trace(
                "$n = ((struct node *)arg0).next; print($n.at[arg2].y); print($n.at[arg2 + 9].y);"))
        .contains("-6", "0")
        .anyMatch(line -> line.contains("WARNING: Array access out of bounds"));
  }

  @Test
  void pointersKeepTheirTypeInMaps() {
    assertThat(
            trace(
                "@n[tid] = (struct node *)arg0; print(@n[tid].next.kind); delete(@n, tid);"
                    + " $p = &((struct node *)arg0).next.at[1]; print($p.y); print((*$p).x);"))
        .containsExactly("TWIG", "4", "3");
  }
}
