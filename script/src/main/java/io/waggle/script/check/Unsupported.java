package io.waggle.script.check;

import java.util.Set;

/** The language's names that waggle knows of and cannot do, so that it can say so. */
final class Unsupported {
  private static final Set<String> NAMES =
      Set.of(
          "assert",
          "assert_str",
          "bswap",
          "cat",
          "cgroup_path",
          "cgroupid",
          "config",
          "container_of",
          "debugf",
          "default_str_length",
          "dw_ustack",
          "errorf",
          "fail",
          "find",
          "has_cpid",
          "is_err",
          "jiffies",
          "kaddr",
          "kfunc_allowed",
          "kfunc_exist",
          "kptr",
          "kstack",
          "ksym",
          "leader_comm",
          "leader_tid",
          "macaddr",
          "memcmp",
          "ntop",
          "numaid",
          "override",
          "path",
          "pcomm",
          "percpu_kaddr",
          "probetype",
          "pton",
          "reg",
          "signal",
          "signal_name",
          "signal_thread",
          "skboutput",
          "socket_cookie",
          "static_assert",
          "str_concat",
          "strcap",
          "strcontains",
          "strerror",
          "strstr",
          "syscall_name",
          "system",
          "tseries",
          "uaddr",
          "unwatch",
          "uptr",
          "usermode",
          "username",
          "ustack",
          "usym",
          "warnf",
          "write_user");

  private Unsupported() {}

  static boolean isKnown(String name) {
    return NAMES.contains(name);
  }

  static String message(String name) {
    return name + " is not supported";
  }
}
