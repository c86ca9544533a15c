/**
 * Compile once, run everywhere: code that was compiled against one kernel's types is fitted to
 * another's. {@link io.waggle.bpf.core.Relocator} is where to start; it works on values and asks no
 * kernel.
 */
package io.waggle.bpf.core;
