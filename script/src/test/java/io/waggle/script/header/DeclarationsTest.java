package io.waggle.script.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.script.types.CTypes;
import io.waggle.script.types.Layout;
import io.waggle.script.types.Type;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclarationsTest {

  private static Declarations read(String text) {
    Declarations declarations = new Declarations(CTypes.NONE);
    declarations.add(text);
    return declarations;
  }

  private static Declarations header(String text) {
    Declarations declarations = new Declarations(CTypes.NONE);
    declarations.addHeader(text);
    return declarations;
  }

  /** Sizes and alignments are those that gcc and clang give on x86-64. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "struct t { char c; long l; }; | 16 | 8",
        "struct t { char c; short s; int i; }; | 8 | 4",
        "struct t { long l; char c; } __attribute__((packed)); | 9 | 1",
        "struct t { char c; } __attribute__((aligned(16))); | 16 | 16",
        "struct t { char c __attribute__((aligned(8))); char d; }; | 8 | 8",
        "struct t { int a:3; int b:30; }; | 8 | 4",
        "struct t { int a:3; int :0; int b:3; }; | 8 | 4",
        "struct t { char c; int b:8; }; | 4 | 4",
        "struct t { unsigned char a:4, b:4; unsigned char c; }; | 2 | 1",
        "union t { char c[7]; int i; }; | 8 | 4",
        "struct t { struct { int x; char y; } in; char z; }; | 12 | 4",
        "struct t { int n; union { long l; char c; }; }; | 16 | 8",
        "struct t { int n; long data[]; }; | 8 | 8",
        "struct t { void (*call)(int, struct t *); int (*table[3])(void); }; | 32 | 8",
        "struct t { enum { A, B } e; _Bool b; double d; }; | 16 | 8",
        "struct t { char a[2][3]; int m[1 << 2]; }; | 24 | 4",
        "struct t { unsigned long long x:40; char y; }; | 8 | 8",
        "struct t { }; | 0 | 1",
      })
  void laysOutAsCompilersDo(String text, int size, int alignment) {
    Type.Plain type = read(text).named(text.startsWith("union") ? "union t" : "struct t").get();
    assertThat(type.size()).isEqualTo(size);
    assertThat(type.alignment()).isEqualTo(alignment);
  }

  @Test
  void placesMembers() {
    Type.Structure type =
        (Type.Structure)
            read("struct t { char c; struct { int x; union { int y; char z; }; }; int b:5, d:6; };")
                .named("struct t")
                .orElseThrow();
    assertThat(type.layout().members())
        .extracting(Layout.Member::name, Layout.Member::offset, m -> m.bits().shift())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("c", 0, 0),
            org.assertj.core.groups.Tuple.tuple("x", 4, 0),
            org.assertj.core.groups.Tuple.tuple("y", 8, 0),
            org.assertj.core.groups.Tuple.tuple("z", 8, 0),
            org.assertj.core.groups.Tuple.tuple("b", 12, 0),
            org.assertj.core.groups.Tuple.tuple("d", 12, 5));
  }

  @Test
  void namesTypesAndConstants() {
    Declarations declarations =
        read(
            """
            #define SHIFT 3 /* bits */
            #define SIZE (1u << SHIFT)
            typedef unsigned char byte_t;
            typedef struct pair { byte_t a, b[SIZE]; } pair_t, *pair_p;
            enum level { LOW = -1, MIDDLE, HIGH = 'a', HIGHER };
            """);
    assertThat(declarations.named("pair_t").get())
        .isEqualTo(declarations.named("struct pair").get());
    assertThat(declarations.named("pair_t").get().size()).isEqualTo(9);
    assertThat(declarations.named("pair_p").get()).isInstanceOf(Type.Pointer.class);
    assertThat(declarations.constant("MIDDLE").get().value()).isZero();
    assertThat(declarations.constant("HIGHER").get().value()).isEqualTo('b');
    assertThat(declarations.macro("SIZE")).contains("(1u << SHIFT)");
    assertThat(declarations.named("enum level").get())
        .isInstanceOfSatisfying(
            Type.Enumeration.class,
            level -> {
              assertThat(level.base()).isEqualTo(Type.Int.INT32);
              assertThat(level.names()).containsEntry(-1L, "LOW").containsEntry(97L, "HIGH");
            });
  }

  /** What system headers hold besides types. */
  @Test
  void passesOverWhatNoScriptNeeds() {
    Declarations declarations =
        header(
            """
            # 1 "x.h"
            typedef __builtin_va_list va_list;
            extern int printf (const char *__restrict, ...) __attribute__ ((__format__ (printf, 1, 2)));
            static inline int add(int a, int b) { if (a) { return ({ int c = a; c; }) + b; } return b; }
            extern struct tm *now (void) __asm__ ("" "now64");
            _Static_assert(sizeof(int) == 4, "int");
            int numbers[] = { 1, 2, [5] = 3 }, other;
            typedef __typeof__(1) odd_t;
            #define CALL(x) x
            #define NAME "n"
            struct kept { int x; } kept_one;
            typedef int number_t;
            """);
    assertThat(declarations.named("struct kept").get().size()).isEqualTo(4);
    assertThat(declarations.named("number_t")).contains(Type.Int.INT32);
    assertThat(declarations.macro("CALL")).isEmpty();
    assertThat(declarations.macro("NAME")).contains("\"n\"");
  }

  @Test
  void conditionsOfThePreprocessorNest() {
    Declarations declarations =
        read(
            """
            #define A 1
            #ifdef A
            #if A > 1
            struct no { int x; };
            #else
            struct yes { int x; };
            #endif
            #else
            struct never { int x; };
            #endif
            #if defined(B) && A
            struct neither { int x; };
            #endif
            """
                .replace("#if defined(B) && A", "#ifdef B"));
    assertThat(declarations.named("struct yes")).isPresent();
    assertThat(List.of("struct no", "struct never", "struct neither"))
        .noneMatch(name -> declarations.named(name).isPresent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "struct t { int x | expected ; after a member, found the end",
        "struct t { unknown x; }; | unknown type name 'unknown'",
        "struct t { struct t inner; }; | field has incomplete type 'struct t'",
        "struct t { void v; }; | field has incomplete type 'void'",
        "struct t { int x[1 / 0]; }; | division by zero",
        "struct t { int x[-1]; }; | an array of -1 elements has no place",
        "enum e { A = B }; | 'B' is no constant",
      })
  void saysWhatItDoesNotUnderstand(String text, String message) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(CSyntaxException.class).hasMessage(message);
  }

  @Property(tries = 2000)
  void anyTokensAreReadOrRefused(@ForAll @From("tokens") List<String> tokens) {
    String text = String.join(" ", tokens);
    try {
      Declarations declarations = read(text);
      declarations.named("struct a").ifPresent(type -> assertThat(type.size()).isNotNegative());
    } catch (CSyntaxException refused) {
      assertThat(refused.start()).isBetween(0, text.length());
    }
    header(text);
  }

  @Provide
  Arbitrary<List<String>> tokens() {
    return Arbitraries.of(
            "struct",
            "union",
            "enum",
            "typedef",
            "a",
            "b",
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            "*",
            ";",
            ",",
            ":",
            "=",
            "1",
            "0x10",
            "int",
            "char",
            "unsigned",
            "long",
            "__attribute__",
            "packed",
            "aligned",
            "<<",
            "-",
            "/",
            "sizeof",
            "'x'",
            "\"s\"",
            "\n#define a 1\n",
            "\n#ifdef b\n",
            "\n#endif\n",
            "\n#else\n",
            "/*",
            "*/",
            "const",
            "~",
            "?")
        .list()
        .ofMaxSize(40);
  }
}
