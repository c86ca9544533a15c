/**
 * What a script's names mean and of what type everything is.
 *
 * <p>{@link io.waggle.script.check.Checker} takes a parsed script and where its probes attach, and
 * gives a {@link io.waggle.script.check.CheckedScript}: the same program in which every name is
 * resolved, every value has its type and every conversion is written out, so that lowering decides
 * nothing again. Types of variables and maps are found by going over the script until none changes.
 */
package io.waggle.script.check;
