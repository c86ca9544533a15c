package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.bpf.MapSpec;
import io.waggle.bpf.MapType;
import io.waggle.linux.Mounts;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresBpf
class PinnedMapTest {
  @TempDir Path elsewhere;
  private Path folder;
  private final Kernel kernel = Kernel.host();

  @BeforeEach
  void make() throws IOException {
    folder = Files.createTempDirectory(Mounts.bpffs(), "waggle_test_");
  }

  @AfterEach
  void remove() throws IOException {
    Files.deleteIfExists(folder.resolve("kept"));
    Files.delete(folder);
    kernel.close();
  }

  private LoadedObject load(Path where, MapSpec... maps) {
    return kernel.load(
        new BpfObject("GPL", List.of(maps), List.of()), LoadOptions.USUAL.withPinFolder(where));
  }

  private static MapSpec kept(MapType type, int entries) {
    return new MapSpec("kept", type, 4, 8, entries).with(MapSpec.Traits.NONE.withPinned(true));
  }

  @Test
  void isFoundAgain() {
    try (LoadedObject object = load(folder, kept(MapType.HASH, 10))) {
      object.map("kept").as(Codec.INT, Codec.LONG).put(1, 11L);
    }
    try (LoadedObject object = load(folder, kept(MapType.HASH, 10))) {
      assertThat(object.map("kept").as(Codec.INT, Codec.LONG).get(1)).hasValue(11L);
    }
  }

  @Test
  void ofAnotherShapeIsRefusedWithAllDifferences() {
    load(folder, kept(MapType.HASH, 10)).close();
    assertThatThrownBy(() -> load(folder, kept(MapType.LRU_HASH, 20)))
        .hasMessage(
            folder.resolve("kept")
                + ": the map pinned there is another than the program's: type HASH instead of"
                + " LRU_HASH, max entries 10 instead of 20; remove it, or pin in another folder");
    assertThat(folder.resolve("kept")).exists();
  }

  @Test
  void isNotLeftWhereLoadingFails() {
    MapSpec wrong = new MapSpec("wrong", MapType.ARRAY, 8, 8, 1);
    assertThatThrownBy(() -> load(folder, kept(MapType.HASH, 10), wrong));
    assertThat(folder.resolve("kept")).doesNotExist();
  }

  @Test
  void wantsABpfFileSystem() {
    assertThatThrownBy(() -> load(elsewhere, kept(MapType.HASH, 10)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(
            "map 'kept' is to be pinned in "
                + elsewhere
                + ", which is no folder of a BPF file system; mount one: mount -t bpf bpf /");
    assertThat(elsewhere).isEmptyDirectory();
  }
}
