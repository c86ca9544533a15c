package io.waggle.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waggle.bpf.BpfObject;
import io.waggle.testing.BpfCompiler;
import io.waggle.testing.ControlGroup;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import io.waggle.testing.RequiresBpf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iterators over a part of what there is; each writes a number of four bytes for what it meets. */
@RequiresBpf
@Requires({Feature.CLANG, Feature.KERNEL_BTF})
class IteratorTest {
  private static final String HEADER =
      """
      #define SEC(name) __attribute__((section(name), used))
      #define KERNEL __attribute__((preserve_access_index))
      typedef unsigned int u32;
      typedef unsigned long long u64;
      static long (*bpf_seq_write)(void *, const void *, u32) = (void *) 127;
      struct seq_file;
      struct bpf_iter_meta { struct seq_file *seq; } KERNEL;
      char _license[] SEC("license") = "GPL";
      """;

  @TempDir Path folder;
  private final Kernel kernel = Kernel.host();

  private LoadedObject load(String source) {
    return kernel.load(
        BpfObject.read(BpfCompiler.compile(folder, "walk", HEADER + source, "-mcpu=v3")));
  }

  private static List<Integer> numbers(LoadedObject object, Iterator.Target target)
      throws IOException {
    try (Iterator.Walk walk = new Iterator(target).attach(object.program("each"));
        InputStream stream = walk.open()) {
      ByteBuffer bytes = ByteBuffer.wrap(stream.readAllBytes()).order(ByteOrder.nativeOrder());
      List<Integer> numbers = new ArrayList<>();
      while (bytes.hasRemaining()) {
        numbers.add(bytes.getInt());
      }
      return numbers;
    }
  }

  @Test
  void theElementsOfAMap() throws IOException {
    String source =
        """
        struct bpf_iter__bpf_map_elem {
          struct bpf_iter_meta *meta; void *map; void *key; void *value;
        } KERNEL;
        struct {
          int (*type)[1]; int (*max_entries)[16]; u32 *key; u32 *value;
        } numbers SEC(".maps");
        SEC("iter/bpf_map_elem") int each(struct bpf_iter__bpf_map_elem *context) {
          u32 *value = context->value;
          if (value) {
            u32 copy = *value;
            bpf_seq_write(context->meta->seq, &copy, 4);
          }
          return 0;
        }
        """;
    try (LoadedObject object = load(source)) {
      TypedMap<Integer, Integer> map = object.map("numbers").as(Codec.INT, Codec.INT);
      map.put(1, 11);
      map.put(2, 22);
      assertThat(numbers(object, new Iterator.Target.Map(object.map("numbers"))))
          .containsExactlyInAnyOrder(11, 22);
      assertThatThrownBy(() -> numbers(object, new Iterator.Target.All()))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("cannot attach iterator 'each'")
          .hasMessageContaining("say which map or control groups");
    }
  }

  @Test
  void theThreadsOfAProcess() throws IOException {
    String source =
        """
        struct task_struct { int pid; int tgid; } KERNEL;
        struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; } KERNEL;
        SEC("iter/task") int each(struct bpf_iter__task *context) {
          struct task_struct *task = context->task;
          if (task) {
            int id = task->tgid;
            bpf_seq_write(context->meta->seq, &id, 4);
          }
          return 0;
        }
        """;
    int own = Math.toIntExact(ProcessHandle.current().pid());
    try (LoadedObject object = load(source)) {
      assertThat(numbers(object, new Iterator.Target.Process(own)))
          .hasSizeGreaterThan(1) // a JVM has many threads
          .containsOnly(own);
      assertThat(numbers(object, new Iterator.Target.Thread(own))).containsExactly(own);
      assertThat(numbers(object, new Iterator.Target.All())).contains(own);
      assertThatThrownBy(() -> numbers(object, new Iterator.Target.Thread(1 << 22)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("there is no process or thread 4194304");
    }
  }

  @Test
  @Requires(Feature.CONTROL_GROUPS)
  void aTreeOfControlGroups() throws IOException {
    String source =
        """
        struct cgroup { int level; } KERNEL;
        struct bpf_iter__cgroup { struct bpf_iter_meta *meta; struct cgroup *cgroup; } KERNEL;
        SEC("iter/cgroup") int each(struct bpf_iter__cgroup *context) {
          struct cgroup *cgroup = context->cgroup;
          if (cgroup) {
            int level = cgroup->level;
            bpf_seq_write(context->meta->seq, &level, 4);
          }
          return 0;
        }
        """;
    try (ControlGroup group = ControlGroup.create();
        ControlGroup below = group.child("below");
        ControlGroup beside = group.child("beside");
        LoadedObject object = load(source)) {
      Cgroup.Group top = new Cgroup.Group.Folder(group.folder());
      assertThat(numbers(object, walk(top, Iterator.Target.Order.SELF))).containsExactly(1);
      assertThat(numbers(object, walk(top, Iterator.Target.Order.DOWN))).containsExactly(1, 2, 2);
      assertThat(numbers(object, walk(top, Iterator.Target.Order.DOWN_LAST)))
          .containsExactly(2, 2, 1);
      Cgroup.Group leaf = new Cgroup.Group.Folder(below.folder());
      assertThat(numbers(object, walk(leaf, Iterator.Target.Order.UP))).containsExactly(2, 1, 0);
      assertThat(beside.folder()).isDirectory();
      Cgroup.Group misspelt = new Cgroup.Group.Folder(group.folder().resolve("belo"));
      assertThatThrownBy(() -> numbers(object, walk(misspelt, Iterator.Target.Order.SELF)))
          .isInstanceOf(AttachException.class)
          .hasMessageContaining("there is no control group")
          .hasMessageContaining("did you mean below?");
    }
  }

  private static Iterator.Target walk(Cgroup.Group group, Iterator.Target.Order order) {
    return new Iterator.Target.Cgroups(group, order);
  }
}
