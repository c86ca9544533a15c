package io.waggle.script.lower;

import io.waggle.script.check.Statement;
import io.waggle.script.check.Term;
import java.util.List;

/** Goes over statements and terms in the order in which they run. */
public final class Walk {

  /** What to do on the way; each is called before the parts are gone over. */
  public interface Visit {
    default void statement(Statement statement) {}

    default void term(Term term) {}

    /** A list of statements, a scope, starts. */
    default void open(Statement of) {}

    default void close(Statement of) {}
  }

  private Walk() {}

  /** Goes over statements and all that they hold. */
  public static void statements(List<Statement> statements, Visit visit) {
    for (Statement statement : statements) {
      statement(statement, visit);
    }
  }

  private static void scope(Statement of, List<Statement> statements, Visit visit) {
    visit.open(of);
    statements(statements, visit);
    visit.close(of);
  }

  static void statement(Statement statement, Visit visit) {
    visit.statement(statement);
    switch (statement) {
      case Statement.Evaluate s -> term(s.term(), visit);
      case Statement.AssignLocal s -> term(s.value(), visit);
      case Statement.AssignMap s -> {
        s.key().ifPresent(key -> term(key, visit));
        term(s.value(), visit);
      }
      case Statement.Aggregate s -> {
        s.key().ifPresent(key -> term(key, visit));
        s.value().ifPresent(value -> term(value, visit));
      }
      case Statement.If s -> {
        term(s.condition(), visit);
        scope(s, s.then(), visit);
        scope(s, s.otherwise(), visit);
      }
      case Statement.While s -> {
        term(s.condition(), visit);
        scope(s, s.body(), visit);
      }
      case Statement.ForMap s -> scope(s, s.body(), visit);
      case Statement.ForRange s -> {
        term(s.from(), visit);
        term(s.to(), visit);
        scope(s, s.body(), visit);
      }
      case Statement.Printf s -> s.arguments().forEach(argument -> term(argument, visit));
      case Statement.Formatted s -> s.arguments().forEach(argument -> term(argument, visit));
      case Statement.Debug s -> s.arguments().forEach(argument -> term(argument, visit));
      case Statement.PrintValue s -> term(s.value(), visit);
      case Statement.PrintEntry s -> term(s.key(), visit);
      case Statement.Join s -> term(s.array(), visit);
      case Statement.Unwatch s -> term(s.address(), visit);
      case Statement.Exit s -> term(s.code(), visit);
      case Statement.Return s -> s.value().ifPresent(value -> term(value, visit));
      case Statement.Break _,
          Statement.Continue _,
          Statement.PrintMap _,
          Statement.Clear _,
          Statement.Zero _,
          Statement.Time _ -> {}
    }
  }

  static void term(Term term, Visit visit) {
    visit.term(term);
    switch (term) {
      case Term.ReadMap t -> t.key().ifPresent(key -> term(key, visit));
      case Term.Unary t -> term(t.operand(), visit);
      case Term.Arithmetic t -> {
        term(t.left(), visit);
        term(t.right(), visit);
      }
      case Term.Compare t -> {
        term(t.left(), visit);
        term(t.right(), visit);
      }
      case Term.Logic t -> {
        term(t.left(), visit);
        term(t.right(), visit);
      }
      case Term.Choose t -> {
        term(t.condition(), visit);
        term(t.yes(), visit);
        term(t.no(), visit);
      }
      case Term.Convert t -> term(t.operand(), visit);
      case Term.MakeTuple t -> t.elements().forEach(element -> term(element, visit));
      case Term.Element t -> term(t.tuple(), visit);
      case Term.Load t -> term(t.address(), visit);
      case Term.Part t -> term(t.whole(), visit);
      case Term.Within t -> {
        term(t.start(), visit);
        term(t.index(), visit);
      }
      case Term.AddressOf t -> term(t.value(), visit);
      case Term.StepMap t -> t.key().ifPresent(key -> term(key, visit));
      case Term.Block t -> {
        statements(t.body(), visit);
        term(t.result(), visit);
      }
      case Term.ReadText t -> {
        term(t.address(), visit);
        t.limit().ifPresent(limit -> term(limit, visit));
      }
      case Term.ReadBuffer t -> {
        term(t.address(), visit);
        term(t.length(), visit);
      }
      case Term.Compute t -> t.operands().forEach(operand -> term(operand, visit));
      case Term.TextLength t -> term(t.text(), visit);
      case Term.CompareText t -> {
        term(t.left(), visit);
        term(t.right(), visit);
      }
      case Term.FormatTime t -> term(t.nanoseconds(), visit);
      case Term.HasKey t -> term(t.key(), visit);
      case Term.Delete t -> t.key().ifPresent(key -> term(key, visit));
      case Term.Number _,
          Term.Text _,
          Term.ReadLocal _,
          Term.ReadBuiltin _,
          Term.Argument _,
          Term.ReadField _,
          Term.StepLocal _,
          Term.ReadClock _,
          Term.MapLength _ -> {}
    }
  }
}
