package io.waggle.script.check;

import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.Optional;

/**
 * Names with a value: the table of builtins. {@code args} and {@code argN} have rules of their own.
 */
public enum Builtin {
  PID("pid", Int.UINT32),
  TID("tid", Int.UINT32),
  /** As the first of the kernel's process namespaces counts; only {@code pid(init)} names it. */
  INIT_PID("", Int.UINT32),
  /** As {@link #INIT_PID}. */
  INIT_TID("", Int.UINT32),
  PPID("ppid", Int.UINT32),
  UID("uid", Int.UINT32),
  GID("gid", Int.UINT32),
  COMM("comm", new Type.Text(16)),
  CPU("cpu", Int.UINT32),
  NSECS("nsecs", Int.UINT64),
  ELAPSED("elapsed", Int.UINT64),
  RAND("rand", Int.UINT32),
  RETVAL("retval", Int.UINT64),
  /** Size depends on the place. */
  FUNC("func", new Type.Text(1)),
  /** Size depends on the place. */
  PROBE("probe", new Type.Text(1)),
  CURTASK("curtask", Int.UINT64),
  /** What an iterator hands over; type depends on the place. */
  CTX("ctx", Int.UINT64),
  CGROUP("cgroup", Int.UINT64),
  NCPUS("ncpus", Int.UINT64),
  JIFFIES("jiffies", Int.UINT64),
  NUMAID("numaid", Int.UINT32),
  /** 1 where the registers are those of a program, 0 where they are the kernel's. */
  USERMODE("usermode", new Int(1, false));

  private final String text;
  private final Type.Plain type;

  Builtin(String text, Type.Plain type) {
    this.text = text;
    this.type = type;
  }

  /** As written. */
  public String text() {
    return text;
  }

  Type.Plain type() {
    return type;
  }

  static Optional<Builtin> named(String name) {
    for (Builtin builtin : values()) {
      if (builtin.text.equals(name) && !name.isEmpty()) {
        return Optional.of(builtin);
      }
    }
    return Optional.empty();
  }
}
