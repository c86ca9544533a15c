/**
 * From a typed intermediate representation to BPF instructions.
 *
 * <p>A front end makes a {@link io.waggle.compiler.Program}, writes its functions through {@link
 * io.waggle.compiler.FunctionBuilder}, which turns mutable variables into SSA values on the way,
 * and gives it to {@link io.waggle.compiler.Compiler}. The passes, in order: Tidy (reachable
 * blocks, dead values), Numbering (nothing computed twice), Allocation (registers), Emitter
 * (instructions).
 */
package io.waggle.compiler;
