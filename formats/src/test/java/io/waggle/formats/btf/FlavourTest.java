package io.waggle.formats.btf;

import static org.assertj.core.api.Assertions.assertThat;

import io.waggle.formats.Bytes;
import io.waggle.testing.Feature;
import io.waggle.testing.Requires;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlavourTest {
  @ParameterizedTest
  @CsvSource({
    "task_struct, task_struct",
    "task_struct___old, task_struct",
    "task_struct___old___2, task_struct___old",
    "a___b, a",
    "___b, ___b",
    "a___, a___",
    "a____b, a____b",
    "a__b, a__b",
    "x___1____2, x",
    "_, _",
  })
  void isStripped(String name, String stripped) {
    assertThat(Flavour.strip(name)).isEqualTo(stripped);
    assertThat(hash(name)).isEqualTo(Flavour.hashOf(stripped.getBytes(StandardCharsets.UTF_8)));
  }

  private static int hash(String name) {
    byte[] text = (name + "\0").getBytes(StandardCharsets.UTF_8);
    return Flavour.hash(Bytes.of("name", text, ByteOrder.nativeOrder()), 0);
  }

  @Test
  void isPassedOverWhenTypesAreSearched() {
    Btf btf =
        ClangTypes.types(
            """
            struct a { int x; } one;
            struct a___old { long y; } two;
            typedef struct a___new { char z; } a;
            a three;
            struct b { int x; } four;
            struct a___old___2 { int w; } five;
            """);
    assertThat(btf.named("a")).hasSize(4);
    assertThat(btf.named("b")).containsExactly(btf.find(BtfKind.STRUCT, "b").orElseThrow());
    assertThat(btf.named("a___old")).hasSize(1);
    assertThat(btf.named("")).isEmpty();
  }

  @Test
  @Requires(Feature.KERNEL_BTF)
  void isPassedOverInTheRunningKernel() {
    Btf kernel = Btf.ofKernel();
    assertThat(kernel.named("task_struct"))
        .contains(kernel.find(BtfKind.STRUCT, "task_struct").orElseThrow());
    assertThat(kernel.named("no_such_type_of_any_kernel")).isEmpty();
  }
}
