/**
 * From typed intermediate code to BPF instructions: optimiser, register allocation, code
 * generation.
 *
 * <p>A front end makes a {@link io.waggle.compiler.Program}, writes its functions through {@link
 * io.waggle.compiler.FunctionBuilder}, which turns mutable variables into SSA values on the way,
 * and gives it to {@link io.waggle.compiler.Compiler}. Count calls by process in a hash map:
 *
 * {@snippet :
 * static final HelperSignature LOOKUP =
 *     new HelperSignature(1, "map_lookup_elem", Effect.READS, Type.POINTER);
 * static final HelperSignature UPDATE =
 *     new HelperSignature(2, "map_update_elem", Effect.WRITES, Type.INT);
 * static final HelperSignature PID_TGID =
 *     new HelperSignature(14, "get_current_pid_tgid", Effect.PURE, Type.INT);
 *
 * Program program = new Program("count", new Source("stdin", "uprobe:x:y { @[pid]++ }"), Target.V4);
 * FunctionBuilder f = program.main();
 * f.at(1, 14);
 * Value key = f.stack(f.slot("key", 8, 8), 0);
 * f.store(Size.DOUBLE, key, 0, f.binary(Op.SHR, f.call(PID_TGID), f.constant(32)));
 * Value found = f.call(LOOKUP, f.map("AT"), key);
 * Block missing = f.block("missing");
 * Block present = f.block("present");
 * Block done = f.block("done");
 * f.branch(JumpOp.EQ, found, f.constant(0), missing, present);
 * f.seal(missing);
 * f.seal(present);
 *
 * f.enter(missing);
 * Value one = f.stack(f.slot("one", 8, 8), 0);
 * f.store(Size.DOUBLE, one, 0, f.constant(1));
 * f.call(UPDATE, f.map("AT"), key, one, f.constant(0));
 * f.jump(done);
 *
 * f.enter(present);
 * f.atomic(AtomicOp.ADD, Size.DOUBLE, found, 0, f.constant(1));
 * f.jump(done);
 *
 * f.seal(done);
 * f.enter(done);
 * f.returnValue(f.constant(0));
 *
 * List<Instruction> code = Compiler.compile(program).code();
 * }
 *
 * <p>A loop reads and writes a {@link io.waggle.compiler.Variable}; its head is sealed only when
 * the jump back has been made:
 *
 * {@snippet :
 * Variable i = f.variable("i", Type.INT);
 * f.write(i, f.constant(0));
 * f.jump(head);
 * f.enter(head);
 * f.branch(JumpOp.LT, f.read(i), f.constant(10), body, end);
 * f.seal(body);
 * f.enter(body);
 * f.write(i, f.binary(Op.ADD, f.read(i), f.constant(1)));
 * f.jump(head);
 * f.seal(head);
 * f.seal(end);
 * f.enter(end);
 * }
 *
 * <p>The kernel's verifier has to follow what comes out, so pointers and bounds stay as the front
 * end checked them: nothing is moved above a check, a checked value is used from where it was
 * checked, pointers see 64-bit additions only, and {@link
 * io.waggle.compiler.FunctionBuilder#boundMask} and {@code boundMax} are never optimised away.
 *
 * <p>Start reading at {@link io.waggle.compiler.Pass}, which names what happens to the code and in
 * which order. Then Legal (what the target lacks), Leaves (constants where they are used),
 * Intervals and Allocation (registers), Layout (order of blocks) and Emitter (instructions) make
 * the code.
 */
package io.waggle.compiler;
