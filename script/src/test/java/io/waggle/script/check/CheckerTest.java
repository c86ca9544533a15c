package io.waggle.script.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.script.plan.Attachment;
import io.waggle.script.syntax.Parser;
import io.waggle.script.syntax.Script;
import io.waggle.script.syntax.ScriptException;
import io.waggle.script.syntax.Source;
import io.waggle.script.types.CTypes;
import io.waggle.script.types.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckerTest {
  static CheckedScript check(String text, String... parameters) {
    return check(
        text,
        new CheckOptions(
            List.of(parameters),
            Map.of(),
            64,
            false,
            false,
            Type.StackMode.BPFTRACE,
            Map.of("max_strlen", 64L),
            Machine.UNKNOWN));
  }

  static CheckedScript check(String text, CheckOptions options) {
    Script script = Parser.parse(new Source("stdin", text));
    List<Clause> clauses = new ArrayList<>();
    for (Script.Probe probe : script.probes()) {
      Script.AttachPoint point = probe.attachPoints().getFirst();
      Attachment attachment =
          switch (point.kind()) {
            case "begin", "BEGIN" -> new Attachment.Begin();
            case "end", "END" -> new Attachment.End();
            case "uprobe", "uretprobe" ->
                new Attachment.Uprobes(
                    "/bin/x",
                    point.kind().equals("uretprobe"),
                    List.of(new Attachment.Site("f", 16)));
            case "tracepoint" -> new Attachment.Tracepoint("cat", "name");
            default -> throw new IllegalArgumentException(point.kind());
          };
      clauses.add(new Clause(probe, List.of(new Place(attachment, List.of(point.text())))));
    }
    ProbeFields fields =
        attachment ->
            List.of(
                new ProbeField("count", Type.Int.UINT32, 8, ProbeField.Form.VALUE),
                new ProbeField("path", new Type.Text(64), 16, ProbeField.Form.TEXT));
    return Checker.check(script, clauses, fields, CTypes.NONE, options);
  }

  private static Type value(CheckedScript script, String map) {
    return script.maps().stream()
        .filter(symbol -> symbol.name().equals(map))
        .findFirst()
        .orElseThrow()
        .value();
  }

  @Test
  void typesGrowOverTheWholeScript() {
    CheckedScript script =
        check("begin { @a = \"ab\"; print(@k[1]); } end { @a = \"abcdef\"; @k[(uint64)2] = pid; }");
    assertThat(value(script, "@a")).isEqualTo(new Type.Text(7));
    assertThat(value(script, "@k")).isEqualTo(Type.Int.UINT64);
    assertThat(script.maps().get(1).key()).contains(Type.Int.UINT64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "begin { $a = 1; $a++; $b = $a > 2 ? \"x\" : \"long\"; printf(\"%s %d\\n\", $b, $a); }",
        "uprobe:/bin/x:f /arg0 > 10 && comm == \"x\"/ { @[arg0, comm] = count(); }",
        "uprobe:/bin/x:f { @ = hist(arg0, 2); @s = stats(arg1); @l = lhist(arg0, 0, 100, 10); }",
        "begin { @x[1] = 1; for ($kv : @x) { print($kv.0); print($kv); } }",
        "begin { for ($i : 0..10) { if ($i == 5) { break; } continue; } unroll(3) { @u++; } }",
        "begin { @c = count(); if (@c > 5) { exit(3); } $x = (int64)@c; print($x); }",
        "begin { let $a: uint16 = 5; $a = $a + 1; $t = (1, \"a\", (2, 3)); print($t.2.0); }",
        "begin { @a[1,2] = 1; delete(@a[1,2]); delete(@a, (1,2)); clear(@a); zero(@a); print(@a, 3,"
            + " 2); }",
        "tracepoint:cat:name { @[args.path] = sum(args.count); @p[args->path] = args.count; }",
        "tracepoint:cat:name { $a = args; print(args); print($a.count); @[args] = 1; }",
        "begin { $p = (uint64 *)1; print(str($p + 1)); time(); print(strftime(\"%H\", nsecs)); }",
        "begin { @ += 5; @b[1] -= 2; print(-5); print(!true); print({ $q = 1; $q + 2 }); }",
        "begin { print(strncmp(\"a\", comm, 3)); print(strlen(comm)); print(buf(0, 8)); }",
        "begin { print(len(@m)); @m[comm] = 1; _ = has_key(@m, \"a\"); join(0, \",\"); return; }",
        "begin { @c = count; @[pid()] = count(); print(comm()); print(__builtin_tid); exit; }",
        "begin { $p = (int32*)8; $p++; print(--$p); @ = (int16*)8; @--; print(++@); }",
        "begin { @[buf(\"key\", 3)] = 1; print(buf(comm)); @b = buf(\"x\", 8); }",
        "begin { $b = buf(\"a\", 1); print($b == buf(\"bc\", 2)); @ = { let $a = 1; avg($a) }; }",
        "begin { print(nsecs(sw_tai)); @a = \"text\"; print(comm == @a); print((1, comm) != (2,"
            + " @a)); }",
        "begin { print(str($2 + 1)); $x = $1 + 1; print(if $1 { 1 } else { 2 }); }",
        "uretprobe:/bin/x:f { @[func, probe] = avg(retval); print($1 + 1); print(str($2)); }",
      })
  void accepts(String text) {
    assertThat(check(text, "1", "two").probes()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "begin { print(pidd); } | Unknown identifier: 'pidd'",
        "begin { print(pidd); } | HINT: did you mean pid?",
        "begin { prntf(\"x\"); } | did you mean printf?",
        "begin { print($x); } | Undefined or undeclared variable: $x",
        "begin { print(@x); } | Undefined map: @x",
        "begin { @x = 1; @x = \"a\"; } | Type mismatch for @x: trying to assign value of type 'string[2]'",
        "begin { @x = count(); @x = sum(5); } | of type 'usum_t' when map already has a value type 'count_t'",
        "begin { @x[1] = 1; @x = 2; } | used as a map without an explicit key",
        "begin { @x[1] = 1; @x[\"a\"] = 2; } | Type mismatch for @x: trying to assign key of type",
        "begin { $x = 1; $x = \"a\"; } | Type mismatch for $x",
        "begin { $x = count(); } | count() must be assigned directly to a map",
        "begin { @x = hist(1); print(@x > 1); } | hist_t",
        "begin { print(retval); } | The retval builtin can only be used with",
        "begin { print(arg0); } | The arg0 builtin can only be used with",
        "begin { print(args.x); } | The args builtin can only be used with",
        "tracepoint:cat:name { print(args.pathh); } | did you mean path?",
        "begin { printf(\"%d\\n\", \"a\"); } | %d specifier expects a value of type integer",
        "begin { printf(\"%d\\n\"); } | Not enough arguments",
        "begin { break; } | break can only be used inside a loop",
        "begin { let $a: uint16 = 70000; } | Type mismatch for $a",
        "begin { unroll(101) { } } | unroll maximum value is 100",
        "begin { unroll(0) { } } | unroll minimum value is 1",
        "begin { print(kstack(bpf)); } | Invalid value for stack_mode: 'bpf'",
        "begin { print(kstack(1025)); } | kstack([int limit]): limit shouldn't exceed 1024, 1025"
            + " given",
        "begin { print(ustack(0)); } | limit must be at least 1, 0 given",
        "begin { print(kstack(3, perf)); } | Expected stack mode as first argument",
        "begin { print(kstack(build_id)); } | 'build_id' stack mode can only be used for ustack",
        "begin { print(kstack(comm == \"a\")); } | kstack() expects an integer literal here",
        "begin { print(ntop(\"text\")); } | ntop() expects an integer or array argument",
        "begin { print(macaddr(1)); } | macaddr() only supports arrays of 6 bytes",
        "begin { print(bswap(\"a\")); } | bswap() only supports integer arguments (string[2]"
            + " provided)",
        "begin { print(reg(\"ip\")); } | reg() can not be used with 'begin' probes",
        "uprobe:/bin/x:f { print(reg(\"rip\")); } | 'rip' is not a valid register on this"
            + " architecture",
        "uprobe:/bin/x:f { print(reg(\"ipp\")); } | did you mean ip?",
        "begin { print(kaddr(\"no\")); } | Failed to resolve kernel symbol: no",
        "begin { print(kaddr(comm)); } | kaddr() expects a string literal",
        "begin { print(len(5)); } | call to len() expects a map, ustack, or kstack",
        "begin { @ = 1; print(len(@)); } | call to len() expects a map with explicit keys",
        "begin { @m[1] = 1; find(@m, 1, 5); } | find() expects a scratch variable",
        "begin { @m[1] = 1; $s = \"a\"; _ = find(@m, 1, $s); } | Type mismatch for $s",
        "begin { print(strstr(1, \"a\")); } | strstr() only supports string arguments",
        "begin { print(memcmp(\"a\", \"b\", 3)); } | can compare 0 to 2 bytes of these values (3)",
        "begin { print(strerror(\"a\")); } | strerror() only supports int arguments",
        "begin { print(cgroupid(\"/no/such\")); } | Failed to get cgroup id for path: /no/such",
        "begin { @ = tseries(1, 0, 5); } | tseries() interval_ns must be >= 1 (0 provided)",
        "begin { @ = tseries(1, 1s, 0); } | tseries() num_intervals must be >= 1 (0 provided)",
        "begin { @ = tseries(1, 1s, 2000); } | tseries() num_intervals must be < 1366 (2000"
            + " provided)",
        "begin { @ = tseries(1, 1s, 5, \"mean\"); } | avg, max, min, sum (\"mean\" provided)",
        "begin { @ = tseries(1, 1s, 5); @ = tseries(1, 1s, 6); } | Type mismatch for @",
        "begin { unwatch(\"x\"); } | unwatch() expects an address (string[2] provided)",
        "begin { print(dw_ustack); } | dw_ustack is not supported",
        "begin { system(\"ls\"); } | system() is unsafe. To use you need the --unsafe flag",
        "uprobe:/bin/x:f { signal(\"KILL\"); } | signal() is unsafe",
        "uprobe:/bin/x:f { override(1); } | override() is unsafe",
        "uprobe:/bin/x:f { _ = write_user(arg0, \"x\", 1); } | write_user() is unsafe",
        "begin { fail(\"Got %d of %s\", 5, \"it\"); } | ERROR: Got 5 of it",
        "begin { fail(\"Got %d\", pid); } | fail() can only format values that are known",
        "begin { static_assert(1 > 2, \"no order\"); } | ERROR: no order",
        "begin { static_assert(pid == 2, \"x\"); } | needs a condition that is known when compiled",
        "begin { errorf(\"%d\", \"a\"); } | errorf: %d specifier expects a value of type integer",
        "begin { debugf(\"%d %d %d %d\", 1, 2, 3, 4); } | debugf() takes up to 4 arguments (5"
            + " provided)",
        "begin { debugf(\"%s\", kstack(1)); } | debugf() can print integers and strings only",
        "begin { assert_str(1); } | string-like values must be either strings, arrays or pointers",
        "begin { print(strftime(\"%H\", -1)); } | strftime() can not take a negative value (-1)",
        "begin { print(config.max_strln); } | did you mean max_strlen?",
        "begin { print(pid(other)); } | Invalid PID namespace mode: other (expects: curr_ns or"
            + " init)",
        "begin { print(tid(5)); } | tid() only supports curr_ns and init as the argument",
        "begin { print(pton(\"1.2.3\")); } | pton() expects an string argument of an IPv4/IPv6"
            + " address, got 1.2.3",
        "begin { print(pton(\"1::2::3\")); } | got 1::2::3",
        "begin { print(path(5)); } | path() only supports pointer argument",
        "begin { print(socket_cookie(5)); } | socket_cookie() only supports pointer arguments",
        "begin { print(uaddr(\"x\")); } | uaddr() can not be used with 'begin' probes",
        "uprobe:/bin/x:f { print(uaddr(\"x\")); } | Could not resolve symbol: /bin/x:x",
        "begin { print(container_of(5, 6, x)); } | container_of() expects a pointer, typeof(a"
            + " type)",
        "begin { $a = (struct foo *)1; } | Cannot resolve unknown type \"struct foo*\"",
        "begin { $a = (int8[4])(int64)1; } | Cannot cast from \"int64\" to \"int8[4]\"",
        "begin { $a = (int32[])\"hello\"; } | the element size is incompatible with the cast",
        "begin { $a = (int8[4])1; print($a[4]); } | the index 4 is out of bounds for array of size"
            + " 4",
        "begin { $a = (string[2])\"long\"; } | Cannot cast from \"string[5]\" to \"string[2]\"",
        "begin { $a = 1; print(*$a.b); } | Can not access field 'b' on expression of type 'int8'",
        "begin { print(*\"a\"); } | Can not dereference type 'string[2]'",
        "begin { print((a=1).b); } | Record does not contain a field named 'b'",
        "begin { $a = (intt32)$1; } | Cannot resolve unknown type \"intt32\"",
        "begin { $a = (x=1, y=2); $a = (x=1, z=2); } | Type mismatch for $a",
        "begin { print(str($1 + 9)); } | cannot use offset that exceeds string length (9 > 0)",
        "begin { @a[1] = 1; delete(@a[1], 2); } | delete() expects a map with no keys",
        "begin { @a[1] = 1; delete(@a, 2, 3); } | delete() takes up to 2 arguments (3 provided)",
        "begin { exit(\"x\"); } | exit() only supports int arguments (string provided)",
        "begin { print((1, 2).5); } | Invalid tuple index: 5",
        "begin { print(1 / 0); } | divide by zero",
        "begin { if (\"x\") { } } | Invalid condition: string[2]",
      })
  void explains(String text, String message) {
    assertThatThrownBy(() -> check(text))
        .isInstanceOf(ScriptException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "begin { signal(9); } | signal() can not be used for this probetype begin",
        "uprobe:/bin/x:f { signal(65); } | an integer between 1 and 64",
        "uprobe:/bin/x:f { signal_thread(\"SIGNOT\"); } | SIGNOT is not a valid signal",
        "uprobe:/bin/x:f { override(1); } | override() can only be used inside kprobes",
      })
  void explainsWhatIsUnsafe(String text, String message) {
    assertThatThrownBy(
            () ->
                check(
                    text,
                    new CheckOptions(
                        List.of(),
                        Map.of(),
                        64,
                        true,
                        false,
                        Type.StackMode.BPFTRACE,
                        Map.of(),
                        Machine.UNKNOWN)))
        .isInstanceOf(ScriptException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anErrorShowsItsPlace() {
    assertThatThrownBy(() -> check("begin {\n  print(pidd);\n}"))
        .hasMessage(
            """
            stdin:2:9-13: ERROR: Unknown identifier: 'pidd'
              print(pidd);
                    ~~~~
            HINT: did you mean pid?\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "begin { exit(); print(1); } | stdin:1:17-25: WARNING: Unreachable statement",
        "begin { while (1) { break; print(1); } } | Unreachable statement",
        "let @a = hash(1); begin { } | stdin:1:1-18: WARNING: Unused map: @a",
        "begin { @a[1] = 1; has_key(@a, 1); } | Return value discarded",
        "begin { 1 + 2; } | Return value discarded",
        "begin { print(str(0, 2000)); } | length param (2000) is too long",
        "begin { print(cpid); } | No child command (`-c`); cpid is zero",
      })
  void warns(String text, String message) {
    CheckedScript script = check(text);
    assertThat(script.warnings()).hasSize(1);
    assertThat(script.warnings().getFirst().render(script.source())).contains(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "begin { _ = 1 + 2; }",
        "begin { $a = 1; $a++; @x++; delete(@x); }",
        "begin { @a[1] = 1; delete(@a, 1); $b = has_key(@a, 1); print($b); }",
        "begin { if (pid) { return; } print(1); }",
      })
  void doesNotWarn(String text) {
    assertThat(check(text).warnings()).isEmpty();
  }

  @Test
  void parametersAreNumbersOrText() {
    for (String number : List.of("0", "-5", "0x10", "1e3", "18446744073709551615", "5ms", "1_0")) {
      assertThat(check("begin { @ = $1; }", number).maps().getFirst().value())
          .as(number)
          .isInstanceOf(Type.Int.class);
    }
    for (String text : List.of("abc", "#1", "1 2", " 1", "1x", "-", "--1", "", "\"1\"", "1//")) {
      assertThat(check("begin { @ = $1; }", text).maps().getFirst().value())
          .as(text)
          .isInstanceOf(Type.Text.class);
    }
  }

  @Test
  void textLengthsCountTheNul() {
    CheckedScript script = check("begin { @a = str(1, 5); @b = str(1); @c = str(1, 64); }");
    assertThat(value(script, "@a")).isEqualTo(new Type.Text(5));
    assertThat(value(script, "@b")).isEqualTo(new Type.Text(64));
    assertThat(value(script, "@c")).isEqualTo(new Type.Text(64));
  }

  @Test
  void typesSettleHoweverFarTheyTravel() {
    StringBuilder script = new StringBuilder("begin { ");
    for (int i = 0; i < 200; i++) {
      script.append("@m").append(i).append(" = @m").append(i + 1).append("; ");
    }
    assertThat(value(check(script + "@m200 = \"far\"; }"), "@m0")).isEqualTo(new Type.Text(4));
  }

  @Test
  void mapsThatAreOnlyDeclaredDoNotExist() {
    assertThat(check("let @a = hash(1); let @b = hash(1); begin { @b = 1; }").maps())
        .extracting(MapSymbol::name)
        .containsExactly("@b");
  }
}
