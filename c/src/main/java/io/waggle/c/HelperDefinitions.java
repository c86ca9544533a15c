package io.waggle.c;

import io.waggle.bpf.Helper;
import io.waggle.bpf.Helpers;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code bpf_helper_defs.h}: every helper of the kernel as a function that programs can call. */
final class HelperDefinitions {
  /** The table has the kernel's own types; programs see other names of them. */
  private static final Map<String, String> SEEN_AS =
      Map.ofEntries(
          Map.entry("u8", "__u8"),
          Map.entry("u16", "__u16"),
          Map.entry("u32", "__u32"),
          Map.entry("u64", "__u64"),
          Map.entry("s8", "__s8"),
          Map.entry("s16", "__s16"),
          Map.entry("s32", "__s32"),
          Map.entry("s64", "__s64"),
          Map.entry("size_t", "unsigned long"),
          Map.entry("struct bpf_map", "void"),
          Map.entry("struct sk_buff", "struct __sk_buff"),
          Map.entry("struct sk_msg_buff", "struct sk_msg_md"),
          Map.entry("struct xdp_buff", "struct xdp_md"));

  private static final Pattern TYPE =
      Pattern.compile("struct \\w+|\\b(?:[us](?:8|16|32|64)|size_t)\\b");

  /** Helpers that take contexts of several kinds. */
  private static final Set<String> ANY_CONTEXT = Set.of("get_socket_cookie", "sk_assign");

  private HelperDefinitions() {}

  static String text() {
    StringBuilder functions = new StringBuilder();
    Set<String> structures = new TreeSet<>();
    for (Helper helper : Helpers.all()) {
      String prototype = seen(helper.prototype(), structures);
      String name = "bpf_" + helper.name();
      int at = prototype.indexOf(name + "(");
      String arguments = prototype.substring(at + name.length());
      if (ANY_CONTEXT.contains(helper.name())) {
        arguments = arguments.replaceFirst("struct \\w+ \\*\\w+", "void *ctx");
      }
      functions
          .append("static ")
          .append(prototype, 0, at)
          .append("(*")
          .append(name)
          .append(")")
          .append(arguments)
          .append(" = (void *)")
          .append(helper.id())
          .append(";\n");
    }
    StringBuilder text = new StringBuilder();
    text.append("/* The helpers of the kernel, by number. Made from the table of helpers. */\n");
    text.append("#ifndef __BPF_HELPER_DEFS_H__\n#define __BPF_HELPER_DEFS_H__\n\n");
    structures.forEach(structure -> text.append(structure).append(";\n"));
    text.append('\n').append("#pragma clang diagnostic push\n");
    text.append("#pragma clang diagnostic ignored \"-Wunused-variable\"\n");
    text.append(functions).append("#pragma clang diagnostic pop\n\n#endif\n");
    return text.toString();
  }

  private static String seen(String prototype, Set<String> structures) {
    Matcher types = TYPE.matcher(prototype);
    StringBuilder text = new StringBuilder();
    while (types.find()) {
      String type = SEEN_AS.getOrDefault(types.group(), types.group());
      if (type.startsWith("struct ")) {
        structures.add(type);
      }
      types.appendReplacement(text, type);
    }
    return types.appendTail(text).toString();
  }
}
