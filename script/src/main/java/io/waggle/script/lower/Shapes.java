package io.waggle.script.lower;

import io.waggle.script.check.Statement;
import io.waggle.script.check.Term;
import io.waggle.script.types.Type;
import java.util.List;

/** What kind of value a type is to the machine, and what a term does beside giving one. */
final class Shapes {
  private Shapes() {}

  /** Whether values fill a register; all others live in memory. */
  static boolean isNumber(Type.Plain type) {
    return switch (type) {
      case Type.Bool _, Type.Int _, Type.Pointer _, Type.Enumeration _ -> true;
      case Type.None _,
          Type.Text _,
          Type.Buffer _,
          Type.Named _,
          Type.Tuple _,
          Type.Array _,
          Type.Structure _ ->
          false;
    };
  }

  static boolean isSigned(Type.Plain type) {
    return switch (type) {
      case Type.Int number -> number.signed();
      case Type.Enumeration enumeration -> enumeration.base().signed();
      default -> false;
    };
  }

  static boolean isSigned(Type.Aggregation type) {
    return switch (type) {
      case Type.Sum sum -> sum.signed();
      case Type.Min min -> min.signed();
      case Type.Max max -> max.signed();
      case Type.Avg avg -> avg.signed();
      case Type.Stats stats -> stats.signed();
      case Type.Tseries series -> series.signed();
      case Type.Count _, Type.Hist _, Type.Lhist _ -> false;
    };
  }

  /** Whether bytes of the type belong to no part of it. */
  static boolean hasPadding(Type.Plain type) {
    if (!(type instanceof Type.Tuple tuple)) {
      return false;
    }
    int used = 0;
    for (Type.Plain element : tuple.elements()) {
      if (hasPadding(element)) {
        return true;
      }
      used += element.size();
    }
    return used != tuple.size();
  }

  /** Whether evaluating the term does nothing but read, so that it may be left out. */
  static boolean isPure(Term term) {
    boolean[] pure = {true};
    Walk.term(
        term,
        new Walk.Visit() {
          @Override
          public void term(Term part) {
            pure[0] &=
                !(part instanceof Term.StepLocal
                    || part instanceof Term.StepMap
                    || part instanceof Term.Delete
                    || part instanceof Term.Block
                    || part instanceof Term.MapLength
                    || part instanceof Term.Compute compute && compute.operation().isEffect());
          }
        });
    return pure[0];
  }

  /** Whether the statements can end the program. */
  static boolean canReturn(List<Statement> statements) {
    boolean[] returns = new boolean[1];
    Walk.statements(
        statements,
        new Walk.Visit() {
          @Override
          public void statement(Statement statement) {
            returns[0] |=
                statement instanceof Statement.Return || statement instanceof Statement.Exit;
          }
        });
    return returns[0];
  }
}
