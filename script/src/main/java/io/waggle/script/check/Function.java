package io.waggle.script.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The library: the table of its functions. A name with {@code least} 0 also stands alone. */
enum Function {
  ASSERT("assert", Family.PRINT, Use.ACTION, 2, 2),
  ASSERT_STR("assert_str", Family.TEXT, Use.ACTION, 1, 1),
  ASSIGNED("_", Family.PRINT, Use.ACTION, 1, 1),
  AVG("avg", Family.AGGREGATION, Use.AGGREGATION, 1, 1),
  BSWAP("bswap", Family.ADDRESS, Use.VALUE, 1, 1),
  BUF("buf", Family.TEXT, Use.VALUE, 1, 2),
  CAT("cat", Family.PRINT, Use.ACTION, 1, Function.ANY),
  CGROUPID("cgroupid", Family.TASK, Use.VALUE, 1, 1),
  CGROUP_PATH("cgroup_path", Family.TASK, Use.VALUE, 1, 2),
  CLEAR("clear", Family.MAP, Use.ACTION, 1, 1),
  COMPTIME("comptime", Family.TYPE, Use.VALUE, 1, 1),
  COUNT("count", Family.AGGREGATION, Use.AGGREGATION, 0, 0),
  COMM("comm", Family.TASK, Use.VALUE, 0, 1),
  CONTAINER_OF("container_of", Family.ADDRESS, Use.VALUE, 3, 3),
  CPID("cpid", Family.TASK, Use.VALUE, 0, 0),
  DEBUGF("debugf", Family.PRINT, Use.ACTION, 1, 4),
  DEFAULT_STR_LENGTH("default_str_length", Family.TEXT, Use.VALUE, 0, 0),
  DELETE("delete", Family.MAP, Use.VALUE, 1, 2),
  ERRORF("errorf", Family.PRINT, Use.ACTION, 1, Function.ANY),
  EXIT("exit", Family.PRINT, Use.ACTION, 0, 1),
  FAIL("fail", Family.PRINT, Use.ACTION, 1, Function.ANY),
  FIND("find", Family.MAP, Use.VALUE, 3, 3),
  GETOPT("getopt", Family.OPTION, Use.VALUE, 1, 3),
  HAS_CPID("has_cpid", Family.TASK, Use.VALUE, 0, 0),
  HAS_KEY("has_key", Family.MAP, Use.VALUE, 2, 2),
  HIST("hist", Family.AGGREGATION, Use.AGGREGATION, 1, 2),
  IS_ARRAY("is_array", Family.TYPE, Use.VALUE, 1, 1),
  IS_ERR("is_err", Family.ADDRESS, Use.VALUE, 1, 1),
  IS_INTEGER("is_integer", Family.TYPE, Use.VALUE, 1, 1),
  IS_LITERAL("is_literal", Family.TYPE, Use.VALUE, 1, 1),
  IS_PTR("is_ptr", Family.TYPE, Use.VALUE, 1, 1),
  IS_STR("is_str", Family.TYPE, Use.VALUE, 1, 1),
  IS_UNSIGNED_INTEGER("is_unsigned_integer", Family.TYPE, Use.VALUE, 1, 1),
  JOIN("join", Family.PRINT, Use.ACTION, 1, 2),
  KADDR("kaddr", Family.ADDRESS, Use.VALUE, 1, 1),
  KFUNC_ALLOWED("kfunc_allowed", Family.ADDRESS, Use.VALUE, 1, 1),
  KFUNC_EXIST("kfunc_exist", Family.ADDRESS, Use.VALUE, 1, 1),
  KPTR("kptr", Family.ADDRESS, Use.VALUE, 1, 1),
  KSTACK("kstack", Family.STACK, Use.VALUE, 0, 2),
  KSYM("ksym", Family.STACK, Use.VALUE, 1, 1),
  LEADER_COMM("leader_comm", Family.TASK, Use.VALUE, 0, 1),
  LEADER_TID("leader_tid", Family.TASK, Use.VALUE, 0, 1),
  LEN("len", Family.MAP, Use.VALUE, 1, 1),
  LHIST("lhist", Family.AGGREGATION, Use.AGGREGATION, 4, 4),
  MACADDR("macaddr", Family.NETWORK, Use.VALUE, 1, 1),
  MAX("max", Family.AGGREGATION, Use.AGGREGATION, 1, 1),
  MEMCMP("memcmp", Family.TEXT, Use.VALUE, 3, 3),
  MIN("min", Family.AGGREGATION, Use.AGGREGATION, 1, 1),
  NSECS("nsecs", Family.TIME, Use.VALUE, 0, 1),
  NTOP("ntop", Family.NETWORK, Use.VALUE, 1, 2),
  OVERRIDE("override", Family.TASK, Use.ACTION, 1, 1, true),
  PATH("path", Family.ADDRESS, Use.VALUE, 1, 2),
  PCOMM("pcomm", Family.TASK, Use.VALUE, 0, 1),
  PERCPU_KADDR("percpu_kaddr", Family.ADDRESS, Use.VALUE, 1, 2),
  PID("pid", Family.TASK, Use.VALUE, 0, 1),
  PPID("ppid", Family.TASK, Use.VALUE, 0, 1),
  PRINT("print", Family.PRINT, Use.ACTION, 1, 3),
  PRINTF("printf", Family.PRINT, Use.ACTION, 1, Function.ANY),
  PROBETYPE("probetype", Family.TASK, Use.VALUE, 0, 0),
  PTON("pton", Family.NETWORK, Use.VALUE, 1, 1),
  REG("reg", Family.ADDRESS, Use.VALUE, 1, 1),
  SIGNAL("signal", Family.TASK, Use.ACTION, 1, 1, true),
  SIGNAL_NAME("signal_name", Family.NAME, Use.VALUE, 1, 1),
  SIGNAL_THREAD("signal_thread", Family.TASK, Use.ACTION, 1, 1, true),
  SOCKET_COOKIE("socket_cookie", Family.ADDRESS, Use.VALUE, 1, 1),
  STATIC_ASSERT("static_assert", Family.PRINT, Use.ACTION, 2, 2),
  STATS("stats", Family.AGGREGATION, Use.AGGREGATION, 1, 1),
  STR("str", Family.TEXT, Use.VALUE, 1, 2),
  STRCAP("strcap", Family.TEXT, Use.VALUE, 1, 1),
  STRCONTAINS("strcontains", Family.TEXT, Use.VALUE, 2, 2),
  STRERROR("strerror", Family.NAME, Use.VALUE, 1, 1),
  STRFTIME("strftime", Family.TIME, Use.VALUE, 2, 2),
  STRLEN("strlen", Family.TEXT, Use.VALUE, 1, 1),
  STRNCMP("strncmp", Family.TEXT, Use.VALUE, 3, 3),
  STRSTR("strstr", Family.TEXT, Use.VALUE, 2, 2),
  STR_CONCAT("str_concat", Family.TEXT, Use.VALUE, 2, 2),
  SUM("sum", Family.AGGREGATION, Use.AGGREGATION, 1, 1),
  SYSCALL_NAME("syscall_name", Family.NAME, Use.VALUE, 1, 1),
  SYSTEM("system", Family.PRINT, Use.ACTION, 1, Function.ANY, true),
  TID("tid", Family.TASK, Use.VALUE, 0, 1),
  TIME("time", Family.PRINT, Use.ACTION, 0, 1),
  TSERIES("tseries", Family.AGGREGATION, Use.AGGREGATION, 3, 4),
  TYPEINFO("typeinfo", Family.TYPE, Use.VALUE, 1, 1),
  UADDR("uaddr", Family.ADDRESS, Use.VALUE, 1, 1),
  UNWATCH("unwatch", Family.PRINT, Use.ACTION, 1, 1),
  UPTR("uptr", Family.ADDRESS, Use.VALUE, 1, 1),
  USERNAME("username", Family.TASK, Use.VALUE, 0, 0),
  USTACK("ustack", Family.STACK, Use.VALUE, 0, 2),
  USYM("usym", Family.STACK, Use.VALUE, 1, 1),
  WARNF("warnf", Family.PRINT, Use.ACTION, 1, Function.ANY),
  WRITE_USER("write_user", Family.TASK, Use.VALUE, 3, 3, true),
  ZERO("zero", Family.MAP, Use.ACTION, 1, 1);

  /** What a function is used as. */
  enum Use {
    VALUE,
    ACTION,
    AGGREGATION
  }

  /** Which file checks it. */
  enum Family {
    ADDRESS,
    AGGREGATION,
    MAP,
    NAME,
    NETWORK,
    OPTION,
    PRINT,
    STACK,
    TASK,
    TEXT,
    TIME,
    TYPE
  }

  /** As many arguments as one likes. */
  private static final int ANY = Integer.MAX_VALUE;

  private static final Map<String, Function> BY_NAME = byName();

  private final String text;
  private final Family family;
  private final Use use;
  private final int least;
  private final int most;
  private final boolean unsafe;

  Function(String text, Family family, Use use, int least, int most) {
    this(text, family, use, least, most, false);
  }

  Function(String text, Family family, Use use, int least, int most, boolean unsafe) {
    this.text = text;
    this.family = family;
    this.use = use;
    this.least = least;
    this.most = most;
    this.unsafe = unsafe;
  }

  private static Map<String, Function> byName() {
    Map<String, Function> functions = new HashMap<>();
    for (Function function : values()) {
      functions.put(function.text, function);
    }
    return Map.copyOf(functions);
  }

  static Optional<Function> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** All names, for hints. */
  static List<String> names() {
    return new ArrayList<>(BY_NAME.keySet());
  }

  /** As written. */
  String text() {
    return text;
  }

  Family family() {
    return family;
  }

  Use use() {
    return use;
  }

  /** Whether it changes what it traces, which must be allowed. */
  boolean isUnsafe() {
    return unsafe;
  }

  /** How few arguments it takes. */
  int least() {
    return least;
  }

  /** What is wrong with a number of arguments, if anything. */
  Optional<String> wrongCount(int given) {
    if (given >= least && given <= most) {
      return Optional.empty();
    }
    String rule =
        least == most
            ? "requires " + plural(least)
            : given < least ? "requires at least " + plural(least) : "takes up to " + plural(most);
    return Optional.of(text + "() " + rule + " (" + given + " provided)");
  }

  private static String plural(int count) {
    return switch (count) {
      case 0 -> "no arguments";
      case 1 -> "one argument";
      default -> count + " arguments";
    };
  }
}
