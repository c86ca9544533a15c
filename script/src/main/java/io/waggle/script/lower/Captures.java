package io.waggle.script.lower;

import io.waggle.script.check.LocalVariable;
import io.waggle.script.check.Operation;
import io.waggle.script.check.Statement;
import io.waggle.script.check.Term;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a program's variables are used by the functions it becomes. The body of a loop that the
 * kernel runs is a function of its own; what it shares with others lies in one object on the main
 * function's stack, whose address every such function gets:
 *
 * <pre>
 *  0  the context
 *  8  1 once a loop has been left by return
 * 16  what the program returns then
 * 24  shared variables, and where ranges start
 * </pre>
 */
final class Captures {
  static final int CONTEXT = 0;
  static final int RETURNED = 8;
  static final int RESULT = 16;

  private final int stackLimit;
  private final Map<LocalVariable, Integer> offsets = new HashMap<>();
  private final Map<Statement.ForRange, Integer> starts = new IdentityHashMap<>();
  private final Set<LocalVariable> large = new HashSet<>();
  private final Set<LocalVariable> unset = new HashSet<>();
  private final Set<LocalVariable> addressed = new HashSet<>();
  private int size = 24;
  private boolean callbacks;

  private Captures(int stackLimit) {
    this.stackLimit = stackLimit;
  }

  static Captures of(List<Statement> body, int stackLimit) {
    Captures captures = new Captures(stackLimit);
    Uses uses = new Uses();
    Walk.statements(body, uses);
    captures.callbacks = uses.callbacks;
    for (Map.Entry<LocalVariable, Use> entry : uses.byVariable.entrySet()) {
      if (entry.getValue().shared) {
        captures.place(entry.getKey());
      }
      if (entry.getValue().unset) {
        captures.unset.add(entry.getKey());
      }
      if (entry.getValue().addressed) {
        captures.addressed.add(entry.getKey());
      }
    }
    for (Statement.ForRange range : uses.ranges) {
      captures.starts.put(range, captures.size);
      captures.size += 8;
    }
    return captures;
  }

  private void place(LocalVariable variable) {
    int bytes = Shapes.isNumber(variable.type()) ? 8 : (variable.type().size() + 7) & ~7;
    if (bytes > Math.max(8, stackLimit)) {
      large.add(variable);
      return;
    }
    offsets.put(variable, size);
    size += bytes;
  }

  /** Whether the program has loops that the kernel runs. */
  boolean hasCallbacks() {
    return callbacks;
  }

  /** Bytes of the shared object. */
  int size() {
    return size;
  }

  /** Where a shared variable lies in the object, or -1. */
  int offset(LocalVariable variable) {
    return offsets.getOrDefault(variable, -1);
  }

  /** Whether the variable is shared but too large for the stack. */
  boolean isLarge(LocalVariable variable) {
    return large.contains(variable);
  }

  /** Whether the script asks for the variable's address, so that it needs one. */
  boolean isAddressed(LocalVariable variable) {
    return addressed.contains(variable);
  }

  /** Where a range's start is kept. */
  int start(Statement.ForRange range) {
    return starts.get(range);
  }

  /** Shared variables and those that may be read before they are written: to be zeroed first. */
  Set<LocalVariable> toZero() {
    Set<LocalVariable> variables = new HashSet<>(unset);
    variables.addAll(offsets.keySet());
    variables.addAll(large);
    return variables;
  }

  /** Whether a loop over this range is run by the kernel; short ones are written out as code. */
  static boolean isCallback(Statement.ForRange range) {
    return !(range.from() instanceof Term.Number from
        && range.to() instanceof Term.Number to
        && to.value() - from.value() <= 16
        && to.value() > Long.MIN_VALUE / 2
        && from.value() < Long.MAX_VALUE / 2);
  }

  /** Where a variable was seen. */
  private static final class Use {
    private final Object function;
    private final Statement firstScope;
    private boolean shared;
    private boolean unset;
    private boolean addressed;

    private Use(Object function, Statement firstScope, boolean isWrite) {
      this.function = function;
      this.firstScope = firstScope;
      this.unset = !isWrite;
    }
  }

  private static final class Uses implements Walk.Visit {
    private static final Object MAIN = new Object();

    private final Map<LocalVariable, Use> byVariable = new HashMap<>();
    private final List<Statement.ForRange> ranges = new ArrayList<>();
    private final Deque<Object> functions = new ArrayDeque<>(List.of(MAIN));
    private final Deque<Statement> scopes = new ArrayDeque<>();
    private boolean callbacks;

    @Override
    public void statement(Statement statement) {
      if (statement instanceof Statement.AssignLocal assign) {
        use(assign.variable(), !mentions(assign.value(), assign.variable()));
      }
    }

    @Override
    public void term(Term term) {
      if (term instanceof Term.ReadLocal read) {
        use(read.variable(), false);
      } else if (term instanceof Term.StepLocal step) {
        use(step.variable(), false);
      } else if (term instanceof Term.Compute compute
          && compute.operation() instanceof Operation.FindEntry find) {
        use(find.result(), false);
      } else if (term instanceof Term.AddressOf(var _, var _, Term.ReadLocal local)) {
        use(local.variable(), false);
        byVariable.get(local.variable()).addressed = true;
      }
    }

    @Override
    public void open(Statement of) {
      scopes.push(of);
      if (of instanceof Statement.ForMap map) {
        callbacks = true;
        functions.push(of);
        use(map.variable(), true);
      } else if (of instanceof Statement.ForRange range) {
        if (isCallback(range)) {
          callbacks = true;
          functions.push(of);
          ranges.add(range);
        }
        use(range.variable(), true);
      }
    }

    @Override
    public void close(Statement of) {
      scopes.pop();
      if (functions.peek() == of) {
        functions.pop();
      }
    }

    private void use(LocalVariable variable, boolean isWrite) {
      Statement scope = scopes.peek();
      Use use = byVariable.get(variable);
      if (use == null) {
        use = new Use(functions.peek(), scope, isWrite);
        byVariable.put(variable, use);
      }
      use.shared |= use.function != functions.peek();
      // What was first written in an inner scope may not have been, once seen outside of it.
      use.unset |= use.firstScope != null && !scopes.contains(use.firstScope);
    }

    private static boolean mentions(Term term, LocalVariable variable) {
      boolean[] found = new boolean[1];
      Walk.term(
          term,
          new Walk.Visit() {
            @Override
            public void term(Term part) {
              found[0] |= part instanceof Term.ReadLocal read && read.variable() == variable;
            }
          });
      return found[0];
    }
  }
}
