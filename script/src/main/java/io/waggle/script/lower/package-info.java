/**
 * From a checked script to a plan.
 *
 * <p>Start with {@link io.waggle.script.lower.Lowering}. Each probe becomes one program, written by
 * a {@code Body}: {@code Terms} gives numbers, {@code Values} what lives in memory, {@code
 * Statements}, {@code Loops} and {@code Prints} what is done; below them {@code MapAccess}, {@code
 * Aggregates}, {@code Events} and {@code Texts} are sequences of instructions that know nothing of
 * the language's syntax, and {@code Code} is the compiler's builder in the words they need.
 */
package io.waggle.script.lower;
