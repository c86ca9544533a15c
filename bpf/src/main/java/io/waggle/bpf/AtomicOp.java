package io.waggle.bpf;

/** Atomic memory operations; the value is the immediate field, without the FETCH bit (0x01). */
public enum AtomicOp {
  ADD(0x00),
  OR(0x40),
  AND(0x50),
  XOR(0xa0),
  XCHG(0xe0),
  CMPXCHG(0xf0),
  LOAD_ACQUIRE(0x100),
  STORE_RELEASE(0x110);

  private final int code;

  AtomicOp(int code) {
    this.code = code;
  }

  /** The immediate field without the FETCH bit. */
  public int code() {
    return code;
  }
}
