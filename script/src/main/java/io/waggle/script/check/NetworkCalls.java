package io.waggle.script.check;

import io.waggle.bpf.Bytes;
import io.waggle.script.types.Type;
import io.waggle.script.types.Type.Int;
import java.util.List;
import java.util.Optional;

/** Addresses of networks and machines. */
final class NetworkCalls {
  /** AF_INET and AF_INET6 (include/linux/socket.h). */
  private static final int INET = 2;

  private static final int INET6 = 10;

  private NetworkCalls() {}

  static Term value(CallSite call) {
    return switch (call.function()) {
      case NTOP -> ntop(call);
      case MACADDR -> macaddr(call);
      case PTON -> pton(call);
      default -> throw new IllegalStateException("no function of networks: " + call.name());
    };
  }

  private static Term ntop(CallSite call) {
    int last = call.count() - 1;
    Term address = Texts.array(call.term(last));
    if (Types.isUnknown(address.type())) {
      return address;
    }
    boolean number = address.type() instanceof Int;
    int size = address.type().size();
    if (!number && !(isBytes(address) && (size == 4 || size == 16))) {
      return call.error(
          last, "ntop() expects an integer or array argument, got " + Types.name(address.type()));
    }
    Term family =
        last == 0
            ? new Term.Number(call.span(), Int.INT64, number || size == 4 ? INET : INET6)
            : call.integer(0, "ntop() expects an address family");
    if (Types.isUnknown(family.type())) {
      return family;
    }
    return number
        ? new Term.Compute(
            call.span(),
            new Type.Inet(),
            new Operation.NumberToInet(),
            List.of(family, Conversion.to(address, Int.UINT64)))
        : new Term.Compute(
            call.span(), new Type.Inet(), new Operation.BytesToInet(), List.of(family, address));
  }

  private static Term macaddr(CallSite call) {
    Term bytes = Texts.array(call.term(0));
    if (Types.isUnknown(bytes.type())) {
      return bytes;
    }
    if (!isBytes(bytes) || bytes.type().size() != 6) {
      return call.error(
          0,
          "macaddr() only supports arrays of 6 bytes (" + Types.name(bytes.type()) + " provided)");
    }
    return new Term.Compute(call.span(), new Type.Mac(), new Operation.ReadMac(), List.of(bytes));
  }

  private static boolean isBytes(Term term) {
    return term.type() instanceof Type.Array(Int(int size, boolean _), int _) && size == 1;
  }

  /** {@code pton("127.0.0.1")}: the address's bytes as they travel. */
  private static Term pton(CallSite call) {
    Optional<String> text = call.literal(0);
    if (text.isEmpty()) {
      return call.unknown();
    }
    Optional<byte[]> bytes = InternetAddressReader.read(text.get());
    return bytes.isPresent()
        ? new Term.Compute(
            call.span(),
            new Type.Array(new Int(1, true), bytes.get().length),
            new Operation.KnownBytes(Bytes.of(bytes.get())),
            List.of())
        : call.error(
            0, "pton() expects an string argument of an IPv4/IPv6 address, got " + text.get());
  }
}
