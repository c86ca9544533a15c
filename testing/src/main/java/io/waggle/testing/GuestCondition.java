package io.waggle.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides for {@link Guest}. */
final class GuestCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return inGuest()
        ? ConditionEvaluationResult.enabled("in a guest")
        : ConditionEvaluationResult.disabled("runs in a guest only; ./check boots them");
  }

  static boolean inGuest() {
    return System.getenv("WAGGLE_GUEST") != null;
  }
}
