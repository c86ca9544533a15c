/**
 * Text as bytes, in which numbers and copied memory cost no object: {@link
 * io.waggle.formats.text.ByteText} is what everything is written to, {@link
 * io.waggle.formats.text.OutputFile} where it ends.
 */
package io.waggle.formats.text;
