package io.waggle.bpf.values;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of a record that is an array of characters in C. Tells the reader of the record how
 * long a text can be; {@link RecordType} refuses an array of another size.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Text {
  /** Characters of the array, its last zero included. */
  int value();
}
