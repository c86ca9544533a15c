package io.waggle.script.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.btf.Btf;
import io.waggle.script.types.Type.AddressSpace;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import org.junit.jupiter.api.Test;

/** Against the running kernel's types. */
@Requires(Feature.KERNEL_BTF)
class BtfTypesTest {
  private final BtfTypes types = new BtfTypes(Btf.ofKernel());

  private Layout.Member member(String structure, String name) {
    return ((Type.Structure) types.named(structure).orElseThrow()).layout().member(name).get();
  }

  @Test
  void membersHaveTheirPlaceAndType() {
    assertThat(member("struct list_head", "prev").offset()).isEqualTo(8);
    assertThat(member("struct task_struct", "comm").type()).isEqualTo(new Type.Text(16));
    assertThat(member("struct task_struct", "mm").type())
        .isEqualTo(new Type.Pointer(types.named("struct mm_struct").get(), AddressSpace.UNKNOWN));
    assertThat(member("struct task_struct", "in_execve").bits().count()).isEqualTo(1);
    // d_name lies in a nameless union of later kernels.
    assertThat(member("struct dentry", "d_name").type()).isInstanceOf(Type.Structure.class);
  }

  @Test
  void sizesAndAlignmentsAreThoseOfC() {
    for (String name : new String[] {"struct task_struct", "struct file", "struct sk_buff"}) {
      Type.Plain type = types.named(name).orElseThrow();
      assertThat(type.alignment()).as(name).isEqualTo(8);
      assertThat(type.size() % 8).as(name).isZero();
    }
    assertThat(types.named("struct iphdr").get().alignment()).isEqualTo(4);
    assertThat(types.named("struct ethhdr").get().alignment()).isLessThanOrEqualTo(2);
  }

  @Test
  void namesAndConstants() {
    assertThat(types.named("pid_t")).contains(Type.Int.INT32);
    assertThat(types.named("struct nothing_of_the_kind")).isEmpty();
    CTypes.Constant hash = types.constant("BPF_MAP_TYPE_HASH").orElseThrow();
    assertThat(hash.value()).isEqualTo(1);
    assertThat(hash.type().size()).isEqualTo(8);
    assertThat(types.names("struct x")).contains("struct task_struct");
  }
}
