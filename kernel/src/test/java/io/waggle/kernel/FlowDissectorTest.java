package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.BpfObject;
import io.waggle.bpf.ProgramType;
import io.waggle.bpf.Register;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RequiresBpf
@Requires(Feature.NETWORK)
class FlowDissectorTest {
  private static final int GET_HASH_RECALC = 34;
  private static final int SET_HASH_INVALID = 41;
  private static final int OK = 0;

  private final Network network = new Network();
  private final Kernel kernel = Kernel.host();

  @AfterEach
  void disconnect() {
    network.close();
  }

  private static BpfObject dissector() {
    return Network.counter(ProgramType.FLOW_DISSECTOR, AttachType.FLOW_DISSECTOR, OK);
  }

  private FlowDissector far() {
    return new FlowDissector(Optional.of(network.pair().far()));
  }

  /** A filter that makes the kernel tell flows apart. */
  private static BpfObject hashing() {
    Code code = new Code().move(Register.R6, Register.R1).call(SET_HASH_INVALID);
    code.move(Register.R1, Register.R6).call(GET_HASH_RECALC);
    return Code.object(Code.program("hash", ProgramType.SCHED_CLS, code.returnZero()));
  }

  @Test
  void aProgramDissectsThePacketsOfItsNamespace() {
    try (LoadedObject object = kernel.load(dissector());
        LoadedObject hashing = kernel.load(hashing())) {
      network.far(() -> hashing.attach("hash", new Tc("far0", Tc.Direction.INGRESS)));
      Link link = object.attach("counter", far());
      assertThat(link.isAttached()).isTrue();
      network.sendUntilCounted(object, 3);
      link.close();
      long before = Code.hits(object);
      network.send(3);
      assertThat(Code.hits(object)).isEqualTo(before);
    }
  }

  @Test
  void aTestRunGivesTheKeysOfTheFlow() {
    try (LoadedObject object = kernel.load(dissector())) {
      MemorySegment packet = MemorySegment.ofArray(new byte[64]);
      TestRun.Outcome outcome = TestRun.ONCE.withData(packet).run(object.program("counter"));
      assertThat(outcome.returned()).isEqualTo(OK);
      assertThat(outcome.data().byteSize()).isEqualTo(56); // struct bpf_flow_keys
    }
  }

  @Test
  void aNamespaceTakesOneProgramUntilItGoes() {
    try (LoadedObject object = kernel.load(dissector());
        LoadedObject other = kernel.load(dissector())) {
      Link link = object.attach("counter", far());
      assertThatThrownBy(() -> other.attach("counter", far()))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("cannot attach to flow dissector of network namespace")
          .hasMessageContaining("it has a program there already");
      network.close();
      while (link.isAttached()) {
        Thread.onSpinWait(); // the kernel takes namespaces down when it gets round to it
      }
      assertThat(link.toString()).contains("defunct");
    }
  }
}
