package io.waggle.kernel;

import static io.waggle.bpf.Register.R0;
import static io.waggle.bpf.Register.R1;
import static io.waggle.bpf.Register.R6;
import static io.waggle.bpf.Register.R7;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.waggle.bpf.Instruction;
import io.waggle.bpf.ProgramSpec;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.Child;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

@RequiresBpf
@Requires({Feature.UPROBE, Feature.GCC})
@EnabledIfSystemProperty(named = "os.arch", matches = "amd64") // pt_regs below
class UprobesTest {
  private static final int DI = 112; // the first argument in struct pt_regs of x86-64
  private static final int AX = 80; // the return value

  @TempDir static Path folder;
  private static Target target;

  @BeforeAll
  static void compile() {
    target = Target.compile(folder);
  }

  /** Sends process, cookie and a register. */
  private static List<Instruction> sending(int register) {
    return new Code()
        .load(R6, R1, register)
        .move(R7, R1)
        .store(-8, R6)
        .move(R1, R7)
        .call(Code.GET_ATTACH_COOKIE)
        .store(-16, R0)
        .call(Code.GET_CURRENT_PID_TGID)
        .store(-24, R0)
        .send(24)
        .returnZero();
  }

  private record Event(int pid, long cookie, long register) {}

  private static List<Event> events(RingBuffer ring) {
    List<Event> events = new ArrayList<>();
    while (ring.pending() > 0) {
      ring.consume(
          (memory, offset, _) ->
              events.add(
                  new Event(
                      (int) (memory.get(JAVA_LONG, offset) >>> 32),
                      memory.get(JAVA_LONG, offset + 8),
                      memory.get(JAVA_LONG, offset + 16))),
          100);
    }
    return events;
  }

  private static void sendsAll(ProgramSpec program, boolean atReturn, int factor) {
    try (Kernel kernel = Kernel.host();
        Target.Running process = target.start();
        Target.Running other = target.start();
        LoadedObject object = kernel.load(Code.object(program, Code.EVENTS));
        RingBuffer ring = object.ringBuffer("events")) {
      Uprobes.Site site = new Uprobes.Site(process.work(), 0, 4711);
      OptionalInt pid = OptionalInt.of(process.pid());
      Link link = object.attach("sender", new Uprobes(target.file(), List.of(site), atReturn, pid));
      other.call(10);
      process.call(1000);
      List<Event> events = events(ring);
      assertThat(events).hasSize(1000);
      for (int i = 0; i < 1000; i++) {
        assertThat(events.get(i)).isEqualTo(new Event(process.pid(), 4711, (long) factor * i));
      }
      link.close();
      link.close();
      process.call(10);
      assertThat(ring.pending()).isZero();
    }
  }

  @Test
  void everyCallOfOneProcessIsSentOverAPerfEvent() {
    sendsAll(Code.program("sender", ProgramType.KPROBE, sending(DI)), false, 1);
  }

  @Test
  void everyReturnOfOneProcessIsSentOverAPerfEvent() {
    sendsAll(Code.program("sender", ProgramType.KPROBE, sending(AX)), true, 2);
  }

  @Test
  @Requires(Feature.UPROBE_MULTI)
  void everyCallOfOneProcessIsSentOverAMultiLink() {
    sendsAll(Code.multi("sender", sending(DI)), false, 1);
  }

  @Test
  @Requires(Feature.UPROBE_MULTI)
  void everyReturnOfOneProcessIsSentOverAMultiLink() {
    sendsAll(Code.multi("sender", sending(AX)), true, 2);
  }

  @Test
  @Requires(Feature.UPROBE_MULTI)
  void sitesAreToldApartByTheirCookies() {
    try (Kernel kernel = Kernel.host();
        Target.Running process = target.start();
        LoadedObject object =
            kernel.load(Code.object(Code.multi("sender", sending(DI)), Code.EVENTS));
        RingBuffer ring = object.ringBuffer("events")) {
      List<Uprobes.Site> sites =
          List.of(new Uprobes.Site(process.work(), 0, 1), new Uprobes.Site(process.rest(), 0, 2));
      object.attach("sender", new Uprobes(target.file(), sites, false, OptionalInt.empty()));
      process.call(2);
      assertThat(events(ring))
          .extracting(Event::cookie, Event::register)
          .containsExactly(tuple(1L, 0L), tuple(2L, 0L), tuple(1L, 1L), tuple(2L, 1L));
    }
  }

  @Test
  void aHeldChildIsSeenFromItsFirstCallOn() {
    long work;
    try (Target.Running process = target.start()) {
      work = process.work();
    }
    try (Kernel kernel = Kernel.host();
        Child child = Child.hold(List.of(target.file(), "100"));
        LoadedObject object =
            kernel.load(
                Code.object(
                    Code.program("counter", ProgramType.KPROBE, new Code().count().returnZero()),
                    Code.HITS))) {
      List<Uprobes.Site> sites = List.of(new Uprobes.Site(work, 0, 0));
      object.attach(
          "counter", new Uprobes(target.file(), sites, false, OptionalInt.of(child.pid())));
      child.release();
      assertThat(child.await().status()).isZero();
      assertThat(Code.hits(object)).isEqualTo(100);
    }
  }

  @Test
  void whatCannotBeAttachedIsExplained() {
    try (Kernel kernel = Kernel.host();
        LoadedObject object =
            kernel.load(Code.object(Code.multi("sender", sending(DI)), Code.EVENTS))) {
      List<Uprobes.Site> sites = List.of(new Uprobes.Site(0x1000, 0, 0));
      assertThatThrownBy(
              () ->
                  object.attach(
                      "sender",
                      new Uprobes(target.file(), sites, false, OptionalInt.of(Integer.MAX_VALUE))))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("there is no process " + Integer.MAX_VALUE);
      assertThatThrownBy(
              () ->
                  object.attach(
                      "sender", new Uprobes("/no/such", sites, false, OptionalInt.empty())))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("/no/such");
    }
  }
}
