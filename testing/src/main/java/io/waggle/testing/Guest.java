package io.waggle.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test or class probes a whole system, or needs what only a distribution's kernel has, and runs
 * in a virtual machine alone. Such a machine is told by {@code WAGGLE_GUEST} in the environment;
 * {@code ./check} boots two. A guest emulates its processor and is ten to twenty times slower than
 * the machine it runs on: keep loops short.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("guest")
@ExtendWith(GuestCondition.class)
public @interface Guest {}
