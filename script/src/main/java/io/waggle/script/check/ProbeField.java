package io.waggle.script.check;

import io.waggle.script.types.Type;

/**
 * A field of {@code args}: something that a tracepoint or function of the kernel hands to its
 * programs.
 *
 * @param type what a program sees
 * @param offset bytes from the start of the record or of the arguments
 * @param form how the value is found there
 */
public record ProbeField(String name, Type.Plain type, int offset, Form form) {

  /** Where a field's value is. */
  public enum Form {
    /** At the offset. */
    VALUE,
    /** At the offset, in a word of 8 bytes as arguments of functions are. */
    WORD,
    /** Characters at the offset. */
    TEXT,
    /**
     * Characters elsewhere in the record: at the offset stand 16 bits of length above 16 bits of
     * offset from the record's start ({@code __data_loc}).
     */
    DATA_LOCATION,
    /** As {@link #DATA_LOCATION}, with the offset counted from the end of the field. */
    RELATIVE_LOCATION
  }
}
