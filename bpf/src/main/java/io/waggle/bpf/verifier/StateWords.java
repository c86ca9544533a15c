package io.waggle.bpf.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Says in words what the verifier knows of a value. */
final class StateWords {
  /** Words put in front of a type, by the kernel's prefix (reg_type_str, kernel/bpf/log.c). */
  private static final Map<String, String> PREFIXES =
      Map.of(
          "rdonly_", "read-only",
          "user_", "user-space",
          "percpu_", "per-CPU",
          "rcu_", "RCU-protected",
          "untrusted_", "untrusted",
          "trusted_", "trusted",
          "ringbuf_", "ring buffer",
          "alloc_", "allocated");

  private static final Map<String, String> POINTERS =
      Map.ofEntries(
          Map.entry("ctx", "the program's context"),
          Map.entry("pkt", "a pointer into the packet"),
          Map.entry("pkt_meta", "a pointer to the packet's metadata"),
          Map.entry("pkt_end", "the end of the packet"),
          Map.entry("flow_keys", "a pointer to flow keys"),
          Map.entry("sock", "a pointer to a socket"),
          Map.entry("sock_common", "a pointer to the common part of a socket"),
          Map.entry("tcp_sock", "a pointer to a TCP socket"),
          Map.entry("xdp_sock", "a pointer to an XDP socket"),
          Map.entry("tp_buffer", "a pointer to the tracepoint's arguments"),
          Map.entry("mem", "a pointer to memory"),
          Map.entry("buf", "a pointer to a buffer"),
          Map.entry("rdwr_buf", "a pointer to a buffer"),
          Map.entry("func", "the address of a function"),
          Map.entry("map_key", "a pointer to a key of a map"),
          Map.entry("dynptr_ptr", "a pointer to a dynptr"),
          Map.entry("arena", "a pointer into an arena"),
          Map.entry("?", "nothing yet: no instruction on this way has written it"));

  private StateWords() {}

  static String of(RegisterState state) {
    String type = state.type();
    if (type.equals("scalar") || type.equals("imm")) {
      return number(state);
    }
    if (type.equals("fp")) {
      return "a pointer to the stack"
          + (state.constant().isPresent() ? at(state.constant().getAsLong()) : between(state));
    }
    List<String> adjectives = new ArrayList<>();
    String base = strip(type, adjectives);
    boolean mayBeNull = state.mayBeNull();
    base = base.replace("ptr_or_null_", "ptr_").replace("_or_null", "");
    String words = pointer(base, state);
    if (!adjectives.isEmpty()) {
      words = "a(n) " + String.join(" ", adjectives) + words.replaceFirst("^(an?|the) ", " ");
    }
    return words.replaceFirst("^a\\(n\\) (?=[aeiouR])", "an ").replaceFirst("^a\\(n\\) ", "a ")
        + offset(state)
        + (mayBeNull ? " that may be NULL" : "");
  }

  private static String strip(String type, List<String> adjectives) {
    String rest = type;
    for (boolean found = true; found; ) {
      found = false;
      for (Map.Entry<String, String> prefix : PREFIXES.entrySet()) {
        if (rest.startsWith(prefix.getKey())) {
          adjectives.add(prefix.getValue());
          rest = rest.substring(prefix.getKey().length());
          found = true;
        }
      }
    }
    return rest;
  }

  private static String pointer(String base, RegisterState state) {
    String map = state.attributes().getOrDefault("map", "");
    String named = map.isEmpty() ? "a map" : "map '" + map + "'";
    if (base.equals("map_ptr")) {
      return named;
    }
    if (base.equals("map_value")) {
      return "a pointer to a value of " + named + bytes(state.attribute("vs"));
    }
    if (base.equals("map_key")) {
      return "a pointer to a key of " + named + bytes(state.attribute("ks"));
    }
    if (base.startsWith("ptr_")) {
      return "a pointer to the kernel's struct " + base.substring("ptr_".length());
    }
    if (base.startsWith("dynptr_") && !base.equals("dynptr_ptr")) {
      return "a dynptr (" + base.substring("dynptr_".length()) + ")";
    }
    if (base.startsWith("iter_")) {
      return "an iterator (" + base.substring("iter_".length()) + ")";
    }
    if (!base.isEmpty() && base.chars().allMatch(c -> "mr0?diIf".indexOf(c) >= 0)) {
      return base.contains("?") ? "bytes not all written yet" : "bytes of any value";
    }
    String words = POINTERS.getOrDefault(base, "of type " + base);
    OptionalLong checked = state.attribute("r");
    if (base.equals("pkt") || base.equals("pkt_meta")) {
      return words + " of which " + checked.orElse(0) + " bytes are known to be there";
    }
    return words + bytes(state.attribute("sz"));
  }

  private static String bytes(OptionalLong size) {
    return size.isPresent() ? " (" + size.getAsLong() + " bytes)" : "";
  }

  private static String offset(RegisterState state) {
    long fixed = state.attribute("off").orElse(0) + state.attribute("imm").orElse(0);
    boolean isVariable = state.attributes().containsKey("var_off");
    if (isVariable || state.attribute("umax").isPresent() || state.attribute("smax").isPresent()) {
      return (fixed == 0 ? "" : " at offset " + fixed + " and")
          + (fixed == 0 ? " at an offset" : "")
          + between(state);
    }
    return fixed == 0 ? "" : " at offset " + fixed;
  }

  private static String between(RegisterState state) {
    OptionalLong least = least(state);
    OptionalLong most = most(state);
    if (least.isPresent() && most.isPresent()) {
      return " from " + least.getAsLong() + " to " + Long.toUnsignedString(most.getAsLong());
    }
    if (most.isPresent()) {
      return " of at most " + Long.toUnsignedString(most.getAsLong());
    }
    return " without known bounds";
  }

  private static String at(long offset) {
    return offset == 0 ? "" : " at " + offset;
  }

  private static String number(RegisterState state) {
    if (state.constant().isPresent()) {
      return "the number " + state.constant().getAsLong();
    }
    OptionalLong least = least(state);
    OptionalLong most = most(state);
    if (least.isPresent() && most.isPresent()) {
      return "a number from "
          + least.getAsLong()
          + " to "
          + Long.toUnsignedString(most.getAsLong());
    }
    if (most.isPresent()) {
      return "a number of at most " + most.getAsLong() + ", maybe negative";
    }
    if (least.isPresent()) {
      return "a number of at least " + least.getAsLong();
    }
    return "a number that may have any value";
  }

  private static OptionalLong least(RegisterState state) {
    OptionalLong signed = state.attribute("smin");
    OptionalLong unsigned = state.attribute("umin");
    if (signed.isPresent() || unsigned.isPresent()) {
      return signed.isPresent() ? signed : unsigned;
    }
    // Left out where it is 0, which an unsigned bound on the other side implies.
    return state.attribute("umax").isPresent() ? OptionalLong.of(0) : signed;
  }

  private static OptionalLong most(RegisterState state) {
    OptionalLong signed = state.attribute("smax");
    return signed.isPresent() ? signed : state.attribute("umax");
  }
}
