package io.waggle.script.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.waggle.testing.Golden;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyntaxErrorTest {
  private static final List<String> WRONG =
      List.of(
          "begin { print(1) ",
          "begin { print(1)",
          "begin",
          "begin { @a[1 = 2 }",
          "begin { print(1) print(2) }",
          "begin { if ($a = 1) { } }",
          "begin { if ($a) print(1) }",
          "begin { if ($a) { } elif ($b) { } }",
          "begin { if ($a and $b) { } }",
          "begin { int x = 1; }",
          "begin { x = 1; }",
          "begin { 1 = 2; }",
          "begin { print('a'); }",
          "begin { print(\"abc); }",
          "begin { print(\"\\q\"); }",
          "begin { print(\"\\xg\"); }",
          "begin { $ = 1 }",
          "begin { print($0) }",
          "begin { print(1.5) }",
          "begin { print(0x) }",
          "begin { print(1x) }",
          "begin { print(08) }",
          "begin { print(18446744073709551616) }",
          "begin { print(300000d) }",
          "begin { print(1,) }",
          "begin { print(1 + ) }",
          "begin { print(if) }",
          "begin { (1)++ }",
          "begin { for ($i : 5) { } }",
          "begin { for (i : 0..5) { } }",
          "begin { $a = { $b = 1; }; }",
          "begin { $a.+ }",
          "begin { $a = if 1 { 2 }; }",
          "begin { $a = (a=1, 2); }",
          "begin { \u00a7 }",
          "begin { /* no end }",
          "begin { } }",
          "{ }",
          "begin /1 { }",
          "u:\"/bin/bash:readline { }",
          "config = { a = ; } begin { }",
          "let @a = hash(1) begin { }",
          "struct A { int b;",
          "begin {\n\tprint(1;\n}",
          "begin { print(\n1\n2) }");

  @Test
  void saysWhatIsWrongAndWhere() {
    StringBuilder all = new StringBuilder();
    for (String script : WRONG) {
      all.append(errorOf(script).getMessage()).append("\n\n");
    }
    Golden.assertMatches(SyntaxErrorTest.class, "syntax-errors.txt", all.toString());
  }

  private static ScriptException errorOf(String script) {
    ScriptException error =
        catchThrowableOfType(
            ScriptException.class, () -> Parser.parse(new Source("stdin", script)));
    assertThat(error).as(script).isNotNull();
    return error;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "-",
        "{",
        "f(",
        "@[",
        "1 ? ",
        "1 ? 2 : ",
        "(int8)",
        "++",
        "if 1 {",
        "1 + ",
        "if 1 { } else ",
        "{ 1 + ",
        "(typeof(",
        "sizeof(typeof(",
        "(a="
      })
  void refusesTreesThatAreTooDeep(String part) {
    assertThat(errorOf("begin { " + part.repeat(20_000))).hasMessageContaining("nesting");
  }

  @Test
  void refusesChainsThatAreTooLong() {
    assertThat(errorOf("begin { $a" + ".0".repeat(20_000))).hasMessageContaining("nesting");
    assertThat(errorOf("begin { $a" + "[0]".repeat(20_000))).hasMessageContaining("nesting");
  }

  @Test
  void marksOnlyTheFirstOfSeveralLines() {
    Source source = new Source("a.bt", "begin {\n\tfoo(1,\n  2);\n}");
    assertThat(Diagnostic.warning(new Span(9, 21), "two lines").render(source))
        .isEqualTo("a.bt:2-3: WARNING: two lines\n\tfoo(1,\n\t~~~~~~\n");
  }
}
