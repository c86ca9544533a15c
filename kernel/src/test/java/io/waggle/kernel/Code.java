package io.waggle.kernel;

import io.waggle.bpf.AluOp;
import io.waggle.bpf.AtomicOp;
import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.Immediate;
import io.waggle.bpf.Instruction;
import io.waggle.bpf.JumpOp;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.bpf.Operand;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Register;
import io.waggle.bpf.Size;
import io.waggle.bpf.WideSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Small programs for tests, written instruction by instruction. */
final class Code {
  static final int KTIME_GET_NS = 5;
  static final int GET_CURRENT_PID_TGID = 14;
  static final int PERF_EVENT_OUTPUT = 25;
  static final int RINGBUF_OUTPUT = 130;
  static final int GET_ATTACH_COOKIE = 174;

  static final MapSpec HITS = new MapSpec("hits", MapType.ARRAY, 4, 8, 1);
  static final MapSpec EVENTS = new MapSpec("events", MapType.RINGBUF, 0, 0, 1 << 20);

  private final List<Instruction> code = new ArrayList<>();

  Code add(Instruction instruction) {
    code.add(instruction);
    return this;
  }

  Code move(Register dst, Operand src) {
    return add(new Instruction.Alu(true, AluOp.MOV, dst, src));
  }

  Code move(Register dst, int value) {
    return move(dst, new Immediate(value));
  }

  Code plus(Register dst, int value) {
    return add(new Instruction.Alu(true, AluOp.ADD, dst, new Immediate(value)));
  }

  Code call(int helper) {
    return add(Instruction.Call.helper(helper));
  }

  Code map(Register dst, String name) {
    return add(new Instruction.LoadWide(dst, new WideSource.Map(name)));
  }

  Code load(Register dst, Register base, int offset) {
    return add(new Instruction.Load(Size.DOUBLE, false, dst, base, offset));
  }

  Code store(int stackOffset, Register value) {
    return add(new Instruction.Store(Size.DOUBLE, Register.R10, stackOffset, value));
  }

  /** Adds 1 to the only value of the map {@link #HITS}. */
  Code count() {
    add(new Instruction.LoadWide(Register.R1, new WideSource.MapValue("hits", 0)));
    move(Register.R2, 1);
    return add(
        new Instruction.Atomic(Size.DOUBLE, AtomicOp.ADD, false, Register.R1, 0, Register.R2));
  }

  /** Ends the program here in any other process; keeps R6. */
  Code onlyIn(int pid) {
    call(GET_CURRENT_PID_TGID);
    add(new Instruction.Alu(true, AluOp.RSH, Register.R0, new Immediate(32)));
    add(new Instruction.Jump(true, JumpOp.EQ, Register.R0, new Immediate(pid), 2));
    move(Register.R0, 0);
    return add(Instruction.Exit.EXIT);
  }

  /** Sends the {@code bytes} on top of the stack through {@link #EVENTS}; R0 is the outcome. */
  Code send(int bytes) {
    map(Register.R1, "events");
    move(Register.R2, Register.R10);
    plus(Register.R2, -bytes);
    move(Register.R3, bytes);
    move(Register.R4, 0);
    return call(RINGBUF_OUTPUT);
  }

  List<Instruction> exit() {
    add(Instruction.Exit.EXIT);
    return List.copyOf(code);
  }

  List<Instruction> returnZero() {
    move(Register.R0, 0);
    return exit();
  }

  static ProgramSpec program(String name, ProgramType type, List<Instruction> code) {
    return new ProgramSpec(name, type, code);
  }

  static ProgramSpec program(
      String name, ProgramType type, Optional<AttachType> attach, List<Instruction> code) {
    return new ProgramSpec(name, type, attach, "", 0, code, List.of());
  }

  /** A uprobe program that many sites of a file can share by one link. */
  static ProgramSpec multi(String name, List<Instruction> code) {
    return new ProgramSpec(
        name,
        ProgramType.KPROBE,
        Optional.of(AttachType.TRACE_UPROBE_MULTI),
        "",
        0,
        code,
        List.of());
  }

  static BpfObject object(ProgramSpec program, MapSpec... maps) {
    return new BpfObject("GPL", List.of(maps), List.of(program));
  }

  static long hits(LoadedObject object) {
    return object.map("hits").as(Codec.INT, Codec.LONG).get(0).orElseThrow();
  }
}
