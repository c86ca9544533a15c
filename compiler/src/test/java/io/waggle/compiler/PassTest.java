package io.waggle.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.AtomicOp;
import io.waggle.bpf.JumpOp;
import io.waggle.bpf.Size;
import org.junit.jupiter.api.Test;

/** What each pass does, seen in the listing of the intermediate code. */
class PassTest {
  private final Program program = new Program("p", Source.NONE, Target.V4);
  private final FunctionBuilder f = program.main();

  private Value argument(int index) {
    return f.load(Size.DOUBLE, false, f.parameter(0), 8 * index);
  }

  private String after(Pass last) {
    Compiler.optimise(program, last);
    Invariants.check(program);
    return program.toString();
  }

  @Test
  void tidyDropsWhatNobodyNeeds() {
    f.binary(Op.MUL, argument(0), argument(1));
    Block never = f.block("never");
    Block always = f.block("always");
    f.branch(JumpOp.EQ, f.constant(1), f.constant(2), never, always);
    f.seal(never);
    f.seal(always);
    f.enter(always);
    f.returnValue(f.constant(3));
    assertThat(after(Pass.TIDY))
        .isEqualTo(
            """
            function p
            entry.0:
              %0 = param 0
              jump -> always.2
            always.2:
              return 3
            """);
  }

  @Test
  void foldMakesDivisionsCheap() {
    Value a = argument(0);
    Value sum = f.binary(Op.DIV, a, f.constant(4096));
    sum = f.binary(Op.XOR, sum, f.binary(Op.MOD, a, f.constant(8)));
    sum = f.binary(Op.XOR, sum, f.binary(Op.SDIV, a, f.constant(4)));
    sum = f.binary(Op.XOR, sum, f.binary(Op.MUL, a, f.constant(1L << 20)));
    f.returnValue(sum);
    assertThat(after(Pass.FOLD))
        .isEqualTo(
            """
            function p
            entry.0:
              %0 = param 0
              %1 = load.u64 %0
              %3 = shr %1, 12
              %5 = and %1, 7
              %6 = xor %3, %5
              %17 = sar %1, 63
              %19 = shr %17, 62
              %20 = add %1, %19
              %8 = sar %20, 2
              %9 = xor %6, %8
              %11 = shl %1, 20
              %12 = xor %9, %11
              return %12
            """);
  }

  @Test
  void foldKeepsBounds() {
    Value low = f.binary(Op.AND, argument(0), f.constant(15));
    f.returnValue(f.boundMax(f.boundMask(low, 255), 1000));
    assertThat(after(Pass.LAST)).contains("bound_mask", "bound_max");
  }

  @Test
  void foldDecidesLoopVariablesThatNeverChange() {
    Variable x = f.variable("x", Type.INT);
    Variable i = f.variable("i", Type.INT);
    f.write(x, f.constant(6));
    f.write(i, f.constant(0));
    Block head = f.block("head");
    Block body = f.block("body");
    Block done = f.block("done");
    f.jump(head);
    f.enter(head);
    f.branch(JumpOp.LT, f.read(i), f.constant(10), body, done);
    f.seal(body);
    f.enter(body);
    f.write(i, f.binary(Op.ADD, f.read(i), f.constant(1)));
    f.write(x, f.binary(Op.MUL, f.read(x), f.constant(1)));
    f.jump(head);
    f.seal(head);
    f.seal(done);
    f.enter(done);
    f.returnValue(f.binary(Op.MUL, f.read(x), f.constant(7)));
    assertThat(after(Pass.FOLD)).contains("return 42");
  }

  @Test
  void foldPutsOffsetsIntoAccesses() {
    Value slot = f.stack(f.slot("s", 32, 8), 0);
    Variable at = f.variable("at", Type.POINTER);
    f.write(at, f.parameter(0));
    Value base = f.binary(Op.ADD, f.binary(Op.ADD, f.read(at), f.constant(8)), f.constant(16));
    f.store(
        Size.DOUBLE, f.binary(Op.ADD, slot, f.constant(8)), 8, f.load(Size.WORD, true, base, 4));
    f.returnValue(f.load(Size.DOUBLE, false, slot, 16));
    assertThat(after(Pass.FOLD)).contains("load.s32 %0+28", "store.u64 &s+8+8");
  }

  @Test
  void numberCallsPureHelpersOnceAndOthersEachTime() {
    Value first = f.call(Sample.PID_TGID);
    f.call(Sample.IMPURE);
    f.call(Sample.IMPURE);
    f.returnValue(f.binary(Op.SUB, f.call(Sample.PID_TGID), first));
    assertThat(after(Pass.NUMBER).split("call get_current_pid_tgid", -1)).hasSize(1 + 3);
  }

  @Test
  void numberDoesNotTakeFromAnotherBranch() {
    Variable x = f.variable("x", Type.INT);
    Block yes = f.block("yes");
    Block no = f.block("no");
    Block done = f.block("done");
    f.branch(JumpOp.SGT, argument(0), f.constant(0), yes, no);
    f.seal(yes);
    f.seal(no);
    f.enter(yes);
    f.write(x, f.binary(Op.MUL, argument(1), argument(2)));
    f.jump(done);
    f.enter(no);
    f.write(x, f.binary(Op.MUL, argument(1), argument(2)));
    f.jump(done);
    f.seal(done);
    f.enter(done);
    f.returnValue(f.read(x));
    assertThat(after(Pass.NUMBER).split("mul", -1)).hasSize(1 + 2);
  }

  @Test
  void storesDropsWhatIsOverwrittenOrNeverRead() {
    Value key = f.stack(f.slot("key", 16, 8), 0);
    Value other = f.stack(f.slot("other", 8, 8), 0);
    f.store(Size.DOUBLE, key, 0, f.constant(0));
    f.store(Size.DOUBLE, key, 8, f.constant(0));
    f.store(Size.DOUBLE, key, 0, argument(0));
    f.store(Size.WORD, key, 8, argument(1));
    f.call(new HelperSignature(1, "lookup", Effect.READS, Type.INT), f.map("m"), key);
    f.store(Size.DOUBLE, key, 0, f.constant(0));
    f.store(Size.DOUBLE, other, 0, f.constant(5));
    f.atomic(AtomicOp.ADD, Size.DOUBLE, other, 0, f.constant(1));
    f.returnValue(f.constant(0));
    assertThat(after(Pass.STORES))
        .isEqualTo(
            """
            function p
            entry.0:
              %0 = param 0
              store.u64 &key+8, 0
              %6 = load.u64 %0
              store.u64 &key, %6
              %8 = load.u64 %0+8
              store.u32 &key+8, %8
              %11 = call lookup map m, &key
              store.u64 &other, 5
              atomic.u64.add &other, 1
              return 0
            """);
  }
}
