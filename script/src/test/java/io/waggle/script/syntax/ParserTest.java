package io.waggle.script.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What scripts mean, shown by the printer's parentheses. */
class ParserTest {

  private static Script parse(String text) {
    return Parser.parse(new Source("stdin", text));
  }

  private static Expr expression(String text) {
    Stmt only = parse("begin { _ = " + text + " }").probes().getFirst().body().getFirst();
    return ((Expr.Call) ((Stmt.Evaluate) only).expression()).arguments().getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '\0',
      value = {
        "1 + 2 * 3                => 1 + (2 * 3)",
        "1 - 2 - 3                => (1 - 2) - 3",
        "(1 + 2) * 3              => (1 + 2) * 3",
        "1 + 2 << 3               => (1 + 2) << 3",
        "1 << 2 < 3               => (1 << 2) < 3",
        "1 < 2 == 3               => (1 < 2) == 3",
        "1 & 2 == 3               => 1 & (2 == 3)",
        "1 | 2 ^ 3 & 4            => 1 | (2 ^ (3 & 4))",
        "1 || 2 && 3              => 1 || (2 && 3)",
        "1 ? 2 : 3 ? 4 : 5        => 1 ? 2 : (3 ? 4 : 5)",
        "$a ?: 5                  => $a ? $a : 5",
        "-1 + !2                  => (-1) + (!2)",
        "-$x++                    => -($x++)",
        "--$x                     => --$x",
        "~$x & 1                  => (~$x) & 1",
        "*$p + 1                  => (*$p) + 1",
        "&$a                      => &$a",
        "$x - -1                  => $x - (-1)",
        "@++                      => @++",
        "@a[1, \"b\"]--           => @a[1, \"b\"]--",
        "@a[(1, 2)]               => @a[1, 2]",
        "@a[1,2,(3,4)]            => @a[1, 2, (3, 4)]",
        "(@a)[1]                  => (@a)[1]",
        "$t.0.1                   => $t.0.1",
        "$t[0]                    => $t[0]",
        "args.filename            => args.filename",
        "args->filename           => args->filename",
        "$p->a.b                  => $p->a.b",
        "(int8)$x                 => (int8)$x",
        "(uint64)-1               => (uint64)(-1)",
        "(int32*)arg0             => (int32*)arg0",
        "*(int32 *)arg0           => *((int32*)arg0)",
        "(struct foo *)$x         => (struct foo*)$x",
        "(unsigned long)1         => (unsigned long)1",
        "(int8[8])12345           => (int8[8])12345",
        "(int8[])\"text\"         => (int8[])\"text\"",
        "(string[64])arg0         => (string[64])arg0",
        "(foo)$x                  => (foo)$x",
        "(foo)                    => foo",
        "(pid)*2                  => pid * 2",
        "(pid) + 2                => pid + 2",
        "(1,)                     => (1,)",
        "()                       => ()",
        "(1, (\"a\", 2))          => (1, (\"a\", 2))",
        "sizeof(uint32)           => sizeof(uint32)",
        "sizeof(struct foo*[4])   => sizeof(struct foo*[4])",
        "sizeof($x)               => sizeof(($x))",
        "sizeof((x)[1])           => sizeof((x[1]))",
        "offsetof(struct a, b.c)  => offsetof(struct a, b.c)",
        "f(1, g())                => f(1, g())",
        "greet!(1)                => greet(1)",
        "$a != (1)                => $a != 1",
        "(a=1, b=(2, \"x\"))       => (a=1, b=(2, \"x\"))",
        "(typeof($x)*)$y          => (typeof(($x))*)$y",
        "(typeof(uint8*))-1       => (uint8*)(-1)",
        "sizeof(typeof(int8)*)    => sizeof(int8*)",
        "offsetof($x, a)          => offsetof(typeof(($x)), a)",
        "m(typeof(struct foo))    => m(typeof(struct foo))",
        "typeinfo($x).full_ty     => typeinfo(typeof(($x))).full_ty",
        "comptime (1 == 1)        => comptime(1 == 1)",
        "if 1 { 2 } else { 3 }    => 1 ? ({\\n  2\\n}) : ({\\n  3\\n})",
        "{ $a = 1; $a } + 1       => ({\\n  $a = 1;\\n  $a\\n}) + 1",
      })
  void readsExpressions(String text, String printed) {
    assertThat(AstPrinter.print(expression(text))).isEqualTo(printed.replace("\\n", "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0                    | 0",
        "1_000_123            | 1000123",
        "0x1F                 | 31",
        "0XffUL               | 255",
        "0123                 | 83",
        "2e3                  | 2000",
        "123UL                | 123",
        "1ns                  | 1",
        "2us                  | 2000",
        "3ms                  | 3000000",
        "4s                   | 4000000000",
        "1m                   | 60000000000",
        "1h                   | 3600000000000",
        "1d                   | 86400000000000",
        "9223372036854775807  | 9223372036854775807",
        "18446744073709551615 | 18446744073709551615",
        "0xffffffffffffffff   | 18446744073709551615",
        "0e99999999           | 0",
      })
  void readsNumbers(String text, String value) {
    assertThat(AstPrinter.print(expression(text))).isEqualTo(value);
  }

  @Test
  void resolvesEscapes() {
    assertThat(((Expr.Text) expression("\"a\\n\\t\\\\\\\"\\033[31m\\x41\\xc3\\xa4\"")).value())
        .isEqualTo("a\n\t\\\"\033[31mA\u00e4");
  }

  @Test
  void readsPositionalParameters() {
    assertThat(expression("$12"))
        .isInstanceOfSatisfying(Expr.Positional.class, it -> assertThat(it.index()).isEqualTo(12));
    assertThat(expression("$#")).isInstanceOf(Expr.PositionalCount.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "begin                                   | begin",
        "BEGIN                                   | BEGIN",
        "kprobe:tcp_*                            | kprobe;tcp_*",
        "t:syscalls:sys_enter_openat             | t;syscalls;sys_enter_openat",
        "u:/bin/bash:readline                    | u;/bin/bash;readline",
        "u:./a/b:f+0x10                          | u;./a/b;f+0x10",
        "u:\"/my dir/a\":\"ns::f(int)\"          | u;/my dir/a;ns::f(int)",
        "u:libc:cpp:\"A::*\"                     | u;libc;cpp;A::*",
        "iter:task:/sys/fs/bpf/x                 | iter;task;/sys/fs/bpf/x",
        "h:cache-misses:1e6                      | h;cache-misses;1e6",
        "h:cache-misses:                         | h;cache-misses;",
        "u:$1:$2                                 | u;$1;$2",
        "name=kprobe:f                           | kprobe;f",
        "w:0x10000000:8:rw                       | w;0x10000000;8;rw",
        "u:/bin/bash@readline.c:362              | u;/bin/bash@readline.c;362",
      })
  void readsAttachPoints(String text, String parts) {
    for (String rest : List.of(" { }", "{}", "/1/{}", " /1/ { }", "\n{}", "/* c */{}")) {
      if (rest.startsWith("/") && (text.endsWith(":") || text.contains(":/sys"))) {
        continue; // what follows would be a path
      }
      Script.AttachPoint point = parse(text + rest).probes().getFirst().attachPoints().getFirst();
      assertThat(String.join(";", point.kind(), String.join(";", point.parts())))
          .as(text + rest)
          .isEqualTo(point.parts().isEmpty() ? parts + ";" : parts);
    }
  }

  @Test
  void readsListsOfAttachPoints() {
    Script script = parse("k:a, u:/b/c:d ,\n  // why\n t:e:f, {}");
    assertThat(script.probes().getFirst().attachPoints())
        .extracting(Script.AttachPoint::text)
        .containsExactly("k:a", "u:/b/c:d", "t:e:f");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "/pid == 1/           | pid == 1",
        "/@[tid]/             | @[tid]",
        "/arg0 / 2 == 1/      | (arg0 / 2) == 1",
        "/(arg0 / 2) == 1/    | (arg0 / 2) == 1",
        "/@a[arg0 / 2]/       | @a[arg0 / 2]",
        "/has_key(@a, 1 / 1)/ | has_key(@a, 1 / 1)",
      })
  void readsPredicates(String predicate, String printed) {
    Expr read = parse("begin " + predicate + " { }").probes().getFirst().predicate().orElseThrow();
    assertThat(AstPrinter.print(read)).isEqualTo(printed);
  }

  @Test
  void readsWholeScripts() {
    String script =
        """
        #!/usr/bin/env waggle
        #include <linux/sched.h>
        #define RED "\\033[31m" \\
          "more"
        struct Foo { int a; char b[4]; }
        enum { A = 1, B };
        typedef struct { int x; } foo_t;
        import "lib.bt";
        config = { stack_mode=perf; max_map_keys = 2; license = "Dual BSD/GPL" }
        let @a = lruhash(100);
        macro one() { 1 }
        fn f($a : int64, $b : string[64]) : void { return; }
        /* both */
        begin, end { printf("hi\\n") }
        t:a:b /pid/ {
          let $x;
          let $y: uint8 = 1;
          $x <<= 2;
          @a[1] += 3;
          if ($x) { } else if $y { @++ } else { --@ }
          while (1) { break; continue }
          for ($i : 0..$x + 1) { print($i) }
        }
        """;
    assertThatThrownBy(() -> parse(script)).hasMessageContaining("unexpected +, expected )");
    String printed = AstPrinter.print(parse(script.replace("$x + 1", "($x + 1)")));
    assertThat(printed)
        .isEqualTo(
            """
            #include <linux/sched.h>

            #define RED "\\033[31m" \\
              "more"

            struct Foo { int a; char b[4]; }

            enum { A = 1, B };

            typedef struct { int x; } foo_t;

            import "lib.bt";
            config = {
              stack_mode = "perf";
              max_map_keys = "2";
              license = "Dual BSD/GPL";
            }
            let @a = lruhash(100);
            macro one() {
              1
            }
            fn f($a : int64, $b : string[64]) : void {
              return;
            }
            begin,
            end {
              printf("hi\\n");
            }
            t:a:b /pid/ {
              let $x;
              let $y: uint8 = 1;
              $x <<= 2;
              @a[1] += 3;
              if $x {
              } else if $y {
                @++;
              } else {
                --@;
              }
              while (1) {
                break;
                continue;
              }
              for ($i : 0..($x + 1)) {
                print($i);
              }
            }
            """);
    assertThat(AstPrinter.print(parse(printed))).isEqualTo(printed);
  }

  @Test
  void tellsScopesFromBlocksWithAValue() {
    List<Stmt> body = parse("begin { { $a = 1; } { $a } $b = { 1 }; }").probes().getFirst().body();
    assertThat(body.get(0)).isInstanceOf(Stmt.Scope.class);
    assertThat(body.get(1)).isInstanceOf(Stmt.Evaluate.class);
    assertThat(((Stmt.Assign) body.get(2)).value()).isInstanceOf(Expr.Block.class);
  }

  @Test
  void anIfMayEndABlockWithAValue() {
    assertThat(AstPrinter.print(expression("{ if $a { 1 } else if $b { 2 } else { $c = 3; $c } }")))
        .isEqualTo(
            """
            ({
              $a ? ({
                1
              }) : ($b ? ({
                2
              }) : ({
                $c = 3;
                $c
              }))
            })""");
  }

  @Test
  void readsAttributesOfDefinitions() {
    Script script =
        parse("struct a { int x; } __attribute__((packed)) __attribute__((aligned(1))) begin { }");
    assertThat(script.definitions().getFirst().text()).endsWith("__attribute__((aligned(1)))");
    assertThat(script.probes()).hasSize(1);
  }

  @Test
  void placesEverything() {
    String text = "begin { $abc = foo(1, $b); }";
    Stmt.Assign assign = (Stmt.Assign) parse(text).probes().getFirst().body().getFirst();
    assertThat(part(text, assign.target().span())).isEqualTo("$abc");
    assertThat(part(text, assign.value().span())).isEqualTo("foo(1, $b)");
    assertThat(part(text, assign.span())).isEqualTo("$abc = foo(1, $b)");
  }

  private static String part(String text, Span span) {
    return text.substring(span.start(), span.end());
  }
}
