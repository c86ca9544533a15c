package io.waggle.script.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.script.syntax.Expr;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.List;
import java.util.Optional;

/** Holds a checked script to what {@link Term} and {@link Statement} promise about types. */
final class TypedTree {
  private TypedTree() {}

  static void requireSound(CheckedScript script) {
    for (CheckedProbe probe : script.probes()) {
      probe.predicate().ifPresent(TypedTree::condition);
      statements(probe.body());
    }
  }

  private static void statements(List<Statement> statements) {
    statements.forEach(TypedTree::statement);
  }

  private static void statement(Statement statement) {
    switch (statement) {
      case Statement.Evaluate s -> term(s.term());
      case Statement.AssignLocal s -> {
        term(s.value());
        assertThat(s.value().type()).as("%s", s).isEqualTo(s.variable().type());
      }
      case Statement.AssignMap s -> {
        key(s.map(), s.key());
        term(s.value());
        assertThat(s.value().type()).as("%s", s).isEqualTo(s.map().value());
      }
      case Statement.Aggregate s -> {
        key(s.map(), s.key());
        s.value().ifPresent(TypedTree::wide);
        assertThat(s.value().isEmpty()).isEqualTo(s.how() instanceof Type.Count);
        assertThat(s.map().value()).isInstanceOf(Type.Aggregation.class);
      }
      case Statement.If s -> {
        condition(s.condition());
        statements(s.then());
        statements(s.otherwise());
      }
      case Statement.While s -> {
        condition(s.condition());
        statements(s.body());
      }
      case Statement.ForMap s -> {
        assertThat(s.variable().type()).isInstanceOf(Type.Tuple.class);
        statements(s.body());
      }
      case Statement.ForRange s -> {
        term(s.from());
        term(s.to());
        assertThat(s.from().type()).isEqualTo(s.variable().type()).isEqualTo(s.to().type());
        statements(s.body());
      }
      case Statement.Printf s -> s.arguments().forEach(TypedTree::value);
      case Statement.Formatted s -> s.arguments().forEach(TypedTree::value);
      case Statement.Debug s -> s.arguments().forEach(TypedTree::value);
      case Statement.PrintValue s -> value(s.value());
      case Statement.PrintEntry s -> key(s.map(), Optional.of(s.key()));
      case Statement.Unwatch s -> wide(s.address());
      case Statement.Join s -> wide(s.array());
      case Statement.Exit s -> {
        term(s.code());
        assertThat(s.code().type()).isEqualTo(Int.INT32);
      }
      case Statement.Return s ->
          s.value()
              .ifPresent(
                  value -> {
                    term(value);
                    assertThat(value.type()).isEqualTo(Int.INT32);
                  });
      case Statement.Break _,
          Statement.Continue _,
          Statement.PrintMap _,
          Statement.Clear _,
          Statement.Zero _,
          Statement.Time _ -> {}
    }
  }

  private static void key(MapSymbol map, Optional<Term> key) {
    assertThat(key.map(Term::type)).as("key of %s", map).isEqualTo(map.key());
    key.ifPresent(TypedTree::value);
  }

  private static void condition(Term term) {
    value(term);
    assertThat(term.type()).as("%s", term).isEqualTo(new Type.Bool());
  }

  /** A 64-bit integer. */
  private static void wide(Term term) {
    value(term);
    assertThat(term.type()).as("%s", term).isInstanceOf(Int.class);
    assertThat(term.type().size()).as("%s", term).isEqualTo(8);
  }

  private static void value(Term term) {
    term(term);
    assertThat(term.type()).as("%s", term).isNotInstanceOf(Type.None.class);
  }

  private static void text(Term term) {
    value(term);
    assertThat(term.type()).as("%s", term).isInstanceOf(Type.Text.class);
  }

  private static void term(Term term) {
    switch (term) {
      case Term.Number t ->
          assertThat(Conversion.cut(t.value(), t.type())).as("%s", t).isEqualTo(t.value());
      case Term.Text t -> assertThat(t.type().size()).as("%s", t).isGreaterThan(t.value().length());
      case Term.ReadMap t -> {
        key(t.map(), t.key());
        if (t.map().value() instanceof Type.Aggregation aggregation) {
          assertThat(Types.asNumber(aggregation)).contains((Int) t.type());
        } else {
          assertThat(t.type()).isEqualTo(t.map().value());
        }
      }
      case Term.Unary t -> {
        value(t.operand());
        assertThat(t.type()).as("%s", t).isEqualTo(t.operand().type());
        if (t.op() == Expr.UnaryOp.NOT) {
          condition(t.operand());
        } else {
          wide(t.operand());
        }
      }
      case Term.Arithmetic t -> {
        wide(t.left());
        wide(t.right());
        assertThat(t.type()).as("%s", t).isEqualTo(t.left().type()).isEqualTo(t.right().type());
      }
      case Term.Compare t -> compare(t);
      case Term.Logic t -> {
        condition(t.left());
        condition(t.right());
      }
      case Term.Choose t -> {
        condition(t.condition());
        value(t.yes());
        value(t.no());
        assertThat(t.type()).as("%s", t).isEqualTo(t.yes().type()).isEqualTo(t.no().type());
      }
      case Term.Convert t -> convert(t);
      case Term.MakeTuple t -> {
        t.elements().forEach(TypedTree::value);
        assertThat(t.elements().stream().<Type.Plain>map(Term::type).toList())
            .as("%s", t)
            .isEqualTo(t.type().elements());
      }
      case Term.Element t -> {
        value(t.tuple());
        assertThat(((Type.Tuple) t.tuple().type()).elements().get(t.index())).isEqualTo(t.type());
      }
      case Term.Load t -> {
        value(t.address());
        assertThat(t.address().type()).as("%s", t).isInstanceOf(Type.Pointer.class);
        bits(t.bits(), t.type());
      }
      case Term.Part t -> {
        value(t.whole());
        assertThat(t.offset() + t.type().size())
            .as("%s", t)
            .isLessThanOrEqualTo(t.whole().type().size());
        bits(t.bits(), t.type());
      }
      case Term.AddressOf t -> value(t.value());
      case Term.Within t -> {
        wide(t.index());
        assertThat(t.type()).as("%s", t).isEqualTo(t.start().type());
      }
      case Term.StepLocal t -> assertThat(t.type()).as("%s", t).isInstanceOf(Int.class);
      case Term.StepMap t -> {
        key(t.map(), t.key());
        assertThat(t.type()).as("%s", t).isEqualTo(t.map().value());
        assertThat(t.type().size()).isEqualTo(8);
      }
      case Term.Block t -> {
        statements(t.body());
        term(t.result());
      }
      case Term.ReadText t -> {
        wide(t.address());
        t.limit().ifPresent(TypedTree::wide);
      }
      case Term.ReadBuffer t -> {
        value(t.address());
        wide(t.length());
      }
      case Term.Compute t -> t.operands().forEach(TypedTree::value);
      case Term.TextLength t -> text(t.text());
      case Term.CompareText t -> {
        text(t.left());
        text(t.right());
      }
      case Term.FormatTime t -> wide(t.nanoseconds());
      case Term.HasKey t -> key(t.map(), Optional.of(t.key()));
      case Term.Delete t -> key(t.map(), t.key());
      case Term.ReadLocal t -> assertThat(t.type()).isNotInstanceOf(Type.None.class);
      case Term.ReadBuiltin _,
          Term.Argument _,
          Term.ReadField _,
          Term.ReadClock _,
          Term.MapLength _ -> {}
    }
  }

  private static void compare(Term.Compare t) {
    value(t.left());
    value(t.right());
    boolean equality = t.op() == Expr.BinaryOp.EQ || t.op() == Expr.BinaryOp.NE;
    assertThat(t.left().type()).as("%s", t).isEqualTo(t.right().type());
    if (t.left().type() instanceof Int) {
      assertThat(t.left().type().size()).isEqualTo(8);
    } else {
      assertThat(equality).as("%s", t).isTrue();
    }
  }

  private static void convert(Term.Convert t) {
    value(t.operand());
    boolean sound =
        switch (t.type()) {
          case Int _, Type.Bool _, Type.Pointer _, Type.Enumeration _ ->
              isScalar(t.operand().type());
          case Type.Array array ->
              t.operand().type() instanceof Int number
                  && (number.size() == 8 || number.size() == array.size());
          case Type.Text _ -> t.operand().type() instanceof Type.Text;
          case Type.Buffer _ -> t.operand().type() instanceof Type.Buffer;
          case Type.Tuple _ -> t.operand().type() instanceof Type.Tuple;
          case Type.CgroupPath _ -> t.operand().type() instanceof Type.CgroupPath;
          case Type.None _, Type.Named _, Type.Structure _ -> false;
        };
    assertThat(sound).as("%s", t).isTrue();
  }

  private static boolean isScalar(Type type) {
    return switch (type) {
      case Int _, Type.Bool _, Type.Pointer _, Type.Enumeration _ -> true;
      default -> false;
    };
  }

  private static void bits(Type.Bits bits, Type.Plain type) {
    assertThat(bits.shift() + bits.count()).isLessThanOrEqualTo(Math.min(8, type.size()) * 8);
  }
}
