package io.waggle.compiler;

import io.waggle.bpf.AluOp;
import io.waggle.bpf.CallTarget;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.JumpOp;
import io.waggle.bpf.Operand;
import io.waggle.bpf.Register;
import io.waggle.bpf.SourceLine;
import io.waggle.bpf.WideSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The instructions of a program while they are written; jumps are resolved at the end. */
final class Code {

  /** A jump or a function's address whose target is not known yet. */
  private record Pending(int index, Object target) {}

  private final Source source;
  private final List<Instruction> instructions = new ArrayList<>();
  private final List<Integer> slots = new ArrayList<>();
  private final List<Pending> pending = new ArrayList<>();
  private final Map<Object, Integer> labels = new HashMap<>();
  private final List<SourceLine> lines = new ArrayList<>();
  private int slot;
  private int line;
  private int column;

  Code(Source source) {
    this.source = source;
  }

  void add(Instruction instruction) {
    instructions.add(instruction);
    slots.add(slot);
    slot += instruction.slots();
  }

  /** What follows comes from this line of the source. */
  void at(int newLine, int newColumn) {
    if (newLine != 0 && (newLine != line || newColumn != column)) {
      line = newLine;
      column = newColumn;
      lines.add(new SourceLine(slot, source.file(), line, column, source.line(line)));
    }
  }

  /** {@code target}, a block, a function or any other object, is here. */
  void label(Object target) {
    labels.put(target, slot);
  }

  /** The slot of the next instruction. */
  int slot() {
    return slot;
  }

  void move(int to, int from) {
    if (to != from) {
      add(new Instruction.Alu(true, AluOp.MOV, Register.of(to), Register.of(from)));
    }
  }

  void constant(int to, long number) {
    if (number == (int) number) {
      alu(AluOp.MOV, to, new Immediate((int) number));
    } else {
      add(new Instruction.LoadWide(Register.of(to), number));
    }
  }

  void alu(AluOp op, int to, Operand operand) {
    add(new Instruction.Alu(true, op, Register.of(to), operand));
  }

  void jump(Object target) {
    pending.add(new Pending(instructions.size(), target));
    add(new Instruction.Goto(0));
  }

  void jump(JumpOp condition, int left, Operand right, Object target) {
    pending.add(new Pending(instructions.size(), target));
    add(new Instruction.Jump(true, condition, Register.of(left), right, 0));
  }

  void function(int to, Function function) {
    pending.add(new Pending(instructions.size(), function));
    add(new Instruction.LoadWide(Register.of(to), new WideSource.Function(0)));
  }

  void call(Function function) {
    pending.add(new Pending(instructions.size(), function));
    add(new Instruction.Call(new CallTarget.Local(0)));
  }

  List<SourceLine> lines() {
    return lines;
  }

  List<Instruction> finish() {
    for (Pending jump : pending) {
      int offset = labels.get(jump.target) - slots.get(jump.index) - 1;
      boolean far = offset != (short) offset;
      if (far && !(jump.target instanceof Function)) {
        throw new ProgramTooLarge(offset);
      }
      instructions.set(jump.index, resolved(instructions.get(jump.index), offset));
    }
    return instructions;
  }

  /** Without a switch over patterns, whose first use costs tens of milliseconds of a cold JVM. */
  private static Instruction resolved(Instruction instruction, int offset) {
    if (instruction instanceof Instruction.Goto) {
      return new Instruction.Goto(offset);
    } else if (instruction instanceof Instruction.Jump jump) {
      return new Instruction.Jump(jump.wide(), jump.op(), jump.dst(), jump.src(), offset);
    } else if (instruction instanceof Instruction.LoadWide load) {
      return new Instruction.LoadWide(load.dst(), new WideSource.Function(offset));
    }
    return new Instruction.Call(new CallTarget.Local(offset));
  }
}
