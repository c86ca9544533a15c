/**
 * Declarations of C: those at the top of a script, and those of headers once a preprocessor has put
 * them together. Start with {@link io.waggle.script.header.Declarations}.
 */
package io.waggle.script.header;
