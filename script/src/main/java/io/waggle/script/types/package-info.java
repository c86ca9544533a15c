/**
 * The language's types and how they lie in memory. Start with {@link io.waggle.script.types.Type}.
 */
package io.waggle.script.types;
