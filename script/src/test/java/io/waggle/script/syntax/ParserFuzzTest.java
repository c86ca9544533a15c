package io.waggle.script.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever comes in, a tree or a {@link ScriptException} comes out. */
class ParserFuzzTest {
  private static final List<String> TOKENS =
      List.of(
          "begin",
          "end",
          "kprobe:f",
          "u:/bin/a:b",
          "t:a:b",
          "/",
          "{",
          "}",
          "(",
          ")",
          "[",
          "]",
          ";",
          ",",
          ":",
          "?",
          "=",
          "==",
          "<",
          "<<",
          "<<=",
          "+",
          "++",
          "+=",
          "-",
          "->",
          "*",
          "&",
          "&&",
          "!",
          "~",
          ".",
          "..",
          "$a",
          "$b",
          "@",
          "@x",
          "$1",
          "$#",
          "1",
          "0x1f",
          "5ms",
          "07",
          "1e3",
          "18446744073709551615",
          "\"s\"",
          "\"\\n\"",
          "pid",
          "args",
          "printf",
          "count",
          "_",
          "x",
          "if",
          "else",
          "while",
          "for",
          "unroll",
          "let",
          "break",
          "continue",
          "return",
          "true",
          "sizeof",
          "offsetof",
          "int8",
          "struct",
          "foo",
          "size_t",
          "config",
          "import",
          "macro",
          "fn",
          "enum",
          "typeof",
          "comptime",
          "(typeof(",
          "(a=",
          "#",
          "\n",
          "//",
          "/*",
          "*/",
          "\"",
          "'",
          "\\");

  private static final List<String> SCRIPTS =
      List.of(
          "begin { printf(\"%d %s\\n\", pid, comm); exit(); }",
          "t:syscalls:sys_enter_openat /pid == $1/ { @[comm, args.flags] = count(); }",
          "u:libc:malloc { @bytes = hist(arg0); $x = (int32)arg1; @y[$x & 7] += 1ms; }",
          "i:s:1 { if ($a > 1) { print(@x, 5); } else if $b { clear(@x) } else { @x++; } }",
          "begin { for ($i : 0..5) { $t = (1, \"a\", ($i, 2)); print($t.2.0); } }",
          "end { for ($kv : @x) { unroll(3) { $kv = { let $z: uint8 = 1; $z } ; } } return 1; }",
          "let @m = lruhash(10); macro f($a, b) { $a += b } begin { _ = sizeof(struct foo*); }");

  @Provide
  Arbitrary<String> soup() {
    return Arbitraries.of(TOKENS).list().ofMaxSize(40).map(tokens -> String.join(" ", tokens));
  }

  @Provide
  Arbitrary<String> bodies() {
    return soup().map(soup -> "begin { " + soup + " }");
  }

  @Provide
  Arbitrary<String> mutants() {
    Arbitrary<String> script = Arbitraries.of(SCRIPTS);
    Arbitrary<Integer> at = Arbitraries.integers().between(0, 200);
    Arbitrary<Integer> drop = Arbitraries.integers().between(0, 4);
    Arbitrary<String> put = Arbitraries.of(TOKENS).optional(0.7).map(it -> it.orElse(""));
    return net.jqwik.api.Combinators.combine(script, at, drop, put)
        .as(
            (text, start, length, with) -> {
              int from = Math.min(start, text.length());
              int to = Math.min(from + length, text.length());
              return text.substring(0, from) + with + text.substring(to);
            });
  }

  @Property(tries = 3000)
  void anyTokens(@ForAll("soup") String text) {
    roundTrip(text);
  }

  @Property(tries = 3000)
  void anyTokensInAProbe(@ForAll("bodies") String text) {
    roundTrip(text);
  }

  @Property(tries = 3000)
  void mutatedScripts(@ForAll("mutants") String text) {
    roundTrip(text);
  }

  @Property(tries = 500)
  void anyText(@ForAll String text) {
    roundTrip(text);
  }

  private static void roundTrip(String text) {
    Optional<Script> script = parse(text);
    if (script.isPresent()) {
      String printed = AstPrinter.print(script.get());
      assertThat(AstPrinter.print(Parser.parse(new Source("printed", printed))))
          .as("printed from %s", text)
          .isEqualTo(printed);
    }
  }

  private static Optional<Script> parse(String text) {
    try {
      return Optional.of(Parser.parse(new Source("stdin", text)));
    } catch (ScriptException e) {
      assertThat(e.diagnostics()).isNotEmpty();
      assertThat(e.getMessage()).contains("ERROR: ");
      return Optional.empty();
    }
  }
}
