package io.waggle.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test or class needs all of the features named.
 *
 * <p>Without one of them it is skipped, with the reason. Under {@code CI=true} a missing privilege
 * or compiler fails the test instead, for there it can only mean that the run was set up wrongly. A
 * feature missing from the kernel still skips, except in a guest (see {@link Guest}), whose kernels
 * are chosen to have it; there only the kernel's age excuses.
 *
 * <p>Such tests are tagged {@code kernel} and run on the host and in every guest.
 */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Tag("kernel")
@ExtendWith(RequiresCondition.class)
public @interface Requires {
  /** What must be there. */
  Feature[] value();
}
