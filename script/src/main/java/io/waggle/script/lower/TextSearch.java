package io.waggle.script.lower;

import io.waggle.bpf.JumpOp;
import io.waggle.compiler.Block;
import io.waggle.compiler.FunctionBuilder;
import io.waggle.compiler.Type;
import io.waggle.compiler.Value;
import io.waggle.compiler.Variable;
import io.waggle.script.check.Term;

/**
 * Looking for one text in another. The kernel runs the loop over the places where the text may
 * start (bpf_loop), so that the verifier follows the comparison once and not once a place.
 */
final class TextSearch {
  /** The object that both functions know: addresses of the texts, and the answer. */
  private static final int HAYSTACK = 0;

  private static final int NEEDLE = 8;
  private static final int ANSWER = 16;

  private final Body body;
  private final Code code;

  TextSearch(Body body) {
    this.body = body;
    this.code = body.code;
  }

  /** Where the second operand starts in the first, or -1. */
  Value find(Term.Compute term) {
    Term haystack = term.operands().getFirst();
    Term needle = term.operands().get(1);
    Place in = body.values.place(haystack);
    Place what = body.values.place(needle);
    Place shared = code.stackObject("search", 24);
    code.store(shared.plus(HAYSTACK), 8, code.address(in));
    code.store(shared.plus(NEEDLE), 8, code.address(what));
    code.store(shared.plus(ANSWER), 8, code.number(-1));
    int places = haystack.type().size();
    FunctionBuilder builder = body.scope.program().function("search", Type.INT, Type.POINTER);
    compareAt(builder, places, needle.type().size());
    code.call(
        HelperTable.LOOP,
        code.number(places),
        code.function(builder.function()),
        code.address(shared),
        code.number(0));
    return code.load(shared.plus(ANSWER), 8, true);
  }

  /** The function that compares at one place: 1 ends the search. */
  private void compareAt(FunctionBuilder builder, int places, int size) {
    Code inner = new Code(builder, new Frame(0, new ScratchMemory()), body.scope.support());
    Place shared = new Place(builder.parameter(1));
    Value haystack = inner.loadAddress(shared.plus(HAYSTACK));
    Value needle = inner.loadAddress(shared.plus(NEEDLE));
    Value place = inner.boundMax(builder.parameter(0), places - 1);
    // Read before the loop: behind it Linux 6.12 has bounds of the place that contradict each
    // other,
    // made of those of place + index, and takes an address with it for any number.
    Value first = inner.load(new Place(inner.add(haystack, place)), 1, false);
    Variable index = inner.variable("index");
    Block head = inner.block("characters");
    Block compare = inner.block("compare");
    Block within = inner.block("within");
    Block next = inner.block("next");
    Block found = inner.block("found");
    Block different = inner.block("different");
    inner.write(index, inner.number(0));
    inner.jump(head);
    inner.enter(head);
    Value i = inner.read(index);
    Value wanted = inner.load(new Place(inner.add(needle, i)), 1, false);
    inner.branch(JumpOp.EQ, wanted, inner.number(0), found, compare);
    inner.start(compare);
    Value at = inner.add(place, i);
    inner.branch(JumpOp.LT, at, inner.number(places), within, different);
    inner.start(within);
    Value character = inner.load(new Place(inner.add(haystack, at)), 1, false);
    inner.branch(JumpOp.EQ, character, wanted, next, different);
    inner.start(next);
    Value following = inner.add(i, inner.number(1));
    inner.write(index, following);
    inner.branch(JumpOp.LT, following, inner.number(size), head, found);
    inner.seal(head);
    inner.start(found);
    inner.store(shared.plus(ANSWER), 8, place);
    inner.leave(inner.number(1));
    inner.start(different);
    Block over = inner.block("over");
    Block goOn = inner.block("goOn");
    inner.branch(JumpOp.EQ, first, inner.number(0), over, goOn);
    inner.start(over);
    inner.leave(inner.number(1));
    inner.start(goOn);
    inner.leave(inner.number(0));
  }
}
