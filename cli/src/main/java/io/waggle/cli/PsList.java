package io.waggle.cli;

import io.waggle.kernel.Holders;
import io.waggle.kernel.Kernel;
import io.waggle.linux.BpfIds;
import io.waggle.linux.BpfProgram;
import io.waggle.linux.Errno;
import io.waggle.linux.Fd;
import io.waggle.linux.ProgramDescription;
import io.waggle.linux.SystemCallException;
import io.waggle.linux.Terminal;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** One run of {@code waggle ps} that lists objects. */
final class PsList {
  private static final int FAILED = 1;
  private static final List<String> KINDS = List.of("prog", "map", "link", "btf");

  private final List<String> kinds;
  private final Optional<Double> seconds;
  private final boolean json;

  /**
   * A list.
   *
   * @param kinds at most one of them, all if none
   * @param seconds for how long to count runs
   */
  PsList(List<String> kinds, Optional<Double> seconds, boolean json) {
    for (String kind : kinds) {
      if (!KINDS.contains(kind)) {
        throw new UsageException(
            "unknown kind '" + kind + "'; there are " + String.join(", ", KINDS));
      }
    }
    this.kinds = kinds.isEmpty() ? KINDS : kinds;
    this.seconds = seconds;
    this.json = json;
  }

  int run(PrintStream out, PrintStream err) {
    try {
      Map<Integer, Map<String, Object>> costs =
          seconds.isPresent() && kinds.contains("prog") ? costs(seconds.get()) : Map.of();
      PsFacts facts = new PsFacts(Holders.find());
      Map<String, List<Map<String, Object>>> lists = new LinkedHashMap<>();
      for (String kind : kinds) {
        lists.put(kind, list(kind, facts, costs));
      }
      out.print(
          json
              ? JsonText.of(kinds.size() == 1 ? lists.get(kinds.getFirst()) : lists)
              : text(lists));
      return Main.OK;
    } catch (SystemCallException refused) {
      err.println("waggle ps: " + refused.getMessage());
      return FAILED;
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
  }

  private static List<Map<String, Object>> list(
      String kind, PsFacts facts, Map<Integer, Map<String, Object>> costs) {
    List<Map<String, Object>> rows =
        switch (kind) {
          case "prog" -> each(BpfIds.PROGRAMS, facts::program);
          case "map" -> each(BpfIds.MAPS, facts::map);
          case "link" -> each(BpfIds.LINKS, facts::link);
          default -> each(BpfIds.BTFS, facts::types);
        };
    if (kind.equals("prog") && !costs.isEmpty()) {
      // A program that came after the count has cost nothing yet.
      rows.forEach(row -> row.putAll(costs.getOrDefault((Integer) row.get("id"), cost(0, 0, 1))));
      rows.sort(Comparator.comparingDouble(row -> -((Double) row.get("cpu_percent"))));
    }
    return rows;
  }

  /** Walks over all objects of a kind; those that go meanwhile are passed over. */
  private static List<Map<String, Object>> each(
      BpfIds ids, BiFunction<Integer, Fd, Map<String, Object>> describe) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int id = ids.after(0); id != 0; id = ids.after(id)) {
      try (Fd fd = ids.open(id)) {
        rows.add(describe.apply(id, fd));
      } catch (SystemCallException gone) {
        if (gone.errno() != Errno.ENOENT) {
          throw gone;
        }
      }
    }
    return rows;
  }

  /** Runs, time a run and share of one CPU while the kernel counts. */
  private static Map<Integer, Map<String, Object>> costs(double seconds)
      throws InterruptedException {
    try (Kernel kernel = Kernel.host();
        Fd counting = kernel.enableStats()) {
      Map<Integer, ProgramDescription> before = counts();
      long start = System.nanoTime();
      Thread.sleep((long) (seconds * 1000));
      Map<Integer, ProgramDescription> after = counts();
      double elapsed = System.nanoTime() - start;
      Map<Integer, Map<String, Object>> costs = new HashMap<>();
      after.forEach(
          (id, now) -> {
            ProgramDescription then = before.get(id);
            long runs = now.runCount() - (then == null ? 0 : then.runCount());
            long time = now.runTimeNs() - (then == null ? 0 : then.runTimeNs());
            costs.put(id, cost(runs, time, elapsed));
          });
      return counting.isOpen() ? costs : Map.of();
    }
  }

  private static Map<String, Object> cost(long runs, long time, double elapsed) {
    Map<String, Object> cost = new LinkedHashMap<>();
    cost.put("runs", runs);
    cost.put("ns_per_run", runs == 0 ? 0 : time / runs);
    cost.put("cpu_percent", Math.round(time / elapsed * 100_000) / 1000.0);
    return cost;
  }

  private static Map<Integer, ProgramDescription> counts() {
    Map<Integer, ProgramDescription> counts = new HashMap<>();
    each(
        BpfIds.PROGRAMS,
        (id, fd) -> {
          counts.put(id, BpfProgram.describe(fd));
          return Map.of();
        });
    return counts;
  }

  private static String text(Map<String, List<Map<String, Object>>> lists) {
    StringBuilder text = new StringBuilder();
    lists.forEach(
        (kind, rows) -> {
          text.append(text.isEmpty() ? "" : "\n");
          text.append(title(kind)).append(rows.isEmpty() ? ": none\n" : "\n");
          if (!rows.isEmpty()) {
            text.append(new PsTable(rows, Terminal.columns()).text());
          }
        });
    return text.toString();
  }

  private static String title(String kind) {
    return switch (kind) {
      case "prog" -> "Programs";
      case "map" -> "Maps";
      case "link" -> "Links";
      default -> "Types (BTF)";
    };
  }
}
