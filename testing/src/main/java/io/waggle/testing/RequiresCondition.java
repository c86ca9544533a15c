package io.waggle.testing;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides for {@link Requires}. */
final class RequiresCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    List<Feature> required = new ArrayList<>();
    context
        .getElement()
        .ifPresent(
            element -> {
              // @RequiresBpf and @Requires may stand on one element, and only one would be found.
              AnnotationSupport.findAnnotation(element, RequiresBpf.class)
                  .ifPresent(present -> required.add(Feature.BPF));
              AnnotationSupport.findAnnotation(element, Requires.class)
                  .ifPresent(present -> required.addAll(List.of(present.value())));
            });
    for (Feature feature : required) {
      if (!feature.present()) {
        String reason = "needs " + feature.description();
        if (mustBePresent(feature, Place.current())) {
          throw new AssertionError(reason);
        }
        return ConditionEvaluationResult.disabled(reason);
      }
    }
    return ConditionEvaluationResult.enabled("everything required is there");
  }

  private static boolean mustBePresent(Feature feature, Place place) {
    return switch (feature.kind()) {
      case PRIVILEGE -> place != Place.USER;
      case KERNEL -> place == Place.GUEST && !feature.predated();
    };
  }

  /** Where the tests run. */
  private enum Place {
    USER,
    CI,
    GUEST;

    static Place current() {
      if (GuestCondition.inGuest()) {
        return GUEST;
      }
      return "true".equals(System.getenv("CI")) ? CI : USER;
    }
  }
}
