package io.waggle.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.waggle.script.run.Target;
import io.waggle.testing.Feature;
import io.waggle.testing.Golden;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What users are told about scripts that are well formed and make no sense. */
@RequiresBpf
@Requires(Feature.KERNEL_BTF)
class ScriptErrorTest {
  private static final List<String> WRONG =
      List.of(
          // Names.
          "begin { print(pidd); }",
          "begin { prntf(\"x\"); }",
          "begin { $count = 1; print($coutn); }",
          "begin { @count = 1; print(@coutn); }",
          "begin { let $a; print($a); }",
          "begin { if (1 == 1) { $a = 1; } print($a); }",
          "begin { $a = 1; let $a = 2; }",
          "begin { $i = 1; for ($i : 0..2) { } }",
          // Structs.
          "begin { print(curtask.pidd); }",
          "begin { print(curtask.mm.ownr.pid); }",
          "begin { $t = (struct task_strct *)1; }",
          "begin { $t = *curtask; print($t.com); }",
          "struct foo { int x; } begin { print(((struct foo *)0).y); }",
          "struct foo { int x; } begin { $a = 1; print($a.x); }",
          "struct foo { int x; } begin { $s = *(struct foo *)0; print(*$s); }",
          "struct foo; begin { print(((struct foo *)0).y); }",
          "begin { print(sizeof(struct nothing)); }",
          "begin { print(offsetof(struct task_struct, pidd)); }",
          "begin { print(offsetof(struct task_struct, comm.x)); }",
          // C.
          "struct foo { int x y; } begin { }",
          "struct foo { nothing_t x; } begin { }",
          "struct foo { struct bar b; } begin { }",
          "struct foo { int x[N]; } begin { }",
          "#include <stdio.h>\nbegin { }",
          "#define N (1 +\nbegin { print(N); }",
          // Types over the whole script.
          "begin { @x = 1; }\nend { @x = \"a\"; }",
          "begin { @x[1] = 1; }\nend { @x[\"a\"] = 2; }",
          "begin { @x[1, 2] = 1; @x[1] = 2; }",
          "begin { @x[1] = 1; }\nend { @x = 2; }",
          "begin { $x = 1; $x = \"a\"; }",
          "begin { let $x: uint8 = 300; }",
          "begin { let $x: uint16 = -1; }",
          "begin { let $x: strukt = 1; }",
          "begin { $x = 1 == 1 ? 1 : \"a\"; }",
          "begin { print(1 + \"a\"); }",
          "begin { print(\"a\" < \"b\"); }",
          "begin { if (comm) { } }",
          "begin { $r = (a=1, b=2); $r = (a=1, c=2); }",
          // Casts, arrays and tuples.
          "begin { $a = (int32)\"abcd\"; }",
          "begin { $a = (int8[4])(int64)1; }",
          "begin { $a = (int32[])\"hello\"; }",
          "begin { $a = (string[2])\"long\"; }",
          "begin { $a = (int8[4])1; print($a[4]); }",
          "begin { $a = (int8[4])1; print($a[\"x\"]); }",
          "begin { $a = 1; print($a[0]); }",
          "begin { print((1, 2).5); }",
          "begin { $i = 1; print((1, 2)[$i]); }",
          "begin { print((a=1).b); }",
          "begin { $a = &5; }",
          // Aggregations.
          "begin { @x = count(); @x = sum(5); }",
          "begin { $x = count(); }",
          "begin { @x = hist(1); print(@x > 1); }",
          "begin { @x = hist(1); $y = @x; }",
          "begin { @x = count(); @y = @x; }",
          "begin { @x = count(); @x++; }",
          "begin { @x[1] = hist(1); for ($kv : @x) { } }",
          "begin { @x = 1; for ($kv : @x) { } }",
          "begin { @ = lhist(5, 10, 1, 1); }",
          // Calls.
          "begin { printf(\"%d\\n\", \"a\"); }",
          "begin { printf(\"%d %d\\n\", 1); }",
          "begin { printf(\"%q\\n\", 1); }",
          "begin { exit(\"x\"); }",
          "begin { $x = print(1); }",
          "begin { @a[1] = 1; delete(@a[1], 2); }",
          "begin { print(str($1 + 9)); }",
          "begin { print(getopt(5)); }",
          "begin { print((getopt(\"a\", 1), getopt(\"a\", 2))); }",
          "begin { print(comptime pid); }",
          // Control.
          "begin { break; }",
          "begin { unroll(101) { } }",
          "begin { unroll(pid) { } }",
          "begin { print(1 / 0); }",
          // Macros.
          "macro m(x) { x } begin { m(1, 2); }",
          "macro m($x) { $x++; } begin { m(1 + 1); }",
          "macro m(@x) { @x++; } begin { $a = 1; m($a); }",
          "macro m() { @x++; } begin { m(); }",
          "macro a() { b() } macro b() { a() } begin { a(); }",
          "macro m() { } macro m() { } begin { }",
          "macro m($x, $x) { } begin { }",
          "macro m($x) { let $x = 1; } begin { $a = 1; m($a); }",
          "macro m() { print(1); } begin { $a = m(); }",
          // Maps declared, settings.
          "let @a = stack(10); begin { @a[1] = 1; }",
          "let @a = hash(); begin { @a[1] = 1; }",
          "config = { max_strlen = many } begin { }",
          "config = { max_strln = 5 } begin { }",
          "begin { print(\"" + "long ".repeat(300) + "\"); }");

  @Test
  void saysWhatIsWrongWhereAndWhatToDo() {
    StringBuilder all = new StringBuilder();
    for (String script : WRONG) {
      Throwable error =
          catchThrowable(
              () -> {
                try (Target target = Target.everything()) {
                  Script.parse(script).types(target);
                }
              });
      assertThat(error).as(script).isNotNull();
      all.append(shortened(error.getMessage())).append("\n\n");
    }
    Golden.assertMatches(ScriptErrorTest.class, "script-errors.txt", all.toString());
  }

  /** The one line that is long has to be long. */
  private static String shortened(String message) {
    return message.replaceAll("(long ){9,}", "(long)... ").replaceAll("~{200,}", "~~~...");
  }
}
