package io.waggle.bpf.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.Instruction;
import io.waggle.bpf.Register;
import io.waggle.formats.btf.Btf;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code bpf_core_type_matches} says; the relocation is made by hand, clang 14 has none. */
class TypeMatchTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "{0} | {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "struct s { int a; };                  | struct s { long b; int a; };           | true",
        "struct s { int a; int b; };           | struct s { int a; };                   | false",
        "struct s { int a; };                  | struct s { unsigned a; };              | false",
        "struct s { int a; };                  | struct s { long a; };                  | false",
        "struct s { int *a; };                 | struct s { int *a; int b; };           | true",
        "struct s { int *a; };                 | struct s { long *a; };                 | false",
        "struct s { int a[3]; };               | struct s { int a[4]; };                | false",
        "struct s { int a[3]; };               | struct s { int b; int a[3]; };         | true",
        "struct s { struct s *n; };            | struct s { int x; struct s *n; };      | true",
        "struct s { struct { int a; }; };      | struct s { struct { int a, b; }; };    | true",
        "struct s { struct { int c; }; };      | struct s { struct { int a, b; }; };    | false",
        "struct u; struct s { struct u *p; };  | struct u { int x; }; struct s { struct u *p; };"
            + " | true",
        "struct u; struct s { struct u *p; };  | union u { int x; }; struct s { union u *p; };"
            + " | false",
        "struct u { int y; }; struct s { struct u *p; }; | struct u { int x; };"
            + " struct s { struct u *p; }; | true",
        "struct u { int y; }; struct s { struct u p; }; | struct u { int x; };"
            + " struct s { struct u p; }; | false",
        "struct s { int (*f)(int, long); };    | struct s { int (*f)(int, long); int x; }; | true",
        "struct s { int (*f)(int, long); };    | struct s { int (*f)(int); };           | false",
        "struct s { int (*f)(int); };          | struct s { int (*f)(char); };          | false",
        "enum e { A, B }; struct s { enum e x; }; | enum e { B, C, A }; struct s { enum e x; };"
            + " | true",
        "enum e { A, B }; struct s { enum e x; }; | enum e { B, C }; struct s { enum e x; };"
            + " | false",
        "typedef int t; struct s { t x; };     | struct s { const int x; };             | true",
      })
  void compares(String local, String target, boolean matches) {
    Fitting fitting = new Fitting(folder);
    assertThat(answer(fitting.types(local, "struct s"), fitting.types(target, "struct s")))
        .isEqualTo(matches);
  }

  @Test
  void needsTheType() {
    Fitting fitting = new Fitting(folder);
    Btf local = fitting.types("struct s { int a; };", "struct s");
    assertThat(answer(local, fitting.types("union s { int a; };", "union s"))).isFalse();
    assertThat(answer(local, local)).isTrue();
  }

  private static boolean answer(Btf local, Btf target) {
    int type = local.named("s")[0];
    Relocated relocated =
        new Relocator(local, CoreTargets.of(target))
            .apply(
                List.of(new Instruction.LoadWide(Register.R0, 1)),
                List.of(new CoreRelocation(0, type, "0", CoreKind.TYPE_MATCHES)));
    return Fitting.number(relocated.code().getFirst()).equals("1");
  }
}
