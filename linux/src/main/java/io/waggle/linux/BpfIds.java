package io.waggle.linux;

/** The system's BPF objects by id: walking over all of one kind and opening one. */
public enum BpfIds {
  PROGRAMS("PROG", Bpf.PROG_GET_NEXT_ID, Bpf.PROG_GET_FD_BY_ID),
  MAPS("MAP", Bpf.MAP_GET_NEXT_ID, Bpf.MAP_GET_FD_BY_ID),
  BTFS("BTF", Bpf.BTF_GET_NEXT_ID, Bpf.BTF_GET_FD_BY_ID),
  LINKS("LINK", Bpf.LINK_GET_NEXT_ID, Bpf.LINK_GET_FD_BY_ID);

  private final String word;
  private final int next;
  private final int open;

  BpfIds(String word, int next, int open) {
    this.word = word;
    this.next = next;
    this.open = open;
  }

  /** The smallest id above {@code id} (start with 0), or 0 when there is none. */
  public int after(int id) {
    Attributes attributes = Native.attributes().u32(0, id);
    long result = Bpf.call(next, attributes, 12);
    if (result == -Errno.ENOENT) {
      return 0;
    }
    if (result < 0) {
      throw Bpf.failed("BPF_" + word + "_GET_NEXT_ID, " + id, result, Capability.SYS_ADMIN);
    }
    return attributes.u32(4);
  }

  /**
   * Opens the object of that id.
   *
   * @throws SystemCallException ENOENT when it has gone
   */
  public Fd open(int id) {
    long fd = Bpf.call(open, Native.attributes().u32(0, id), 12);
    if (fd < 0) {
      throw Bpf.failed("BPF_" + word + "_GET_FD_BY_ID, " + id, fd, Capability.SYS_ADMIN);
    }
    return new Fd(fd);
  }
}
