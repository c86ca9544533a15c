package io.waggle.bpf;

/** How a program attaches by the name of its section alone, which says where. */
public enum AttachWay {
  KPROBE,
  KRETPROBE,
  KPROBE_MULTI,
  KRETPROBE_MULTI,
  UPROBE,
  URETPROBE,
  SYSCALL,
  SYSCALL_RETURN,
  USDT,
  TRACEPOINT,
  RAW_TRACEPOINT,
  /** To what the program was loaded for, which the kernel knows. */
  TRACING,
  ITERATOR,
  /** As a member of a structure, which is attached as a whole. */
  STRUCT_OPS,
  /** Not by the name: the user says where. */
  BY_USER
}
