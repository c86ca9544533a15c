package io.waggle.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.pack.Meta.Argument;
import io.waggle.pack.Meta.DataSection;
import io.waggle.pack.Meta.Export;
import io.waggle.pack.Meta.Form;
import io.waggle.pack.Meta.Interpreter;
import io.waggle.pack.Meta.Literal;
import io.waggle.pack.Meta.MapMeta;
import io.waggle.pack.Meta.Network;
import io.waggle.pack.Meta.ProgramMeta;
import io.waggle.pack.Meta.Skeleton;
import io.waggle.pack.Meta.Variable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DocCommentsTest {
  private static final String SOURCE =
      """
      // SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause
      #include "vmlinux.h"
      #define TWO \\
        LINES
      /// @brief   Shows processes.
      /// @details It traces starts and exits
      /// and shows what is known of them.
      /// @version 0.1
      char anything[] SEC("license") = "Dual BSD/GPL; {";

      /// @sample {"interval": 1000,
      ///   "type": "linear_hist", "clear_map": true}
      struct
      {
        __uint(type, BPF_MAP_TYPE_HASH); // } not this one
        __type(value, u64);
      } exec_start SEC(".maps");

      /// shortest life in ns
      const volatile unsigned long long min_duration_ns = 0;

      /** @cmdarg {"default": 0, "short": "p", "long": "pid"}
       *  @description "target pid to trace"
       */
      const volatile int target_pid __attribute__((unused)) = sizeof(int);

      const volatile int silent = 1;
      /// text above a list
      const volatile char name[8] = {'}', '"'};

      /// @intepreter {"stack_trace": {"with_symbols": false}}
      struct { int x; } events SEC(".maps");

      /// called when a process starts
      SEC("tp/sched/sched_process_exec")
      int handle_exec(struct trace_event_raw *ctx)
      {
        /// not of this one
        return '}' + "}"[0];
      }

      /// @tchook {"ifindex":3, "attach_point":"BPF_TC_EGRESS"}
      /// @tcopts {"handle":1, "priority":7}
      SEC("tc")
      int tc_ingress(struct __sk_buff *ctx) { return 0; }

      /// @ifindex 2
      /// @flags 4
      /// @xdpopts {"old_prog_fd":0}
      SEC("xdp") int drop(struct xdp_md *ctx) { return 1; }

      /// a macro names it
      SEC("kprobe/do_unlinkat")
      int BPF_KPROBE(do_unlinkat, int dfd, struct filename *name) { return 0; }
      """;

  @Test
  void findsWhatEachCommentStandsAbove() {
    Map<String, DocComment> comments = DocComments.parse(SOURCE);
    assertThat(comments)
        .containsOnlyKeys(
            "LICENSE",
            "exec_start",
            "min_duration_ns",
            "target_pid",
            "name",
            "events",
            "handle_exec",
            "tc_ingress",
            "drop",
            "do_unlinkat");
    assertThat(comments.get("min_duration_ns").text()).isEqualTo("shortest life in ns");
    assertThat(comments.get("min_duration_ns").line()).isEqualTo(19);
    assertThat(comments.get("LICENSE").tag("details"))
        .contains("It traces starts and exits and shows what is known of them.");
    assertThat(comments.get("handle_exec").text()).isEqualTo("called when a process starts");
    assertThat(comments.get("name").text()).isEqualTo("text above a list");
  }

  @Test
  void addsThemToTheSkeleton() {
    Skeleton annotated = Annotations.apply(skeleton(), "client.bpf.c", SOURCE);
    assertThat(annotated.doc().orElseThrow().brief()).contains("Shows processes.");
    assertThat(annotated.doc().orElseThrow().version()).contains("0.1");
    List<Variable> variables = annotated.dataSections().getFirst().variables();
    assertThat(variables.getFirst().description()).contains("shortest life in ns");
    assertThat(variables.getLast().description()).contains("target pid to trace");
    assertThat(variables.getLast().argument())
        .isEqualTo(
            new Argument(
                Optional.of(new Literal.Digits("0")),
                Optional.of("pid"),
                Optional.of("p"),
                Optional.empty()));
    assertThat(annotated.map("exec_start").orElseThrow().sample())
        .contains(new Meta.Sample(1000, Form.LINEAR_HIST, "(unit)", true));
    assertThat(annotated.map("events").orElseThrow().interpreter())
        .isEqualTo(new Interpreter.StackTrace(Meta.StackFields.USUAL, false));
    assertThat(annotated.programs())
        .extracting(ProgramMeta::network)
        .containsExactly(
            Optional.of(
                new Network.TrafficControl(
                    3, "BPF_TC_EGRESS", OptionalInt.of(1), OptionalInt.of(7))),
            Optional.of(new Network.Xdp(2, 4, 0)));
  }

  private static Skeleton skeleton() {
    return new Skeleton(
        List.of(
            new DataSection(
                ".rodata",
                List.of(
                    variable("min_duration_ns", "unsigned long long"),
                    variable("target_pid", "int")))),
        List.of(map("exec_start"), map("events")),
        List.of(
            new ProgramMeta("tc_ingress", "tc", true, Optional.empty()),
            new ProgramMeta("drop", "xdp", true, Optional.empty())),
        "client_bpf",
        Optional.empty());
  }

  private static Variable variable(String name, String type) {
    return new Variable(name, type, Optional.empty(), Optional.empty(), Argument.NONE);
  }

  private static MapMeta map(String name) {
    return new MapMeta(
        name, name, false, Optional.empty(), new Export.None(), new Interpreter.Structure());
  }

  @Test
  void refusesValuesThatMakeNoSense() {
    assertRefused("/// @sample {\"interval\": \nstruct {} exec_start SEC(\".maps\");", "no JSON");
    assertRefused(
        "\n/// @sample 3\nstruct {} exec_start SEC(\".maps\");",
        "client.bpf.c:2: exec_start: sample is no object");
    assertRefused(
        "/// @sample {}\nstruct {} exec_start SEC(\".maps\");", "sample.interval is missing");
  }

  private static void assertRefused(String source, String message) {
    assertThatThrownBy(() -> Annotations.apply(skeleton(), "client.bpf.c", source))
        .isInstanceOf(PackageException.class)
        .hasMessageContaining(message);
  }

  @Property(tries = 2000)
  void anyTextIsRead(@ForAll int from, @ForAll int to, @ForAll String other) {
    int start = Math.floorMod(from, SOURCE.length());
    int end = Math.max(start, Math.floorMod(to, SOURCE.length()));
    DocComments.parse(SOURCE.substring(start, end) + other + SOURCE.substring(start));
  }
}
