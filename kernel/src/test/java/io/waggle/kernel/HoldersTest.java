package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.bpf.AttachType;
import io.waggle.bpf.ProgramType;
import io.waggle.linux.Bpf;
import io.waggle.linux.BpfLink;
import io.waggle.linux.BpfMap;
import io.waggle.linux.Fd;
import io.waggle.linux.Mounts;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Finds this process and the paths where the test pins what it has loaded. */
@RequiresBpf
class HoldersTest {
  private final Path folder =
      Mounts.bpffs().resolve("waggle-holders-" + ProcessHandle.current().pid());
  private final Kernel kernel = Kernel.host();
  private LoadedObject object;

  @BeforeEach
  void load() throws IOException {
    Files.createDirectory(folder);
    object =
        kernel.load(Network.counter(ProgramType.RAW_TRACEPOINT, Optional.<AttachType>empty(), 0));
  }

  @AfterEach
  void remove() throws IOException {
    object.close();
    for (String name : List.of("map", "again", "program", "link")) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.delete(folder);
  }

  private Path pin(Fd fd, String name) {
    Path path = folder.resolve(name);
    Bpf.pin(fd, path.toString());
    return path;
  }

  @Test
  void objectsAreHeldByDescriptorsAndPins() {
    LoadedProgram program = object.program("counter");
    int map = BpfMap.of(object.map("hits").fd()).describe().id();
    int id = program.describe().id();
    try (Fd link = BpfLink.rawTracepoint(program.fd(), "sched_process_hang")) {
      Path one = pin(object.map("hits").fd(), "map");
      Path other = pin(object.map("hits").fd(), "again");
      Path pinned = pin(program.fd(), "program");
      Path linkPin = pin(link, "link");
      Holders holders = Holders.find();
      assertThat(holders.pins(Holders.Kind.MAP, map)).containsExactlyInAnyOrder(one, other);
      assertThat(holders.pins(Holders.Kind.PROGRAM, id)).containsExactly(pinned);
      int linkId = BpfLink.describe(link).id();
      assertThat(holders.pins(Holders.Kind.LINK, linkId)).containsExactly(linkPin);
      int self = (int) ProcessHandle.current().pid();
      assertThat(holders.processes(Holders.Kind.PROGRAM, id))
          .extracting(Holders.Process::pid)
          .containsExactly(self);
      assertThat(holders.processes(Holders.Kind.LINK, linkId))
          .singleElement()
          .matches(process -> process.pid() == self && !process.name().isEmpty());
    }
  }

  @Test
  void whatIsPinnedAloneHasNoProcess() {
    int map = BpfMap.of(object.map("hits").fd()).describe().id();
    Path path = pin(object.map("hits").fd(), "map");
    object.close();
    Holders holders = Holders.find();
    assertThat(holders.pins(Holders.Kind.MAP, map)).containsExactly(path);
    assertThat(holders.processes(Holders.Kind.MAP, map)).isEmpty();
  }

  @Test
  void whatNobodyHasIsHeldByNobody() {
    Holders holders = Holders.find();
    assertThat(holders.pins(Holders.Kind.TYPES, Integer.MAX_VALUE)).isEmpty();
    assertThat(holders.processes(Holders.Kind.TYPES, Integer.MAX_VALUE)).isEmpty();
  }
}
