package io.waggle.bpf.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.ProgramSpec;
import io.waggle.formats.btf.Btf;
import io.waggle.formats.btf.BtfKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One test for each kind of relocation and for each rule by which fields are found. */
class RelocatorTest {
  @TempDir Path folder;
  private Fitting fitting;

  @BeforeEach
  void prepare() {
    fitting = new Fitting(folder);
  }

  /**
   * Compares what expressions come to.
   *
   * @param rows an expression, {@code =>}, and the number it should be in the target
   */
  private void fits(String local, Btf target, String... rows) {
    List<String> expressions = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (String row : rows) {
      String[] parts = row.split(" => ");
      expressions.add(parts[0]);
      expected.add(row);
    }
    BpfObject object = fitting.programs(local, expressions);
    List<String> found = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      ProgramSpec program = object.program("p" + i).orElseThrow();
      assertThat(program.relocations()).as(expressions.get(i)).hasSize(1);
      Relocated relocated =
          new Relocator(object.types().orElseThrow(), CoreTargets.of(target))
              .apply(program.code(), program.relocations());
      String number = Fitting.number(Fitting.instruction(relocated, program));
      assertThat(relocated.poisoned()).hasSize(number.equals("poison") ? 1 : 0);
      found.add(
          expressions.get(i)
              + " => "
              + number
              + relocated.poisoned().stream().map(p -> ": " + p.message()).findAny().orElse(""));
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void findsFieldsWhereTheyAre() {
    fits(
        "struct s { int a; long b; short c; };",
        fitting.types("struct s { char new[24]; short c; int a; long b; };", "struct s"),
        "OFFSET(p->a) => 28",
        "OFFSET(p->b) => 32",
        "SIZE(p->c) => 2",
        "EXISTS(p->c) => 1",
        "p->a => 28/4",
        "p->c = 7; return 0; => 24/2",
        "OFFSET(p[2].a) => " + (2 * 40 + 28));
  }

  @Test
  void knowsSignsAndShiftsOfPlainFields() {
    fits(
        "struct s { int a; unsigned b; unsigned char c; };",
        fitting.types("struct s { unsigned long a; short b; signed char c; };", "struct s"),
        "SIGNED(p->a) => 0",
        "SIGNED(p->b) => 1",
        "SIGNED(p->c) => 1",
        "SIZE(p->a) => 8",
        "LEFT(p->b) => 48",
        "RIGHT(p->b) => 48");
  }

  @Test
  void readsBitFieldsByTheSmallestNumberThatHoldsThem() {
    fits(
        "struct s { unsigned a : 3, b : 7; int c : 4; };",
        fitting.types(
            "struct s { long x; unsigned y : 13, b : 20; int c : 9; unsigned char z, a : 2; };",
            "struct s"),
        "OFFSET(p->b) => 12",
        "SIZE(p->b) => 4",
        "LEFT(p->b) => 44",
        "RIGHT(p->b) => 44",
        "SIGNED(p->b) => 0",
        "SIGNED(p->c) => 1",
        "RIGHT(p->c) => 55",
        "OFFSET(p->a) => 17",
        "SIZE(p->a) => 1",
        "EXISTS(p->a) => 1");
  }

  @Test
  void passesThroughNamelessMembers() {
    fits(
        "struct s { struct { int a; union { int b; long c; }; }; int d; };",
        fitting.types(
            "struct s { int x; union { char y[9]; struct { int b; int a; }; }; struct { int d; };"
                + " long c; };",
            "struct s"),
        "OFFSET(p->a) => 8",
        "OFFSET(p->b) => 4",
        "OFFSET(p->c) => 24",
        "OFFSET(p->d) => 16");
  }

  @Test
  void followsFieldsOfFieldsAndElements() {
    fits(
        "struct in { int u; int v[4]; }; struct s { struct in a[3]; long m[2][5]; };",
        fitting.types(
            "struct in { long w; int v[6]; int u; }; struct s { long m[3][4]; struct in a[3]; };",
            "struct s"),
        "OFFSET(p->a[1].v[2]) => " + (96 + 40 + 8 + 8),
        "SIZE(p->a[1]) => 40",
        "OFFSET(p->m[1][3]) => " + (32 + 24),
        "p->a[2].u => " + (96 + 80 + 32) + "/4",
        "OFFSET(p->m[1][4]) => poison: the kernel's array s.m[1] has 4 elements,"
            + " number 4 is not among them",
        "EXISTS(p->m[1][4]) => 0");
  }

  @Test
  void takesAnyElementOfAnArrayThatIsOpenAtTheEnd() {
    fits(
        "struct s { int n; int a[9]; int b[9]; };",
        fitting.types("struct s { int b[0]; long n; int a[]; };", "struct s"),
        "OFFSET(p->a[7]) => 36",
        "EXISTS(p->b[1]) => 0");
  }

  @Test
  void comparesTheTypesOfFields() {
    fits(
        """
        enum e { E }; enum f { F }; struct g { int x; };
        typedef const volatile int named;
        struct s { int a; int b; void *c; enum e d; enum e e; struct g f; int g[2]; named h; };
        """,
        fitting.types(
            """
            enum e___old { E }; enum other { O }; union g { long x; };
            struct s {
              unsigned char a; int *b; int (*c)(void); enum e___old d; enum other e; union g f;
              long g[3]; const short h;
            };
            """,
            "struct s"),
        "EXISTS(p->a) => 1",
        "EXISTS(p->b) => 0",
        "EXISTS(p->c) => 1",
        "EXISTS(p->d) => 1",
        "EXISTS(p->e) => 0",
        "EXISTS(p->f) => 1",
        "OFFSET(p->f.x) => 32",
        "EXISTS(p->g) => 1",
        "SIZE(p->h) => 2",
        "OFFSET(p->b) => poison: the kernel's struct s has a field 'b',"
            + " but of another kind than the program expects");
  }

  @Test
  void loadsPointersAndUnsignedNumbersInTheirSize() {
    fits(
        "struct s { unsigned a; unsigned long b; int c; long d; unsigned e[4]; };",
        fitting.types(
            "struct s { unsigned long a; unsigned char b; long c; long d; unsigned short e[4]; };",
            "struct s"),
        "p->a => 0/8",
        "p->b => 8/1",
        "p->d => 24/8",
        "p->e[2] => 36/2",
        "p->c => poison: the kernel's field s.c: it has 8 bytes there and 4 here, and only"
            + " pointers and unsigned numbers can be read in another size:"
            + " read it with bpf_core_read()",
        "OFFSET(p->c) => 16");
  }

  @Test
  void refusesToReachTooFar() {
    fits(
        "struct s { int a; int b; };",
        fitting.types("struct s { int a; char x[40000]; int b; };", "struct s"),
        "p->b => poison: the kernel's field s.b: it lies at byte 40004, and an instruction"
            + " reaches up to 32767: read it with bpf_core_read()",
        "OFFSET(p->b) => 40004");
  }

  @Test
  void passesOverFlavours() {
    fits(
        "struct s { int x; }; struct t___mine { int u; int v; }; struct t { long v; int w; };",
        fitting.types("struct t___2 { long z; int u; int v; };", "struct t___2"),
        "OFFSET(((struct t___mine *)p)->v) => 12",
        "EXISTS(((struct t *)p)->w) => 0",
        "TYPE_SIZE(struct t) => 16",
        "TYPE_EXISTS(struct s) => 0");
  }

  @Test
  void asksForTypes() {
    Btf target =
        fitting.types(
            """
            struct s { long a, b, c; }; union u { int x; char y[7]; }; typedef short t;
            typedef int (*call)(int, struct s *); enum e { A };
            """,
            "struct s",
            "union u",
            "t",
            "call",
            "enum e");
    fits(
        """
        struct s { int a; }; union u { long x; }; typedef long t; struct none { int x; };
        typedef int (*call)(int, struct s *); enum e { A }; struct e___2 { int x; };
        """,
        target,
        "TYPE_EXISTS(struct s) => 1",
        "TYPE_EXISTS(struct none) => 0",
        "TYPE_EXISTS(struct e___2) => 0",
        "TYPE_EXISTS(enum e) => 1",
        "TYPE_EXISTS(call) => 1",
        "TYPE_SIZE(struct s) => 24",
        "TYPE_SIZE(union u) => 8",
        "TYPE_SIZE(t) => 2",
        "TYPE_SIZE(struct none) => 0",
        "TARGET_ID(struct s) => " + target.find(BtfKind.STRUCT, "s").orElseThrow(),
        "TARGET_ID(struct none) => 0");
  }

  @Test
  void leavesNumbersOfItsOwnTypes() {
    BpfObject object = fitting.programs("struct s { int a; };", List.of("LOCAL_ID(struct s)"));
    ProgramSpec program = object.program("p0").orElseThrow();
    Btf local = object.types().orElseThrow();
    Relocator relocator =
        new Relocator(
            local,
            new CoreTargets(
                () -> {
                  throw new AssertionError("the kernel is not asked");
                },
                List::of));
    Relocated relocated = relocator.apply(program.code(), program.relocations());
    assertThat(Fitting.number(Fitting.instruction(relocated, program)))
        .isEqualTo(local.find(BtfKind.STRUCT, "s").orElseThrow() + "");
    assertThat(relocated.poisoned()).isEmpty();
  }

  @Test
  void asksForNamesOfEnumerations() {
    fits(
        """
        struct s { int a; };
        enum e { ONE = 1, TWO = 2, GONE = 3, LOST___v2 = 4 };
        enum big { HUGE = 1 };
        """,
        fitting.types(
            """
            enum e { TWO = 20, LOST = -4, ONE = 10, GONER };
            enum big { HUGE = 0x123456789aL };
            """,
            "enum e",
            "enum big"),
        "VALUE(enum e, ONE) => 10",
        "VALUE(enum e, TWO) => 20",
        "VALUE(enum e, LOST___v2) => -4",
        "VALUE_EXISTS(enum e, ONE) => 1",
        "VALUE_EXISTS(enum e, GONE) => 0",
        "VALUE(enum e, GONE) => poison: the kernel's enum e has no value 'GONE'"
            + " (did you mean GONER, ONE?)");
  }

  @Test
  void saysWhatIsMissing() {
    fits(
        """
        struct in { int kept; int dropped; };
        struct s { int count; int other_name; struct in in; };
        struct tasks_struct { int pid; };
        """,
        fitting.types(
            """
            struct in { int kept; int dropped_now; };
            struct s { int counts; struct in in; int more; };
            struct task_struct { int pid; };
            """,
            "struct s",
            "struct task_struct"),
        "OFFSET(p->count) => poison: the kernel's struct s has no field 'count'"
            + " (did you mean counts?)",
        "OFFSET(p->other_name) => poison: the kernel's struct s has no field 'other_name'",
        "OFFSET(p->in.dropped) => poison: the kernel's struct in has no field 'dropped'",
        "((struct tasks_struct *)p)->pid => poison: the kernel has no struct tasks_struct"
            + " (did you mean task_struct?)");
  }
}
