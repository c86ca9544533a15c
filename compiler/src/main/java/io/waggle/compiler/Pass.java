package io.waggle.compiler;

/** What is done to the code of each function, in this order; see {@link Compiler#optimise}. */
public enum Pass {
  /** Reachable blocks in reverse postorder, no replaced, dead or needless value. Always runs. */
  TIDY,
  /** What constants decide: arithmetic, branches, offsets; cheap operations for costly ones. */
  FOLD,
  /** One computation for equal ones. */
  NUMBER,
  /** No store to the stack that nobody reads. */
  STORES;

  private static final Pass[] ALL = values();

  /** The last of all. */
  static final Pass LAST = ALL[ALL.length - 1];

  /** Runs on {@code function}, which is tidy and stays so. */
  void run(Function function) {
    switch (this) {
      case TIDY -> Tidy.run(function);
      case FOLD -> {
        while (Folding.run(function)) {
          Tidy.run(function);
        }
      }
      case NUMBER -> {
        Numbering.run(function);
        Tidy.run(function);
      }
      case STORES -> {
        DeadStores.run(function);
        Tidy.run(function);
      }
    }
  }

  /** Runs all passes up to {@code last}. */
  static void run(Function function, Pass last) {
    for (int i = 0; i <= last.ordinal(); i++) {
      ALL[i].run(function);
    }
  }
}
