package io.waggle.linux;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * BPF filters of an interface by the traffic control of rtnetlink, which kernels have had since
 * 4.5. The interface holds queueing discipline and filter until they are deleted or it goes,
 * whether or not this process lives. Belongs to the network namespace of the thread that opened it
 * and keeps it alive.
 */
public final class TrafficControl implements AutoCloseable {
  // include/uapi/linux/pkt_sched.h: numbers of major and minor part, 16 bits each
  /** Parent of the filters of packets that come in. */
  public static final int INGRESS = 0xfffffff2;

  /** Parent of the filters of packets that go out. */
  public static final int EGRESS = 0xfffffff3;

  private static final int CLSACT_PARENT = 0xfffffff1;
  private static final int CLSACT_HANDLE = 0xffff0000;

  private static final int NEWQDISC = 36;
  private static final int DELQDISC = 37;
  private static final int NEWTFILTER = 44;
  private static final int DELTFILTER = 45;
  private static final int GETTFILTER = 46;
  private static final int ECHO = 8; // NLM_F_ECHO: tell what was made

  private static final int MESSAGE_BYTES = 20; // struct tcmsg
  private static final int HANDLE = 8;
  private static final int INFO = 16;
  private static final int KIND = 1; // TCA_KIND
  private static final int OPTIONS = 2; // TCA_OPTIONS
  private static final int BPF_FD = 6;
  private static final int BPF_NAME = 7;
  private static final int BPF_FLAGS = 8;
  private static final int BPF_ID = 11;
  private static final int DIRECT_ACTION = 1; // TCA_BPF_FLAG_ACT_DIRECT
  private static final int ALL_PROTOCOLS = 3; // ETH_P_ALL, in network order on the wire

  private final RouteNetlink netlink = RouteNetlink.open();
  private final NetworkDevice device;

  public TrafficControl(NetworkDevice device) {
    this.device = device;
  }

  /**
   * Makes the queueing discipline clsact, which filters in both directions need.
   *
   * @return whether it was made; false when the interface has it or its elder, ingress
   * @throws SystemCallException ENOENT when the kernel has no clsact
   */
  public boolean makeClsact() {
    try {
      netlink.ask(
          clsact(NEWQDISC, NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE, "RTM_NEWQDISC"));
      return true;
    } catch (SystemCallException refused) {
      if (refused.errno() == Errno.EEXIST) {
        return false;
      }
      throw refused;
    }
  }

  /** Deletes clsact and all filters in it. */
  public void deleteClsact() {
    netlink.ask(clsact(DELQDISC, 0, "RTM_DELQDISC"));
  }

  private NetlinkRequest clsact(int type, int flags, String word) {
    NetlinkRequest request = new NetlinkRequest(type, flags, word + ", clsact of " + device.name());
    return fixedPart(request, CLSACT_HANDLE, CLSACT_PARENT, 0).attribute(KIND, "clsact");
  }

  private NetlinkRequest fixedPart(NetlinkRequest request, int handle, int parent, int info) {
    return request.u8(0).u8(0).u16(0).u32(device.index()).u32(handle).u32(parent).u32(info);
  }

  /**
   * A BPF filter.
   *
   * @param parent what it is a filter of: {@link #INGRESS}, {@link #EGRESS} or a class
   * @param handle its number among those of its priority
   * @param priority filters run by it, the least first
   * @param name what it was called when it was attached
   * @param program the number of its program, 0 where the kernel does not tell (before 4.10)
   */
  public record Filter(int parent, int handle, int priority, String name, int program) {}

  /**
   * Attaches a program that says itself what becomes of the packet (direct action).
   *
   * @param handle 0 lets the kernel choose
   * @param priority 1 to 65535; 0 lets the kernel choose
   * @param replace whether to take the place of the filter of that handle and priority
   * @return the filter as made
   * @throws SystemCallException EEXIST when there is such a filter and it is not to be replaced
   */
  public Filter attach(
      Fd program, String name, int parent, int handle, int priority, boolean replace) {
    int flags =
        ECHO
            | NetlinkRequest.CREATE
            | (replace ? NetlinkRequest.REPLACE : NetlinkRequest.EXCLUSIVE);
    NetlinkRequest request =
        fixedPart(
            new NetlinkRequest(NEWTFILTER, flags, "RTM_NEWTFILTER, bpf of " + device.name()),
            handle,
            parent,
            info(priority));
    request.attribute(KIND, "bpf");
    int options = request.begin(OPTIONS);
    request
        .attribute(BPF_FD, program.number())
        .attribute(BPF_NAME, name)
        .attribute(BPF_FLAGS, DIRECT_ACTION)
        .end(options);
    for (NetlinkMessage answer : netlink.ask(request)) {
      if (answer.type() == NEWTFILTER) {
        return filter(answer, parent);
      }
    }
    return new Filter(parent, handle, priority, name, 0); // an old kernel that does not echo
  }

  /** Detaches a filter. */
  public void detach(Filter filter) {
    netlink.ask(
        fixedPart(
                new NetlinkRequest(DELTFILTER, 0, "RTM_DELTFILTER, bpf of " + device.name()),
                filter.handle(),
                filter.parent(),
                info(filter.priority()))
            .attribute(KIND, "bpf"));
  }

  /** The BPF filters of a parent, in the order in which they run. */
  public List<Filter> filters(int parent) {
    List<Filter> filters = new ArrayList<>();
    for (NetlinkMessage message : list(parent)) {
      // Before its filters the kernel lists each priority by itself, without a handle.
      if (message.u32(HANDLE) != 0
          && message.attributes(MESSAGE_BYTES).text(KIND).orElse("").equals("bpf")) {
        filters.add(filter(message, parent));
      }
    }
    return List.copyOf(filters);
  }

  /** Whether a parent has filters of any kind. */
  public boolean hasFilters(int parent) {
    return !list(parent).isEmpty();
  }

  private List<NetlinkMessage> list(int parent) {
    String what = "RTM_GETTFILTER, filters of " + device.name();
    NetlinkRequest request = new NetlinkRequest(GETTFILTER, NetlinkRequest.DUMP, what);
    List<NetlinkMessage> messages = new ArrayList<>(netlink.ask(fixedPart(request, 0, parent, 0)));
    messages.removeIf(message -> message.type() != NEWTFILTER);
    return messages;
  }

  private static Filter filter(NetlinkMessage message, int parent) {
    NetlinkAttributes options = message.attributes(MESSAGE_BYTES).nested(OPTIONS);
    return new Filter(
        parent,
        message.u32(HANDLE),
        message.u32(INFO) >>> 16,
        options.text(BPF_NAME).orElse(""),
        options.number(BPF_ID).orElse(0));
  }

  private static int info(int priority) {
    int protocol =
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? ALL_PROTOCOLS << 8 : ALL_PROTOCOLS;
    return priority << 16 | protocol;
  }

  @Override
  public void close() {
    netlink.close();
  }
}
