/**
 * A script at work: {@link io.waggle.script.run.Tracing} loads and attaches a plan, turns its
 * events into output, and reads its maps.
 */
package io.waggle.script.run;
