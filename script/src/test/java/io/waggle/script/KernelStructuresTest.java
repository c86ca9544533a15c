package io.waggle.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelStructuresTest {
  @TempDir Path folder;

  @Test
  void findsFieldsOfTheRunningKernel() {
    assumeTrue(Files.exists(Path.of("/sys/kernel/btf/vmlinux")));
    KernelStructures kernel = new KernelStructures();
    assertThat(kernel.offset("list_head", "next")).isZero();
    assertThat(kernel.offset("list_head", "prev")).isEqualTo(8);
    int tgid = kernel.offset("task_struct", "tgid");
    assertThat(kernel.offset("task_struct", "pid")).isEqualTo(tgid - 4);
    assertThat(kernel.offset("task_struct", "real_parent")).isGreaterThan(tgid);
    assertThatThrownBy(() -> kernel.offset("task_struct", "nonsense"))
        .isInstanceOf(MissingTypesException.class)
        .hasMessageContaining("nonsense of struct task_struct");
  }

  @Test
  void saysThatThereIsNoTypeInformation() throws IOException {
    KernelStructures none = new KernelStructures(folder.resolve("none"));
    assertThatThrownBy(() -> none.offset("task_struct", "pid"))
        .isInstanceOf(MissingTypesException.class)
        .hasMessageContaining("the script needs the kernel's type information");
    Path text = Files.writeString(folder.resolve("text"), "no types at all, only some text here");
    assertThatThrownBy(() -> new KernelStructures(text).offset("task_struct", "pid"))
        .hasMessageContaining(text.toString())
        .hasMessageContaining("expected BTF");
  }
}
