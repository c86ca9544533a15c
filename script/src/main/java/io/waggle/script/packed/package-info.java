/**
 * Scripts compiled ahead of time: {@link io.waggle.script.packed.ScriptPackage} is the file, {@link
 * io.waggle.script.packed.Unpacking} fits it to the machine that runs it.
 */
package io.waggle.script.packed;
