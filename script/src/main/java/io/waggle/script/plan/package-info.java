/**
 * What a compiled script is: a BPF object, where its programs attach, how its maps print and what
 * the events it sends mean. A plain value between the compiler and the run time; start with {@link
 * io.waggle.script.plan.Plan}.
 */
package io.waggle.script.plan;
